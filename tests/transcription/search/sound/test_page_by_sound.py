"""The switch on the search page, and the row that offers it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.words import describe
from accounts.services.audit.writing import SYSTEM
from tests.people import membership
from tests.transcription.search.conftest import Indexed
from transcription.models.recordings import Recording
from transcription.services.recordings.keeping import trash_recording
from transcription.services.search import searching, sounding
from transcription.services.search.searching import SearchPage, search_segments

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
Ask = Callable[..., SearchPage]


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def page_of(client_of: Browser, sales: Department) -> Callable[..., str]:
    def get(user: User, **query: str) -> str:
        url = reverse("transcription:search", kwargs={"department": sales.slug})
        response = client_of(user).get(url, query)
        assert response.status_code == 200
        return response.content.decode()

    return get


def test_the_switch_finds_what_sounds_alike_and_marks_it(
    alice: User, indexed: Indexed, page_of: Callable[..., str]
) -> None:
    indexed("我要买立财产品", title="甲")
    indexed("我要买理财产品", title="乙")
    page = page_of(alice, q="理财", sound="on")
    assert "我要买<mark data-heard>立财</mark>产品" in page
    assert "我要买<mark>理财</mark>产品" in page
    assert page.count("Sounds alike") == 1
    assert "checked" in page.partition('name="sound"')[2].partition(">")[0]
    assert "2 recordings" in page


def test_without_the_switch_a_row_says_what_would_be_found(
    alice: User, indexed: Indexed, page_of: Callable[..., str]
) -> None:
    for said in ("立财", "立财产品", "理才", "理财"):
        indexed(said, title="来电")
    page = page_of(alice, q="理财", agent="")
    assert "1 recording" in page
    assert "<mark data-heard>立财</mark> 2" in page
    assert "<mark data-heard>理才</mark> 1" in page
    assert "Show 3 more recordings" in page
    assert 'href="?q=%E7%90%86%E8%B4%A2&amp;sound=on"' in page
    assert "Also sounds like" not in page_of(alice, q="理财", sound="on")
    assert "Also sounds like" not in page_of(alice, q="才")
    assert "Also sounds like" not in page_of(alice, q="您好")


def test_the_row_stays_away_where_enough_is_found(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounding, "FEW", 2)
    indexed("立财", title="来电")
    indexed("理财", title="来电")
    assert ask(alice, "理财").sounding
    indexed("理财", title="来电")
    assert ask(alice, "理财").sounding is None


def test_the_row_reads_so_many_and_says_that_there_are_more(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounding, "LOOKED_CAP", 2)
    for said in ("立财", "理财", "立财", "立财"):
        indexed(said, title="来电")
    found = ask(alice, "理财").sounding
    assert found
    assert (found.total, found.has_more) == (2, True)


def ask(user: User, query: str, *, by_sound: bool = False) -> SearchPage:
    return search_segments(
        membership=membership(user),
        origin=SYSTEM,
        query=query,
        by_sound=by_sound,
    )


def test_it_stays_in_the_address_of_the_next_page_and_in_the_trail(
    alice: User,
    indexed: Indexed,
    page_of: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "RECORDINGS_PER_PAGE", 1)
    indexed("立财", title="来电")
    indexed("理才", title="来电")
    page = page_of(alice, q="理财", sound="on")
    assert "理才" in page
    assert "立财" not in page
    assert "sound=on&amp;after=" in page
    event = AuditEvent.objects.latest("pk")
    assert "by sound" in describe(event.detail)
    page_of(alice, q="理财")
    assert "by sound" not in describe(AuditEvent.objects.latest("pk").detail)


def test_nobody_hears_of_other_departments_or_the_trash(
    alice: User, charlie: User, support: Department, indexed: Indexed
) -> None:
    ours = indexed("立财", title="来电").recording
    indexed("理才", department=support, title="来电")
    for by_sound in (False, True):
        page = ask(alice, "理财", by_sound=by_sound)
        found = page.sounding.total if page.sounding else page.total
        assert found == 1
    assert ask(charlie, "理财", by_sound=True).total == 1
    trash_recording(recording=ours, membership=membership(alice), origin=SYSTEM)
    assert ask(alice, "理财").sounding is None
    assert ask(alice, "理财", by_sound=True).total == 0
    assert Recording.objects.count() == 2
