"""The page that looks for a hotword in what was recognised before it."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording, make_transcript
from tests.people import join, make_user
from tests.transcription.pages import primary_actions
from transcription.models.revisions import HotwordRevision
from transcription.models.transcripts import Segment
from transcription.services.hotwords.lists import add_words, create_list

ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(sales: Department) -> User:
    return join(make_user("admin"), sales, Role.ADMIN)


@pytest.fixture
def segment(sales: Department) -> Segment:
    transcript = make_transcript(make_recording(sales), ["买稳健曾立<b>"])
    return transcript.segments.get()


def test_it_says_of_a_word_that_no_list_has_it(
    sales: Department, support: Department, admin: User, client_of: ClientOf
) -> None:
    client, url = client_of(admin), f"/d/{sales.slug}/hotwords/archive/"
    theirs = create_list(department=support, origin=SYSTEM, name="产品")
    add_words(hotword_list=theirs, origin=SYSTEM, text="稳健增利")
    page = client.get(url, {"word": "稳健增利"}).content.decode()
    assert "还没有热词表包含“稳健增利”" in page
    ours = create_list(department=sales, origin=SYSTEM, name="产品")
    add_words(hotword_list=ours, origin=SYSTEM, text="稳健增利")
    page = client.get(url, {"word": "稳健增利|稳赚增利"}).content.decode()
    assert "还没有热词表包含" not in page


def test_an_admin_finds_corrects_and_undoes(
    sales: Department, admin: User, segment: Segment, client_of: ClientOf
) -> None:
    client = client_of(admin)
    url = f"/d/{sales.slug}/hotwords/archive/"
    assert "没有需要修正的句子" not in client.get(url).content.decode()
    page = client.get(url, {"word": "稳健增利"}).content.decode()
    assert "<del>稳健曾立</del><ins>稳健增利</ins>&lt;b&gt;" in page
    assert primary_actions(page) == 1
    chosen = {"word": "稳健增利", "sentence": [segment.pk]}
    answer = client.post(url, chosen | {"confirmed": 1})
    assert answer["Location"] == url
    segment.refresh_from_db()
    assert segment.text == "买稳健增利<b>"
    assert "已修正 1 个句子" in client.get(url).content.decode()
    page = client.get(url, {"word": "稳健增利"}).content.decode()
    assert "没有需要修正的句子" in page
    revision = HotwordRevision.objects.get()
    undo = f"/d/{sales.slug}/hotwords/revisions/{revision.uuid}/undo/"
    assert client.post(undo)["Location"] == url
    segment.refresh_from_db()
    assert segment.text == "买稳健曾立<b>"
    assert "已由" in client.get(url).content.decode()


def test_nothing_is_chosen_beforehand(
    sales: Department, admin: User, segment: Segment, client_of: ClientOf
) -> None:
    url = f"/d/{sales.slug}/hotwords/archive/"
    page = client_of(admin).get(url, {"word": "稳健增利"}).content.decode()
    assert f'value="{segment.pk}"' in page
    assert "checked" not in page.split("archive-matches")[1]
    assert "读音相同" in page


def test_sentences_stand_there_as_the_transcript_shows_them(
    sales: Department, admin: User, client_of: ClientOf
) -> None:
    transcript = make_transcript(make_recording(sales), ["买一百元稳健曾立把好的"])
    transcript.segments.update(
        text="买100元稳健曾立把，好的。",
        itn_map=[[1, 3, 1, 4], [9, 9, 10, 11], [11, 11, 13, 14]],
    )
    url = f"/d/{sales.slug}/hotwords/archive/"
    page = client_of(admin).get(url, {"word": "稳健增利"}).content.decode()
    assert "买100元<del>稳健曾立</del><ins>稳健增利</ins>把，好的。" in page


@pytest.mark.parametrize("confirmed", ["", "2", "-1"])
def test_the_number_of_sentences_is_confirmed_first(
    sales: Department,
    admin: User,
    segment: Segment,
    client_of: ClientOf,
    confirmed: str,
) -> None:
    client, url = client_of(admin), f"/d/{sales.slug}/hotwords/archive/"
    chosen = {"word": "稳健增利", "sentence": [segment.pk], "confirmed": confirmed}
    page = client.post(url, chosen).content.decode()
    assert "修正 1 个句子" in page
    assert 'name="confirmed" value="1"' in page
    assert "<del>稳健曾立</del><ins>稳健增利</ins>" in page
    segment.refresh_from_db()
    assert segment.text == "买稳健曾立<b>"
    assert not HotwordRevision.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"word": "稳健增利"},
        {"word": "稳健增利", "sentence": ["x", "-1", "9" * 30, "²"]},
        {"word": "稳健增利", "sentence": ["999999"]},
        {"word": "<script>", "sentence": ["1"]},
        {"word": "", "sentence": ["1"]},
        {},
    ],
)
def test_nonsense_gets_a_sentence(
    sales: Department, admin: User, client_of: ClientOf, data: dict[str, object]
) -> None:
    url = f"/d/{sales.slug}/hotwords/archive/"
    answer = client_of(admin).post(url, data)
    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode() or (
        'role="alert"' in answer.content.decode()
    )


@pytest.mark.parametrize("below", ["x", "-3", "0", "9" * 40])
def test_a_place_that_cannot_be_is_no_error_of_ours(
    sales: Department, admin: User, client_of: ClientOf, below: str
) -> None:
    url = f"/d/{sales.slug}/hotwords/archive/"
    answer = client_of(admin).get(url, {"word": "稳健增利", "below": below})
    assert answer.status_code == 422
