from collections.abc import Callable
from urllib.parse import unquote_plus

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript
from transcription.models.transcripts import Transcript
from transcription.services.search import searching as service
from transcription.services.search.index import index_recording, index_transcript

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def url(sales: Department) -> str:
    return reverse("transcription:search", kwargs={"department": sales.slug})


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


def make(department: Department, *texts: str, title: str = "来电") -> Transcript:
    transcript = make_transcript(make_recording(department, title=title), texts)
    index_transcript(transcript)
    return transcript


def body(client: Client, url: str, **query: str) -> str:
    headers = HTMX if query.pop("htmx", "") else {}
    response = client.get(url, query, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_before_a_search_the_page_says_what_to_do(
    alice: User, client_of: Browser, url: str
) -> None:
    page = body(client_of(alice), url)
    assert "Find what was said" in page
    assert page.count("data-quick-search") == 1


def test_a_hit_is_marked_and_leads_to_its_second(
    alice: User, client_of: Browser, url: str, sales: Department
) -> None:
    transcript = make(sales, "您好", "我要<b>退款</b>", title="张女士")
    page = body(client_of(alice), url, q="退款")
    assert "我要&lt;b&gt;<mark>退款</mark>&lt;/b&gt;" in page
    segment = transcript.segments.get(index=1)
    assert (
        f"/recordings/{transcript.recording.uuid}/?t=3&amp;hit=1&amp;in.q=%E9%80%80%E6%AC%BE#s{segment.pk}"
        in page
    )
    assert "张女士" in page
    assert "1 hit" in page


def test_no_hits_come_with_suggestions(
    alice: User, client_of: Browser, url: str, sales: Department
) -> None:
    make(sales, "您好")
    page = body(client_of(alice), url, q="退款")
    assert "Try it another way" in page
    assert "the same words in all recordings" not in page
    assert "the same words in all recordings" in body(
        client_of(alice), url, q="退款", agent="王"
    )


def test_a_query_that_cannot_be_asked_stays_in_its_box(
    alice: User, client_of: Browser, url: str
) -> None:
    response = client_of(alice).get(url, {"q": "，<"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "at least one character" in page
    assert 'value="，&lt;"' in page
    assert client_of(alice).get(url, {"q": "长" * 300}).status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday", "uploader": "nobody", "tag": "0", "language": "xx"},
        {"recording": "x", "after": "x", "at": "-1"},
        {"after": "00000000-0000-0000-0000-000000000000", "at": "99999999999"},
        {"agent": "%\x00"},
    ],
)
def test_filters_that_make_no_sense_filter_nothing(
    alice: User,
    client_of: Browser,
    url: str,
    sales: Department,
    query: dict[str, str],
) -> None:
    make(sales, "退款")
    assert "<mark>退款</mark>" in body(client_of(alice), url, q="退款", **query)


def test_older_recordings_and_further_hits_are_fetched_into_the_page(
    alice: User,
    client_of: Browser,
    url: str,
    sales: Department,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "RECORDINGS_PER_PAGE", 1)
    make(sales, "退款旧")
    newest = make(sales, *[f"退款{n}" for n in range(5)]).recording
    client = client_of(alice)
    page = body(client, url, q="退款")
    assert f"after={newest.uuid}" in page
    assert "2 more hits in this recording" in page
    older = body(client, url, q="退款", after=str(newest.uuid), htmx="1")
    assert "<mark>退款</mark>旧" in older
    assert "<html" not in older
    rest = body(
        client,
        url,
        q="退款",
        recording=str(newest.uuid),
        after=str(newest.uuid),
        at="2",
        htmx="1",
    )
    assert rest.count("<li>") == 2
    assert "<article" not in rest


def test_the_same_page_without_javascript(
    alice: User, client_of: Browser, url: str, sales: Department
) -> None:
    recording = make(sales, *[f"退款{n}" for n in range(5)]).recording
    make(sales, "退款旧")
    page = body(client_of(alice), url, q="退款", recording=str(recording.uuid))
    assert page.count("search-hit") >= 5
    assert "退款</mark>旧" not in page
    assert "Search all recordings" in page


def test_a_stranger_gets_404(charlie: User, client_of: Browser, url: str) -> None:
    assert client_of(charlie).get(url, {"q": "退款"}).status_code == 404


def test_what_was_put_together_is_asked_as_it_would_be_typed(
    alice: User, client_of: Browser, sales: Department
) -> None:
    answer = client_of(alice).get("/d/sales/search/?b_all=退款&b_none=投诉")
    assert answer.status_code == 302
    assert unquote_plus(answer["location"]) == "/d/sales/search/?q=退款 -投诉"


def test_what_is_not_understood_is_marked(
    alice: User, client_of: Browser, sales: Department
) -> None:
    answer = client_of(alice).get("/d/sales/search/", {"q": "退款 speeker:客服"})
    assert answer.status_code == 422
    assert "退款 <mark>speeker:</mark" in answer.content.decode()


def test_a_recording_is_found_by_its_title_and_says_so(
    alice: User, client_of: Browser, sales: Department
) -> None:
    recording = make_recording(sales, title="扫地机器人物流咨询")
    index_recording(recording)
    page = client_of(alice).get("/d/sales/search/", {"q": "物流"}).content.decode()
    assert page.count("扫地机器人") == 1
    assert "扫地机器人<mark>物流</mark>咨询" in page
    assert "found in the title" in page


def test_an_agent_who_was_found_is_named_once(
    alice: User, client_of: Browser, sales: Department
) -> None:
    index_recording(make_recording(sales, title="订单", agent="欧阳芳"))
    page = client_of(alice).get("/d/sales/search/", {"q": "欧阳"}).content.decode()
    found = page[page.index("search-group") :]
    assert found.count("欧阳") == 1
    assert "<mark>欧阳</mark>芳" in found


def test_the_filters_come_when_they_are_wanted_and_ask_nothing(
    alice: User, client_of: Browser, url: str, sales: Department
) -> None:
    make(sales, "退款")
    client = client_of(alice)
    assert 'name="agent"' not in body(client, url, q="退款")
    asked = AuditEvent.objects.filter(action=AuditAction.SEARCH).count()
    assert 'name="agent"' in body(client, url, filters="on", htmx="1")
    assert AuditEvent.objects.filter(action=AuditAction.SEARCH).count() == asked
    assert 'name="agent"' in body(client, url, q="退款", agent="王")
