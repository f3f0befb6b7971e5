"""What a run's hotwords are called: facts in the database, words for the reader."""

import pytest
from django.utils.translation import override

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_evaluation
from tests.transcription.conftest import sound, uploaded
from transcription.models.evaluation import LibraryKind
from transcription.models.hotwords.lists import HotwordList
from transcription.services.evaluation.libraries import library_of, trial_libraries
from transcription.services.evaluation.runs import order_run
from transcription.services.evaluation.sets import add_clip, create_set
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.versions import publish_list

pytestmark = pytest.mark.django_db


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
