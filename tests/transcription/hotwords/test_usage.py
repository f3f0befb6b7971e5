"""What a department's words did, counted from the marks in its transcripts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from tests.factories import make_recording, make_transcript
from tests.people import membership, supervisor_of
from transcription.models.hotwords.lists import HotwordList, HotwordListVersion
from transcription.models.hotwords.overrides import CompanyWordOff
from transcription.models.hotwords.usage import HotwordUsage
from transcription.models.transcripts import Segment, Transcript
from transcription.services.hotwords.lists import add_words, create_list, remove_word
from transcription.services.hotwords.usage import (
    EVERY,
    WordUse,
    count_hotword_use,
    usage_of,
)
from transcription.services.hotwords.versions import publish_list
from transcription.services.transcripts.corrections import (
    correct_segment,
    undo_hotword,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]
PAGE = "/d/sales/hotwords/usage/"


@pytest.fixture
def words(sales: Department, carol: User) -> HotwordList:
    made = create_list(department=sales, origin=SYSTEM, name="产品")
    add_words(hotword_list=made, origin=SYSTEM, text="稳健增利\n金葵花卡\n云帆科技")
    publish_list(hotword_list=made, origin=Origin(user=carol))
    return made


def hit(department: Department, word: str, *, days_ago: int = 0) -> Segment:
    """A sentence into which the word was put."""
    transcript = make_transcript(make_recording(department), [f"买{word}吧"])
    at = timezone.now() - timedelta(days=days_ago)
    Transcript.objects.filter(pk=transcript.pk).update(created_at=at)
    segment = transcript.segments.get()
    segment.hotwords = [
        {"text": word, "heard": "某某", "start": 1, "end": 1 + len(word)}
    ]
    segment.save()
    return segment


def published_ago(days: int) -> None:
    at = timezone.now() - timedelta(days=days)
    versions = HotwordListVersion.objects.all()
    super(type(versions), versions).update(published_at=at)


def counted(department: Department) -> list[WordUse]:
    """The words after the janitor has come to every department."""
    HotwordUsage.objects.update(read_at=None)
    while count_hotword_use():
        pass
    return usage_of(supervisor_of(department)).words


def use_of(department: Department, word: str) -> WordUse:
    return next(use for use in counted(department) if use.text == word)


def test_hits_are_counted_with_the_last_of_them(
    sales: Department, support: Department, carol: User, words: HotwordList
) -> None:
    hit(sales, "稳健增利", days_ago=5)
    last = hit(sales, "稳健增利", days_ago=2)
    hit(support, "稳健增利")
    use = use_of(sales, "稳健增利")
    last.transcript.refresh_from_db()
    assert (use.hits, use.undone, use.last_hit) == (2, 0, last.transcript.created_at)
    assert (use.owner, use.hotword_list) == (carol, words)
    assert use_of(sales, "金葵花卡").hits == 0


def test_what_people_took_out_is_no_hit(
    sales: Department, bob: User, words: HotwordList
) -> None:
    undone, rewritten, kept = (hit(sales, "稳健增利") for _ in range(3))
    undo_hotword(segment=undone, membership=membership(bob), origin=SYSTEM, number=0)
    for segment, text in ((rewritten, "买文件吧"), (kept, "我买稳健增利吧")):
        correct_segment(
            segment=segment, membership=membership(bob), origin=SYSTEM, text=text
        )
    use = use_of(sales, "稳健增利")
    assert (use.hits, use.undone, use.is_harmful) == (1, 2, True)


def test_only_what_people_can_read_of_the_last_year_counts(
    sales: Department, words: HotwordList
) -> None:
    trashed = hit(sales, "稳健增利").transcript.recording
    trashed.deleted_at = timezone.now()
    trashed.save()
    replaced = hit(sales, "稳健增利").transcript
    replaced.is_current = False
    replaced.save()
    hit(sales, "稳健增利", days_ago=400)
    assert use_of(sales, "稳健增利").hits == 0


def test_private_recordings_count_for_those_who_read_all_of_them(
    sales: Department, alice: User, words: HotwordList, client_of: Browser
) -> None:
    private = hit(sales, "稳健增利").transcript.recording
    private.is_private = True
    private.save()
    hit(sales, "金葵花卡")
    use = use_of(sales, "稳健增利")
    assert use.hits == 1
    page = client_of(alice).get(PAGE)
    seen = {use.text: use.hits for use in page.context["page"]}
    assert seen == {"金葵花卡": 1, "稳健增利": 0, "云帆科技": 0}
    assert "Private recordings are not counted." in page.content.decode()


def test_a_word_without_a_hit_in_90_days_is_idle_and_a_new_one_is_not(
    sales: Department, words: HotwordList
) -> None:
    assert not use_of(sales, "云帆科技").is_idle
    published_ago(100)
    hit(sales, "金葵花卡", days_ago=95)
    hit(sales, "稳健增利", days_ago=85)
    idle = {use.text for use in counted(sales) if use.is_idle}
    assert idle == {"金葵花卡", "云帆科技"}


def test_a_word_is_as_old_as_the_version_that_brought_it(
    sales: Department, bob: User, words: HotwordList
) -> None:
    published_ago(100)
    add_words(hotword_list=words, origin=SYSTEM, text="安心宝")
    remove_word(hotword=words.hotwords.get(text="云帆科技"), origin=SYSTEM)
    publish_list(hotword_list=words, origin=Origin(user=bob))
    now = timezone.now()
    new, old = use_of(sales, "安心宝"), use_of(sales, "稳健增利")
    assert new.owner == bob
    assert now - new.added_at < timedelta(minutes=1)
    assert now - old.added_at > timedelta(days=99)
    assert "云帆科技" not in {use.text for use in counted(sales)}


def test_the_companys_words_are_counted_in_the_department(sales: Department) -> None:
    company = create_list(department=None, origin=SYSTEM, name="公司")
    add_words(hotword_list=company, origin=SYSTEM, text="声文\n去掉")
    publish_list(hotword_list=company, origin=SYSTEM)
    CompanyWordOff.objects.create(department=sales, folded="去掉", text="去掉")
    hit(sales, "声文")
    assert [(use.text, use.hits) for use in counted(sales)] == [("声文", 1)]


def test_the_page_sorts_chooses_and_counts(
    sales: Department, alice: User, words: HotwordList, client_of: Browser
) -> None:
    published_ago(100)
    hit(sales, "金葵花卡")
    counted(sales)
    client = client_of(alice)
    page = client.get(PAGE)
    assert "Counted once an hour" in page.content.decode()
    assert next(use.text for use in page.context["page"]) == "金葵花卡"
    assert [count for _, _, count in page.context["choices"]] == [3, 2, 0]
    idle = client.get(PAGE, {"show": "idle", "sort": "word"})
    assert [use.text for use in idle.context["page"]] == ["云帆科技", "稳健增利"]
    assert "No such words" in client.get(PAGE, {"show": "undone"}).content.decode()
    one = client.get(PAGE, {"q": "科技"})
    assert [use.text for use in one.context["page"]] == ["云帆科技"]
    assert [count for _, _, count in one.context["choices"]] == [1, 1, 0]
    assert "No word has this" in client.get(PAGE, {"q": "没有"}).content.decode()
    assert client.get(PAGE, {"show": "x", "sort": "x", "page": "x"}).status_code == 200
    assert PAGE in client.get("/d/sales/hotwords/").content.decode()


def test_without_published_words_the_page_leads_to_the_lists(
    sales: Department, alice: User, client_of: Browser
) -> None:
    page = client_of(alice).get(PAGE).content.decode()
    assert "No published words yet" in page


def test_words_stand_there_before_their_hits_are_counted(
    sales: Department, alice: User, carol: User, words: HotwordList, client_of: Browser
) -> None:
    hit(sales, "稳健增利")
    page = client_of(alice).get(PAGE)
    assert "being counted for the first time" in page.content.decode()
    assert {(use.text, use.hits, use.owner) for use in page.context["page"]} == {
        (word, 0, carol) for word in ("稳健增利", "金葵花卡", "云帆科技")
    }


def test_each_department_is_counted_once_an_hour(
    sales: Department, support: Department, words: HotwordList
) -> None:
    assert [count_hotword_use() for _ in range(3)] == [True, True, False]
    hit(sales, "稳健增利")
    assert not count_hotword_use()
    assert [use.hits for use in usage_of(supervisor_of(sales)).words] == [0, 0, 0]
    before = timezone.now() - EVERY - timedelta(seconds=1)
    HotwordUsage.objects.filter(department=sales).update(read_at=before)
    assert [count_hotword_use() for _ in range(2)] == [True, False]
    assert [use.hits for use in usage_of(supervisor_of(sales)).words] == [1, 0, 0]


def test_the_number_of_queries_does_not_grow(
    sales: Department,
    words: HotwordList,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for word in ("稳健增利", "金葵花卡"):
        hit(sales, word)
    add_words(hotword_list=words, origin=SYSTEM, text="安心宝")
    publish_list(hotword_list=words, origin=SYSTEM)
    counted(sales)
    with django_assert_num_queries(5):
        usage_of(supervisor_of(sales))
