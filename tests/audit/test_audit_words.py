"""Each app says what its codes in the audit trail mean, and says it of all of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from accounts.services.audit.words import describe, object_kind

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[2]
# For programs only, or said by another key.
SILENT = {
    "job",
    "run",
    "invitation",
    "sha256",
    "segment",
    "label",
    "what",
    "heard",
    "correction",
}


def calls(name: str) -> Iterator[ast.Call]:
    """Every call of the function in our code."""
    for app in ("accounts", "portal", "transcription"):
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
                    yield node


def kinds() -> set[str]:
    firsts = [call.args[0] for call in calls("Subject") if call.args]
    return {str(one.value) for one in firsts if isinstance(one, ast.Constant)}


def details() -> set[tuple[str, object]]:
    """The keys and values that are written as literals, of every recorded event."""
    return {
        (keyword.arg, keyword.value.value)
        for call in calls("record")
        for keyword in call.keywords
        if keyword.arg and isinstance(keyword.value, ast.Constant)
    }


def keys() -> set[str]:
    found = (key.arg for call in calls("record") for key in call.keywords)
    return {key for key in found if key} - SILENT


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_each_kind_of_object_has_a_word(kind: str) -> None:
    with translation.override("zh-hans"):
        assert object_kind(kind) != kind


@pytest.mark.parametrize("key", sorted(keys()))
def test_each_detail_has_a_word(key: str) -> None:
    assert describe({key: True}) or describe({key: 2}) or describe({key: ["a", "b"]})


@pytest.mark.parametrize(
    "what", sorted(str(value) for key, value in details() if key == "what")
)
def test_each_kind_of_change_has_words(what: str) -> None:
    assert describe({"what": what, "segment": 0})


def test_what_is_recorded_is_found() -> None:
    """The tests above read the code: they find what is known to be there."""
    assert {"recording", "user", "backup", "search"} <= kinds()
    assert {"bytes", "role", "reset", "words"} <= keys()
    assert ("what", "vad_cancel") in details()


def test_recordings_and_hotwords_read_as_chinese() -> None:
    with translation.override("zh-hans"):
        assert describe({"what": "correct", "segment": 2}) == "修改第 3 句"
        assert describe({"bytes": 58170}).replace("\xa0", " ") == "大小：56.8 KB"
        assert describe({"format": "txt", "raw": False}) == "文字：规整；格式：txt"
        assert describe({"format": "original"}) == "格式：原始文件"
        assert describe({"added": 1, "removed": 0}) == "新增：1"
        words = describe({"what": "retry", "replaced": 2})
        assert words.endswith("；替换 2 处人工修改")


@pytest.mark.parametrize(
    "what", ["correct", "undo", "speaker", "details", "cancel", "retry"]
)
def test_what_code_passes_on_has_words(what: str) -> None:
    assert describe({"what": what, "segment": 0})


def test_a_hotword_called_like_a_role_stays_what_it_is() -> None:
    with translation.override("zh-hans"):
        assert "member" in describe({"accepted": "member"})


def test_the_app_of_accounts_knows_no_recording(settings: Settings) -> None:
    settings.AUDIT_WORDS = settings.AUDIT_WORDS[:1]
    assert object_kind("recording") == "recording"
    assert describe({"what": "correct", "segment": 2, "hits": 3}) == ""
