"""What a run's hotwords are called: facts in the database, words for the reader."""

from importlib import import_module

import pytest
from django.utils.translation import override

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_evaluation
from tests.transcription.services.conftest import sound, uploaded
from transcription.models.evaluation import LibraryKind
from transcription.models.hotwords.lists import HotwordList
from transcription.services.evaluation.libraries import library_of, trial_libraries
from transcription.services.evaluation.runs import order_run
from transcription.services.evaluation.sets import add_clip, create_set
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.versions import publish_list

pytestmark = pytest.mark.django_db

facts_of = import_module("transcription.migrations.0018_evaluation_facts").facts_of


@pytest.fixture
def words(sales: Department) -> HotwordList:
    made = create_list(department=sales, origin=SYSTEM, name="产品")
    add_words(hotword_list=made, origin=SYSTEM, text="利率")
    return made


@pytest.mark.parametrize(
    ("facts", "english", "chinese"),
    [
        ({"library": LibraryKind.JOBS}, "What new jobs use", "新任务使用的热词"),
        ({"library": LibraryKind.NONE}, "No hotwords", "不用热词"),
        (
            {"library": LibraryKind.LIST, "list_name": "A", "list_version": 3},
            "A, version 3",
            "A（第 3 版）",
        ),
        ({"library": LibraryKind.LIST, "list_name": "A"}, "Without A", "不含 A"),
        ({"library": LibraryKind.DRAFT, "list_name": "A"}, "A, draft", "A（草稿）"),
        (
            {"library": LibraryKind.COMMAND, "hotwords": ["a", "b"]},
            "Command line, 2 words",
            "命令行，2 个热词",
        ),
    ],
)
def test_everybody_reads_it_in_their_own_language(
    sales: Department, facts: dict[str, object], english: str, chinese: str
) -> None:
    run = make_evaluation(sales, **facts)  # type: ignore[arg-type]
    run.refresh_from_db()
    for language, label in (("en", english), ("zh-hans", chinese)):
        with override(language):
            assert run.label == label


@pytest.mark.parametrize(
    ("label", "kind", "name", "version"),
    [
        ("What new jobs use", "jobs", None, None),
        ("新任务使用的热词", "jobs", None, None),
        ("No hotwords", "none", "", None),
        ("不用热词", "none", "", None),
        ("产品, version 12", "list", "产品", 12),
        ("产品（第 12 版）", "list", "产品", 12),
        ("Without 产品", "list", "产品", None),
        ("不含 产品", "list", "产品", None),
        ("产品, draft", "draft", "产品", None),
        ("产品（草稿）", "draft", "产品", None),
        ("Command line, 50 words", "command", "", None),
        ("命令行，50 个热词", "command", "", None),
    ],
)
def test_labels_that_were_stored_as_text_are_read(
    label: str, kind: str, name: str | None, version: int | None
) -> None:
    facts = facts_of(label)
    assert (facts["library"], facts.get("list_name")) == (kind, name)
    assert facts.get("list_version") == version


def test_a_list_that_is_renamed_and_deleted_leaves_the_name_it_had(
    sales: Department, words: HotwordList
) -> None:
    publish_list(hotword_list=words, origin=SYSTEM)
    target = create_set(department=sales, origin=SYSTEM, name="回归")
    add_clip(reference_set=target, origin=SYSTEM, file=uploaded(sound()), text="好")
    library = library_of(sales, str(words.uuid))
    run = order_run(reference_set=target, origin=SYSTEM, library=library)
    HotwordList.objects.update(name="别名")
    run.refresh_from_db()
    assert run.label == "产品（第 1 版）"
    HotwordList.objects.all().delete()
    run.refresh_from_db()
    assert run.label == "产品（第 1 版）"


def test_a_list_that_was_never_published_is_tried_against_being_without_it(
    sales: Department, words: HotwordList
) -> None:
    before, after = trial_libraries(sales, words)
    assert (before.kind, before.version) == (LibraryKind.LIST, None)
    assert (after.kind, after.version) == (LibraryKind.DRAFT, None)
