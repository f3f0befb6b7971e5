"""Who makes a recording private, what it begins as, and how the pages say it."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording, make_transcript
from tests.people import join, make_user, membership
from tests.transcription.conftest import Upload, sound
from transcription.models.recordings import Recording, Tag
from transcription.models.transcripts import Segment
from transcription.services.search.filters import tags_for
from transcription.services.search.index import index_transcript
from transcription.services.search.searching import search_segments

ClientOf = Callable[[User], Client]
OPTIONS = {"language": "zh", "speakers": "off"}


@pytest.fixture
def erin(sales: Department) -> User:
    """Another member of sales."""
    return join(make_user("erin"), sales, Role.MEMBER)


def edit_url(recording: Recording) -> str:
    return reverse("transcription:recording_edit", args=["sales", recording.uuid])


@pytest.mark.parametrize(
    ("is_default", "chosen", "is_private"),
    [
        (False, {}, False),
        (True, {}, True),
        (True, {"is_private": "no"}, False),
        (False, {"is_private": "yes"}, True),
    ],
)
def test_an_upload_is_as_the_department_wants_unless_it_says_otherwise(
    sales: Department,
    alice: User,
    client_of: ClientOf,
    is_default: bool,
    chosen: dict[str, str],
    is_private: bool,
) -> None:
    Department.objects.update(default_private=is_default)
    client = client_of(alice)
    page = client.get("/d/sales/upload/").content.decode()
    assert f'value="{"yes" if is_default else "no"}" selected' in page
    file = SimpleUploadedFile("a.wav", sound())
    client.post("/d/sales/upload/", {**OPTIONS, **chosen, "file": file})
    assert Recording.objects.get().is_private is is_private


def test_an_admin_says_what_new_recordings_begin_as(
    sales: Department, carol: User, client_of: ClientOf
) -> None:
    client = client_of(carol)
    data = {
        "name": sales.name,
        "default_language": "zh",
        "left_channel_name": "客服",
        "right_channel_name": "客户",
        "default_private": "on",
    }
    assert client.post("/d/sales/settings/", data).status_code == 302
    sales.refresh_from_db()
    assert sales.default_private
    event = AuditEvent.objects.filter(action="department").latest("pk")
    assert event.detail["default_private"] == [False, True]


def test_uploaders_and_supervisors_change_it_and_it_is_audited(
    sales: Department, alice: User, bob: User, erin: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    assert client_of(erin).post(edit_url(recording)).status_code == 403
    for person, said in ((alice, "yes"), (bob, "no")):
        data = {"title": recording.title, "is_private": said}
        assert client_of(person).post(edit_url(recording), data).status_code == 302
        recording.refresh_from_db()
        assert recording.is_private is (said == "yes")
        event = AuditEvent.objects.filter(action="edit").latest("pk")
        assert event.actor == person
        assert event.detail["is_private"] == [said == "no", said == "yes"]


def test_the_same_file_of_somebody_else_is_no_duplicate_that_tells_of_it(
    alice: User, erin: User, bob: User, upload: Upload
) -> None:
    first = upload(alice).recording
    Recording.objects.update(is_private=True)
    second = upload(erin)
    assert not second.is_duplicate
    assert second.recording != first
    Recording.objects.update(is_private=True)
    assert upload(alice).recording == first
    assert upload(bob).is_duplicate


def test_the_pages_say_that_it_is_private(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice, is_private=True)
    index_transcript(make_transcript(recording, ["退款"]))
    client = client_of(alice)
    client.cookies["django_language"] = "en"
    for address in (
        "/d/sales/",
        "/d/sales/search/?q=退款",
        f"/d/sales/recordings/{recording.uuid}/",
    ):
        page = client.get(address, headers={"accept-language": "en"}).content.decode()
        assert 'class="private"' in page, address
        Recording.objects.update(is_private=False)
        assert 'class="private"' not in client.get(address).content.decode(), address
        Recording.objects.update(is_private=True)


def test_the_search_counts_only_what_the_person_may_open(
    sales: Department, alice: User, erin: User
) -> None:
    for number in range(6):
        owner, other = (alice, erin) if number % 2 else (erin, alice)
        recording = make_recording(sales, owner, is_private=number < 4)
        if number == 0:
            recording.agent_member = membership(other)
            recording.save()
        index_transcript(make_transcript(recording, ["退款", "不退款"]))

    def total(person: User) -> int:
        page = search_segments(
            membership=membership(person), origin=SYSTEM, query="退款"
        )
        assert page.total == len(page.groups)
        return page.total

    assert (total(alice), total(erin)) == (5, 4)


def test_filters_offer_tags_of_what_the_person_may_open(
    sales: Department, alice: User, erin: User
) -> None:
    for name, is_private in (("保密", True), ("投诉", False)):
        tag = Tag.objects.create(department=sales, name=name)
        make_recording(sales, alice, is_private=is_private).tags.add(tag)
    assert [tag.name for tag in tags_for(membership(erin))] == ["投诉"]
    assert {tag.name for tag in tags_for(membership(alice))} == {"保密", "投诉"}


def test_people_read_sentences_of_what_they_may_open(
    sales: Department, alice: User, erin: User, bob: User
) -> None:
    make_transcript(make_recording(sales, alice, is_private=True), ["甲"])
    make_transcript(make_recording(sales, alice), ["乙"])

    def read(person: User) -> set[str]:
        readable = Segment.objects.readable_by(membership(person))
        return {segment.text for segment in readable}

    assert read(alice) == read(bob) == {"甲", "乙"}
    assert read(erin) == {"乙"}
    assert Segment.objects.readable_in(sales).count() == 2
