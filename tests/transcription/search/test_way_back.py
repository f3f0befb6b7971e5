"""From a hit to its recording, on to those beside it, and back to the same place."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript
from transcription.models.recordings import Recording
from transcription.services.search import inside, searching
from transcription.services.search.index import index_transcript

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def calls(sales: Department) -> list[Recording]:
    """The newest last, each with two hits; the fourth is private to nobody here."""
    made = []
    for number in range(6):
        call = make_recording(sales, title=f"来电 {number}", is_private=number == 3)
        texts = ["您好", f"退款{number}", "请稍等", "不退款"]
        index_transcript(make_transcript(call, texts))
        made.append(call)
    return made


def links(page: str) -> dict[str, str]:
    """Where one can go from here, by name."""
    found = re.findall(r'href="([^"]*)"[^>]*data-go="([^"]*)"', page)
    return {name: unescape(url) for url, name in found}


def search(client: Client, **query: str) -> str:
    url = reverse("transcription:search", args=["sales"])
    return client.get(url, {"q": "退款"} | query).content.decode()


def hit_links(page: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'search-hit" href="([^"]*)"', page)]


def follow(client: Client, url: str) -> tuple[str, str]:
    """The page that an address leads to, and its own address."""
    response = client.get(url, follow=True)
    assert response.status_code == 200
    end = response.redirect_chain[-1][0] if response.redirect_chain else url
    return response.content.decode(), end


def titles(page: str) -> list[str]:
    return re.findall(r'cell-title" href="[^"]*">([^<]*)<', page)


def title(page: str) -> str:
    [found] = re.findall(r"<h1>([^<]*)</h1>", page)
    return str(found)


def text_of(page: str) -> str:
    return " ".join(page.split())


def test_a_recording_says_which_hit_it_is_and_leads_to_those_beside_it(
    alice: User, client_of: Browser, calls: list[Recording]
) -> None:
    client = client_of(alice)
    first, second, *_others = hit_links(search(client))
    page, _url = follow(client, first)
    assert "Hit 1 of 2 in this recording" in text_of(page)
    assert 'value="退款"' in page  # in the find field of the transcript
    assert links(page)["next-hit"] == second
    page, _url = follow(client, second)
    assert "Hit 2 of 2" in text_of(page)
    assert links(page)["previous-hit"] == first


def test_behind_the_last_hit_is_the_next_recording_and_back_its_last_hit(
    alice: User, client_of: Browser, calls: list[Recording]
) -> None:
    client = client_of(alice)
    page, _url = follow(client, hit_links(search(client))[1])
    page, _url = follow(client, links(page)["next-hit"])
    assert title(page) == "来电 4" and "Hit 1 of 2" in text_of(page)
    page, _url = follow(client, links(page)["previous-hit"])
    assert title(page) == "来电 5" and "Hit 2 of 2" in text_of(page)


@pytest.mark.parametrize("is_crowded", [False, True])
def test_recordings_follow_each_other_beyond_the_page_and_past_private_ones(
    alice: User,
    client_of: Browser,
    calls: list[Recording],
    monkeypatch: pytest.MonkeyPatch,
    is_crowded: bool,
) -> None:
    """Also where more are newer than are counted."""
    monkeypatch.setattr(searching, "RECORDINGS_PER_PAGE", 2)
    if is_crowded:
        monkeypatch.setattr(inside, "COUNT_CAP", 2)
        monkeypatch.setattr(inside, "_WINDOW", 1)
    client = client_of(alice)
    page, _url = follow(client, hit_links(search(client))[0])
    seen = [title(page)]
    for _step in range(4):
        page, _url = follow(client, links(page)["next-recording"])
        seen.append(title(page))
    assert seen == [f"来电 {number}" for number in (5, 4, 2, 1, 0)]
    page, _url = follow(client, links(page)["next-recording"])
    assert title(page) == "来电 0"
    assert "This is the last recording of the results." in page
    for number in (1, 2, 4, 5):
        page, _url = follow(client, links(page)["previous-recording"])
        assert title(page) == f"来电 {number}"
        back, _url = follow(client, links(page)["results"])
        assert titles(back)[0] == f"来电 {number}"
    page, _url = follow(client, links(page)["previous-recording"])
    assert "This is the first recording of the results." in page


def test_in_another_order_they_follow_each_other_in_that(
    alice: User,
    client_of: Browser,
    calls: list[Recording],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "RECORDINGS_PER_PAGE", 2)
    client = client_of(alice)
    page, _url = follow(client, hit_links(search(client, sort="call"))[0])
    seen = [title(page)]
    for _step in range(4):
        page, _url = follow(client, links(page)["next-recording"])
        seen.append(title(page))
    assert seen == [f"来电 {number}" for number in (0, 1, 2, 4, 5)]
    back, _url = follow(client, links(page)["results"])
    assert titles(back) == ["来电 5"]
    page, _url = follow(client, links(page)["next-recording"])
    assert "This is the last recording of the results." in page
    page, _url = follow(client, links(page)["previous-recording"])
    assert title(page) == "来电 4"
    back, _url = follow(client, links(page)["results"])
    assert titles(back) == ["来电 4", "来电 5"]


def test_the_way_back_leads_to_the_same_place_of_the_same_page(
    alice: User,
    client_of: Browser,
    calls: list[Recording],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "RECORDINGS_PER_PAGE", 2)
    client = client_of(alice)
    after = str(calls[4].uuid)
    older = search(client, after=after, agent="")
    page, _url = follow(client, hit_links(older)[0])
    back = links(page)["results"]
    assert urlsplit(back).path == "/d/sales/search/"
    assert parse_qs(urlsplit(back).query) == {"q": ["退款"], "after": [after]}
    assert back.endswith(f"#found-{calls[2].uuid}")
    assert f'id="found-{calls[2].uuid}"' in follow(client, back)[0]


def test_further_hits_that_were_fetched_into_a_page_lead_back_to_that_page(
    alice: User, client_of: Browser, sales: Department
) -> None:
    call = make_recording(sales)
    index_transcript(make_transcript(call, [f"退款{n}" for n in range(6)]))
    client = client_of(alice)
    [more] = re.findall(r'hx-get="([^"]*at=2[^"]*)"', search(client))
    address = reverse("transcription:search", args=["sales"]) + unescape(more)
    rest = client.get(address, headers={"HX-Request": "true"}).content.decode()
    page, _url = follow(client, hit_links(rest)[0])
    assert "Hit 4 of 6" in text_of(page)
    assert (
        links(page)["results"]
        == f"/d/sales/search/?q=%E9%80%80%E6%AC%BE#found-{call.uuid}"
    )


def test_a_question_in_the_address_is_searched_for_and_in_the_trail_once(
    alice: User, client_of: Browser, calls: list[Recording]
) -> None:
    client = client_of(alice)
    page = reverse("transcription:recording", args=["sales", calls[0].uuid])
    searched = AuditEvent.objects.filter(action=AuditAction.SEARCH)
    for _time in range(2):
        client.get(page, {"in.q": "退款", "hit": "1"})
    event = searched.get()
    assert (event.object_name, event.actor) == ("退款", alice)
    search(client, q="稍等")
    client.get(page, {"in.q": "稍等"})
    assert searched.count() == 2


@pytest.mark.parametrize(
    "query",
    [
        {"in.q": "(退款"},
        {"in.q": "退款", "hit": "9" * 30},
        {"in.q": "退款", "hit": "-1", "in.after": "//evil.example"},
        {"in.q": "退款" * 5000},
        {"in.": "x", "in.in.q": "退款"},
    ],
)
def test_odd_addresses_show_the_recording_and_lead_nowhere_else(
    alice: User, client_of: Browser, calls: list[Recording], query: dict[str, str]
) -> None:
    page = reverse("transcription:recording", args=["sales", calls[0].uuid])
    response = client_of(alice).get(page, query)
    assert response.status_code == 200
    for url in links(response.content.decode()).values():
        assert urlsplit(url).netloc == "" and url.startswith("/d/sales/")


def test_steps_from_what_one_may_not_know_of_are_not_found(
    alice: User, charlie: User, client_of: Browser, calls: list[Recording]
) -> None:
    def status(user: User, call: Recording, to: str = "next") -> int:
        kwargs = {"department": "sales", "uuid": call.uuid, "to": to}
        url = reverse("transcription:search_step", kwargs=kwargs)
        return client_of(user).get(url, {"q": "退款"}).status_code

    assert status(alice, calls[2]) == 302
    assert status(alice, calls[3]) == 404  # private
    assert status(charlie, calls[2]) == 404
    assert status(alice, calls[2], "sideways") == 404
