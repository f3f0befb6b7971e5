"""What a page says to somebody who found nothing, or was not understood."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models.people import User
from tests.people import membership
from tests.transcription.search.conftest import Indexed
from transcription.forms.search import SearchForm
from transcription.forms.search_chips import readable
from transcription.models.transcripts import Speaker
from transcription.services.search.voices import known_voices, unknown_voices

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
SEARCH = "/d/sales/search/"


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def client(alice: User, client_of: Browser) -> Client:
    return client_of(alice)


def speaker(indexed: Indexed, name: str, **fields: object) -> Speaker:
    transcript = indexed("退款", **fields)
    return Speaker.objects.create(transcript=transcript, label="channel-0", name=name)


def text(client: Client, **query: str) -> str:
    return unescape(client.get(SEARCH, query).content.decode())


@pytest.mark.parametrize(
    "typed", ["speaker:客户 退款", "退款 -(说话人：客户 抱歉)", "说话人:“客户” 退款"]
)
def test_a_name_that_no_speaker_has_is_said_with_those_that_there_are(
    client: Client, alice: User, indexed: Indexed, typed: str
) -> None:
    speaker(indexed, "坐席")
    (unknown,) = unknown_voices(membership(alice), typed)
    assert unknown.name == "客户"
    page = client.get(SEARCH, {"q": typed})
    if "asked" in page.context:  # something was found: the rest of the page says it
        page = client.get(f"{SEARCH}overview/", {"of": page.context["asked"]})
    content = unescape(page.content.decode())
    assert "No speaker here is called “客户”." in content
    (other,) = page.context["voices"][0].others
    assert other.text == "坐席"
    assert client.get(f"{SEARCH}{other.address}").context["refusal"] is None


def test_a_part_of_a_name_is_somebody(
    alice: User, client: Client, indexed: Indexed
) -> None:
    speaker(indexed, "客户王先生")
    assert unknown_voices(membership(alice), "speaker:客户 退款") == []
    assert "No speaker here" not in text(client, q="speaker:客户 投诉")


def test_names_in_other_peoples_private_recordings_are_not_said(
    alice: User, bob: User, indexed: Indexed
) -> None:
    speaker(indexed, "李总", is_private=True, uploaded_by=bob)
    assert known_voices(membership(alice)) == []
    assert len(unknown_voices(membership(alice), "speaker:李总 退款")) == 1
    assert unknown_voices(membership(bob), "speaker:李总 退款") == []


def test_a_mistyped_name_leads_to_the_question_that_was_meant(client: Client) -> None:
    page = client.get(SEARCH, {"q": "退款 speeker:客服", "sort": "call"})
    assert page.status_code == 422
    meant = page.context["meant"]
    assert meant.text == "退款 speaker:客服"
    assert client.get(f"{SEARCH}{meant.address}").context["refusal"] is None
    assert "sort=call" in meant.address
    assert "What can be typed" in text(client, q="退款 speeker:客服")


def test_a_quotation_mark_too_many_has_help_and_no_suggestion(client: Client) -> None:
    page = client.get(SEARCH, {"q": "“退款"})
    assert page.context["meant"] is None
    assert "What can be typed" in unescape(page.content.decode())


@pytest.mark.parametrize(
    ("query", "bare"),
    [
        ({"q": "投诉 agent:王芳 最近:昨天"}, "?q=%E6%8A%95%E8%AF%89"),
        ({"q": "投诉", "agent": "王芳"}, "?q=%E6%8A%95%E8%AF%89"),
        ({"q": "投诉"}, ""),
        ({"q": "agent:王芳"}, ""),
    ],
)
def test_where_only_a_part_was_searched_the_whole_is_a_click_away(
    client: Client, indexed: Indexed, query: dict[str, str], bare: str
) -> None:
    indexed("退款")
    page = client.get(SEARCH, query)
    assert page.context["bare"] == bare
    said = "Only part of the recordings was searched" in page.content.decode()
    assert said is bool(bare)


def test_a_saved_search_is_called_what_it_asks(alice: User) -> None:
    def called(typed: str) -> str:
        return readable(SearchForm({"q": typed}, membership=membership(alice)))

    assert called("退款 投诉") == "退款 投诉"
    assert (
        called("退款 agent:王芳 direction:in") == "退款, Agent 王芳, Direction Inbound"
    )
