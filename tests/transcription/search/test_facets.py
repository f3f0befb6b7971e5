"""By what results can be narrowed: a click leaves as many as it says."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from tests.people import join, membership
from tests.transcription.search.conftest import Indexed
from transcription.forms.search_facets import SHOWN, ShownFacet
from transcription.models.recordings import Recording, Tag
from transcription.models.transcripts import Transcript
from transcription.services.search import overview as service
from transcription.services.search.facets import facets_of
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.index import index_recording

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
MARCH = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
APRIL = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def calls(indexed: Indexed, sales: Department, bob: User) -> list[Transcript]:
    """Three calls, of which two have the same agent."""
    bob.display_name = "王芳"
    bob.save()
    made = [
        indexed("退款", agent="王小姐", direction="inbound", recorded_at=MARCH),
        indexed("退款", agent="王芳芳", direction="outbound", recorded_at=APRIL),
        indexed("退款", agent="李娜", recorded_at=APRIL),
    ]
    first = made[0].recording
    first.agent_member = membership(bob)
    first.save()
    for name, where in (("VIP", made[:2]), ("vip", made[2:]), ("投诉", made[1:])):
        tag = Tag.objects.create(department=sales, name=name)
        for one in where:
            one.recording.tags.add(tag)
    Transcript.objects.filter(pk=made[2].pk).update(language="en")
    return made


def shown(client: Client, **query: str) -> dict[str, ShownFacet]:
    """What the page fetches once it is there."""
    page = client.get("/d/sales/search/", query)
    answer = client.get("/d/sales/search/overview/", {"of": page.context["asked"]})
    assert answer.status_code == 200
    return {str(facet.name): facet for facet in answer.context["facets"]}


def test_without_scripts_they_are_on_a_page_of_their_own(
    alice: User, client_of: Browser, calls: list[Transcript]
) -> None:
    client = client_of(alice)
    page = client.get("/d/sales/search/", {"q": "退款"})
    assert "facets" not in page.context
    whole = client.get(f"/d/sales/search/{page.context['counted']}")
    assert len(whole.context["facets"]) == 5
    assert "facets-coming" not in whole.content.decode()


def counts(facet: ShownFacet) -> dict[str, int]:
    return {choice.label: choice.count for choice in facet.choices}


def after_click(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def test_each_value_has_its_number(
    alice: User, client_of: Browser, calls: list[Transcript]
) -> None:
    facets = shown(client_of(alice), q="退款")
    assert {name: counts(facet) for name, facet in facets.items()} == {
        "agent": {"王芳": 2, "李娜": 1, "王芳芳": 1},  # 王芳 is a part of 王芳芳
        "tag": {"VIP": 3, "投诉": 2},
        "direction": {"Inbound": 1, "Outbound": 1},
        "month": {"April 2026": 2, "March 2026": 1},
        "language": {"Chinese": 2, "English": 1},
    }


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_click_leaves_as_many_as_it_says_and_a_second_click_all(
    alice: User,
    client_of: Browser,
    calls: list[Transcript],
    settings: Settings,
    language: str,
) -> None:
    settings.LANGUAGE_CODE = language
    client = client_of(alice)
    clicked = 0
    for name, facet in shown(client, q="退款", sort="call").items():
        for choice in facet.choices:
            query = after_click(choice.address)
            assert query["sort"] == "call"
            page = client.get("/d/sales/search/", query)
            assert page.context["page"].total == choice.count, query
            if choice.count == len(calls):
                continue  # nothing to narrow
            (chosen,) = (
                one
                for one in shown(client, **query)[name].choices
                if one.label == choice.label
            )
            assert chosen.is_chosen
            assert after_click(chosen.address) == {"q": "退款", "sort": "call"}
            clicked += 1
    assert clicked == 10


def test_a_field_that_says_the_same_is_the_same_choice(
    alice: User, client_of: Browser, calls: list[Transcript]
) -> None:
    query = {"since": "2026-04-01", "until": "2026-04-30", "tag": "投诉"}
    facets = shown(client_of(alice), q="退款", **query)
    chosen = [choice for facet in facets.values() for choice in facet.choices]
    chosen = [choice for choice in chosen if choice.is_chosen]
    assert {choice.label for choice in chosen} == {"April 2026", "投诉"}
    for choice in chosen:
        rest = after_click(choice.address)
        assert rest["q"] == "退款"
        assert rest.keys() & query.keys() in ({"tag"}, {"since", "until"})


def test_what_does_not_narrow_is_not_offered(
    alice: User, client_of: Browser, indexed: Indexed
) -> None:
    for _ in range(2):
        indexed("退款", agent="王芳", direction="inbound")
    assert shown(client_of(alice), q="退款") == {}
    assert set(shown(client_of(alice), q="退款 agent:王芳")) == {"agent"}


def test_what_a_member_may_not_know_of_is_not_counted(
    alice: User, bob: User, client_of: Browser, indexed: Indexed
) -> None:
    indexed("退款", agent="王芳")
    indexed("退款", agent="李娜")
    indexed("退款", agent="赵敏", is_private=True, uploaded_by=bob)
    assert counts(shown(client_of(alice), q="退款")["agent"]) == {"李娜": 1, "王芳": 1}
    assert "赵敏" in counts(shown(client_of(bob), q="退款")["agent"])


def test_of_many_values_some_are_folded_away(
    alice: User, client_of: Browser, indexed: Indexed
) -> None:
    for number in range(SHOWN + 2):
        indexed("退款", agent=f"坐席{number}号")
    facet = shown(client_of(alice), q="退款")["agent"]
    assert (len(facet.first), len(facet.rest)) == (SHOWN, 2)


def test_only_what_is_counted_is_in_them(
    alice: User, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "COUNT_CAP", 2)
    for name in ("王芳", "李娜", "赵敏"):
        indexed("退款", agent=name)
    found = service.overview(
        membership=membership(alice), query="退款", filters=RecordingFilters()
    )
    assert found.is_capped
    assert [value.label for value in found.facets[0].values] == ["李娜", "赵敏"]


def test_they_cost_the_same_however_many_recordings_there_are(
    calls: list[Transcript], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [one.recording_id for one in calls]
    for some in (ids[:1], ids):
        with django_assert_num_queries(3), translation.override("en"):
            assert facets_of(some)


def test_whoever_has_several_departments_counts_in_the_others_too(
    alice: User,
    bob: User,
    client_of: Browser,
    indexed: Indexed,
    sales: Department,
    support: Department,
) -> None:
    indexed("退款")
    found = indexed("退款", title="客服来电").recording
    move(found, support)
    client = client_of(alice)
    of = {"of": client.get("/d/sales/search/", {"q": "退款"}).context["asked"]}
    overview = "/d/sales/search/overview/"
    assert "search/elsewhere/" not in client.get(overview, of).content.decode()
    join(alice, support, Role.MEMBER)
    assert "search/elsewhere/" in client.get(overview, of).content.decode()
    answer = client.get("/d/sales/search/elsewhere/", of)
    (one,) = answer.context["found"]
    assert (one.department, one.total, one.is_capped) == (support, 1, False)
    assert f"/d/{support.slug}/search/?q=" in answer.content.decode()
    # It is a search of that department, once.
    client.get("/d/sales/search/elsewhere/", of)
    (event,) = AuditEvent.objects.filter(
        action=AuditAction.SEARCH, department=support.pk, object_name="退款"
    )
    assert (event.actor, event.detail["hits"]) == (alice, 1)


def move(recording: Recording, department: Department) -> None:
    """To another department, and its document."""
    Recording.objects.filter(pk=recording.pk).update(department=department)
    recording.refresh_from_db()
    index_recording(recording)
