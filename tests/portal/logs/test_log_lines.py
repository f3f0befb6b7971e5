"""The log is for operators: English whatever people read, one sentence for what has to
be expected, and none of people's words."""

import ast
import logging
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from redis import ConnectionError as RedisAway
from typing_extensions import TypeIs

from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from accounts.services.tokens import create_token
from portal.logs.filters import NotAgain, OneSentence
from portal.logs.secrets import ScrubbingFormatter
from tests.factories import make_recording
from tests.people import membership

ROOT = Path(__file__).resolve().parents[3]
ClientOf = Callable[[User], Client]
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
# What makes a sentence for people out of an error; nothing for a log.
FOR_PEOPLE = {"_", "gettext", "ngettext", "sentence", "problem_sentence", "message"}


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """As they are written, tracebacks included."""
    formatter, once = ScrubbingFormatter("%(name)s %(message)s"), OneSentence()
    return [formatter.format(r) for r in caplog.records if once.filter(r)]


def test_refusals_are_one_english_sentence_each(
    alice: User, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    recording = make_recording(membership(alice).department, alice, title="理财咨询")
    other = client_of(alice)
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-hans"})
    token = create_token(membership=membership(alice), origin=SYSTEM, name="t").secret
    program = Client(
        headers={"authorization": f"Bearer {token}", "accept-language": "zh-hans"}
    )
    caplog.set_level(logging.INFO)
    statuses = [
        other.get("/d/sales/members/").status_code,
        other.get("/d/nowhere/").status_code,
        other.get("/d/sales/", headers={"host": "evil.example"}).status_code,
        other.get("/d/sales/search/?q=理财咨询").status_code,
        other.get(f"/d/sales/recordings/{recording.uuid}/").status_code,
        strict.post("/accounts/login/", {"username": "理财"}).status_code,
        other.post(
            "/preferences/theme/", b"x", content_type="multipart/form-data; boundary="
        ).status_code,
        program.post("/api/transcribe", {}).status_code,
        program.post(
            "/api/transcribe", {"audio": SimpleUploadedFile("理财.wav", b"abc")}
        ).status_code,
        Client(headers={"accept-language": "zh-hans"})
        .post("/accounts/login/", {"username": "alice", "password": "错误的密码"})
        .status_code,
    ]
    assert statuses == [403, 404, 400, 200, 200, 403, 400, 400, 415, 200]
    written = lines(caplog)
    assert len(written) == 7  # of the other host nothing: it is somebody's mistake
    for line in written:
        assert not CHINESE.search(line), line
        assert "Traceback" not in line


@pytest.mark.parametrize(
    "error", [RedisAway("Error 111 connecting."), psycopg.OperationalError("gone")]
)
def test_an_absent_server_is_a_sentence_where_it_is_ours_to_expect(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        raise error
    except Exception:
        logging.getLogger("transcription").exception("A duty failed.")
    (line,) = lines(caplog)
    expected = isinstance(error, RedisAway)
    assert ("Traceback" not in line) == expected
    assert "A duty failed." in line


def test_a_line_that_comes_with_every_poll_is_written_once_a_minute() -> None:
    calm = NotAgain()

    def is_written(line: str, at: float) -> bool:
        record = logging.makeLogRecord({"msg": line})
        record.created = at
        return calm.filter(record)

    assert [is_written("Redis is away", 100 + t) for t in (0, 0.5, 59, 60)] == [
        True,
        False,
        False,
        True,
    ]
    assert is_written("something else", 100.7)


def test_a_mistake_of_ours_keeps_its_traceback_without_the_rows_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        raise IntegrityError(
            "duplicate key value\nDETAIL:  Key (title)=(理财咨询) already exists."
        )
    except IntegrityError:
        logging.getLogger("transcription").exception("Job failed.")
    (line,) = lines(caplog)
    assert "Traceback" in line
    assert "理财" not in line


def test_no_log_call_is_given_a_sentence_for_people() -> None:
    found = []
    for path in sorted(ROOT.glob("[apt]*/**/*.py")):
        if path.relative_to(ROOT).parts[0] not in {
            "accounts",
            "portal",
            "transcription",
        }:
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if _is_log_call(call) and FOR_PEOPLE & _names_in(call):
                found.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert found == []


def _is_log_call(node: ast.AST) -> TypeIs[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"logger", "logging"}
    )


def _names_in(call: ast.AST) -> set[str]:
    names = {n.id for n in ast.walk(call) if isinstance(n, ast.Name)}
    return names | {n.attr for n in ast.walk(call) if isinstance(n, ast.Attribute)}
