from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording
from tests.people import supervisor_of
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords import for_jobs
from transcription.services.hotwords.for_jobs import counts_for_jobs, hotwords_for_job
from transcription.services.hotwords.lists import add_words, set_enabled
from transcription.services.hotwords.overrides import set_word_here
from transcription.services.hotwords.usage import usage_of
from transcription.services.hotwords.versions import publish_list
from transcription.services.jobs.options import UploadOptions
from transcription.services.jobs.orders import order_job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Browser = Callable[[User], Client]


def page_of(client: Client, name: str, item: HotwordList | None = None) -> str:
    kwargs = {"department": "sales"} | ({"uuid": item.uuid} if item else {})
    response = client.get(reverse(f"transcription:{name}", kwargs=kwargs))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def published(
    sales: Department, products: HotwordList, company: HotwordList
) -> HotwordList:
    """Sales uses 2 words of its own and 3 of the company's 5: one is left out, one it
    has itself. Its own draft has one more word and one less."""
    add_words(hotword_list=company, origin=SYSTEM, text="集团、理财、总部、分行")
    for item in (products, company):
        publish_list(hotword_list=item, origin=SYSTEM)
    set_word_here(
        department=sales,
        hotword_list=company,
        origin=SYSTEM,
        text="总部",
        is_used=False,
    )
    add_words(hotword_list=products, origin=SYSTEM, text="基金、债券")
    products.hotwords.get(text="利率").delete()
    products.refresh_from_db()
    return products


def test_a_job_says_how_many_words_are_from_where(
    sales: Department, alice: User, published: HotwordList, company: HotwordList
) -> None:
    job = order_job(
        recording=make_recording(sales, alice),
        requested_by=alice,
        options=UploadOptions("zh", True, extra_hotwords=("张三", "利率")),
        queue="batch",
    )
    assert job.hotwords == ["张三", "利率", "理财", "声文", "集团", "分行"]
    assert [version["words"] for version in job.hotword_versions] == [1, 3]
    counts = counts_for_jobs(sales)
    assert (counts.extra, counts.own, counts.companys) == (0, 2, 3)
    assert (counts.repeated, counts.left_out, counts.total) == (1, 1, 5)
    assert counts.of_list == {published.pk: 2, company.pk: 3}


def test_words_beyond_what_a_job_takes_are_counted(
    sales: Department, published: HotwordList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(for_jobs, "MAX_WORDS_PER_JOB", 3)
    found = hotwords_for_job(department=sales, list_uuids=None)
    assert (len(found.lines), found.counts.total, found.counts.too_many) == (3, 3, 2)
    assert [version["words"] for version in found.versions] == [2, 1]


def test_every_page_shows_the_same_numbers(
    sales: Department,
    alice: User,
    carol: User,
    client_of: Browser,
    published: HotwordList,
    company: HotwordList,
) -> None:
    client = client_of(carol)
    lists = page_of(client, "hotword_lists")
    assert "use 5 words: 2 of this department + 3 of the company." in lists
    assert "1 that another list has · 1 left out in this department" in lists
    assert "draft: 3" in lists
    assert "used: 3" in lists
    own = page_of(client, "hotword_list", published)
    assert "Words: 2 + 2 − 1 = 3" in own
    assert "published words are used" not in own
    guest = page_of(client, "hotword_list", company)
    assert "3 of 5 published words are used" in guest
    assert len(usage_of(supervisor_of(sales)).words) == 5
    set_enabled(hotword_list=company, origin=SYSTEM, is_enabled=False)
    lists = page_of(client, "hotword_lists")
    assert "use 2 words: 2 of this department + 0 of the company." in lists
    assert len(usage_of(supervisor_of(sales)).words) == 2


def test_a_recordings_facts_show_the_sum(
    sales: Department, alice: User, client_of: Browser, published: HotwordList
) -> None:
    recording = make_recording(sales, alice)
    order_job(
        recording=recording,
        requested_by=alice,
        options=UploadOptions("zh", True, extra_hotwords=("张三",)),
        queue="batch",
    )
    address = reverse(
        "transcription:recording",
        kwargs={"department": "sales", "uuid": recording.uuid},
    )
    page = " ".join(client_of(alice).get(address).content.decode().split())
    assert "<summary>6 words</summary>" in page
    assert "“产品”, version 1 · 2 words" in page
    assert "“公司”, version 1 · 3 words" in page
    assert "Only for this recording · 1 word" in page


def test_the_page_of_lists_costs_the_same_for_many(
    sales: Department,
    carol: User,
    client_of: Browser,
    published: HotwordList,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(carol)
    with django_assert_max_num_queries(16):
        page_of(client, "hotword_lists")
