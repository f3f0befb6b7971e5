"""What the form's own address does with drafts, and with what somebody else saved."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM, Origin
from tests.factories import make_recording, make_transcript
from tests.people import membership
from transcription.models.drafts import Draft
from transcription.models.hotwords.lists import HotwordList
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment
from transcription.services.hotwords.lists import add_words, create_list, edit_list
from transcription.services.transcripts.corrections import correct_segment

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
PROGRAM = {"accept": "application/json"}


@pytest.fixture
def segment(sales: Department, bob: User) -> Segment:
    return make_transcript(make_recording(sales, bob), ["您好"]).segments.get()


@pytest.fixture
def words(sales: Department) -> HotwordList:
    made = create_list(department=sales, origin=SYSTEM, name="产品")
    add_words(hotword_list=made, origin=SYSTEM, text="利率")
    return made


def of_recording(segment: Segment) -> str:
    return f"/d/sales/recordings/{segment.transcript.recording.uuid}/"


def of_segment(segment: Segment) -> str:
    return f"{of_recording(segment)}segments/{segment.pk}/"


def correct(segment: Segment, user: User, text: str) -> None:
    correct_segment(
        segment=segment,
        membership=membership(user),
        origin=Origin(user=user),
        text=text,
    )


def version(client: Client, address: str, form: str = "form") -> str:
    return str(client.get(address).context[form]["version"].value())


def test_a_draft_is_kept_offered_and_given_up(
    bob: User, carol: User, segment: Segment, client_of: ClientOf
) -> None:
    client, address = client_of(bob), of_segment(segment)
    sent = {"draft": "keep", "text": "您好吗", "version": version(client, address)}
    assert client.post(address, sent, headers=PROGRAM).status_code == 204
    page = client.get(address)
    assert page.context["form"]["text"].value() == "您好吗"
    assert 'name="draft" value="drop"' in page.content.decode()
    assert client_of(carol).get(address).context["draft"] is None
    segment.refresh_from_db()
    assert segment.text == "您好"

    again = client.post(address, {"draft": "drop"}, follow=True)
    assert again.context["form"]["text"].value() == "您好"
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("charlie", 404)])
def test_who_may_not_save_keeps_no_draft(
    who: str,
    status: int,
    segment: Segment,
    client_of: ClientOf,
    request: pytest.FixtureRequest,
) -> None:
    client = client_of(request.getfixturevalue(who))
    for address in (of_segment(segment), f"{of_recording(segment)}edit/"):
        answer = client.post(address, {"draft": "keep", "text": "x"})
        assert answer.status_code == status
    assert not Draft.objects.exists()


def test_only_fields_are_kept(bob: User, segment: Segment, client_of: ClientOf) -> None:
    sent = {"draft": "keep", "text": "您\0好", "a\0b": "x", "version": "v\0"}
    answer = client_of(bob).post(of_segment(segment), sent)
    assert answer.status_code == 204
    draft = Draft.objects.get()
    assert (draft.fields, draft.base_version) == ({"text": "您好"}, "v")


def test_a_script_learns_why_it_cannot_be_kept(
    bob: User, segment: Segment, client_of: ClientOf
) -> None:
    address, sent = of_segment(segment), {"draft": "keep", "text": "您好吗"}

    def refused(client: Client) -> tuple[int, str]:
        answer = client.post(address, sent, headers=PROGRAM)
        assert json.loads(answer.content)["message"]
        return answer.status_code, json.loads(answer.content)["code"]

    assert refused(Client()) == (401, "login_needed")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of(bob).cookies
    assert refused(strict) == (403, "csrf")
    Recording.objects.update(deleted_at=timezone.now())
    assert refused(client_of(bob)) == (409, "in_trash")


def test_a_draft_of_an_old_text_is_a_conflict_when_it_is_saved(
    bob: User, carol: User, segment: Segment, client_of: ClientOf
) -> None:
    client, address = client_of(bob), of_segment(segment)
    sent = {"text": "鲍勃的", "version": version(client, address)}
    client.post(address, sent | {"draft": "keep"})
    correct(segment, carol, "卡萝的")
    again = {"text": "鲍勃的", "version": version(client, address)}
    answer = client.post(address, again)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Carol" in page
    assert "卡萝的</dd>" in page and "鲍勃的</dd>" in page
    assert ">鲍勃的</textarea>" in page
    segment.refresh_from_db()
    assert segment.text == "卡萝的"
    assert Draft.objects.get().fields == {"text": "鲍勃的"}

    seen = str(answer.context["form"]["version"].value())
    assert client.post(address, {"text": "鲍勃的", "version": seen}).status_code == 302
    segment.refresh_from_db()
    assert (segment.text, Draft.objects.count()) == ("鲍勃的", 0)


def test_htmx_draws_a_conflict_and_a_program_gets_its_code(
    bob: User, carol: User, segment: Segment, client_of: ClientOf
) -> None:
    client, address = client_of(bob), of_segment(segment)
    sent = {"text": "鲍勃的", "version": version(client, address)}
    correct(segment, carol, "卡萝的")
    assert client.post(address, sent, headers={"HX-Request": "true"}).status_code == 422
    answer = client.post(address, sent, headers=PROGRAM)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (
        409,
        "changed_meanwhile",
    )


def test_undo_does_not_undo_what_was_not_seen(
    bob: User, carol: User, segment: Segment, client_of: ClientOf
) -> None:
    correct(segment, bob, "鲍勃的")
    client, address = client_of(bob), of_segment(segment)
    sent = {"undo": "1", "version": version(client, address)}
    correct(segment, carol, "卡萝的")
    assert client.post(address, sent).status_code == 409
    segment.refresh_from_db()
    assert segment.text == "卡萝的"


def test_the_same_correction_twice_is_no_conflict(
    bob: User, carol: User, segment: Segment, client_of: ClientOf
) -> None:
    client, address = client_of(bob), of_segment(segment)
    sent = {"text": "您好吗", "version": version(client, address)}
    correct(segment, carol, "您好吗")
    assert client.post(address, sent).status_code == 302


def test_details_of_two_people_meet(
    bob: User, carol: User, segment: Segment, client_of: ClientOf
) -> None:
    address = f"{of_recording(segment)}edit/"
    mine, theirs = client_of(bob), client_of(carol)
    sent = {"title": "鲍勃的", "is_private": "no", "version": version(mine, address)}
    theirs.post(address, {"title": "卡萝的", "tags": "新", "version": sent["version"]})
    answer = mine.post(address, sent)
    assert answer.status_code == 409
    conflict = answer.context["conflict"]
    assert "Carol" in conflict.sentence
    assert [(one.theirs, one.mine) for one in conflict.differences] == [
        ("卡萝的", "鲍勃的"),
        ("新", ""),
    ]
    again = sent | {"version": str(answer.context["form"]["version"].value())}
    assert mine.post(address, again).status_code == 302
    assert Recording.objects.get().title == "鲍勃的"


def test_a_word_and_a_lists_name_have_versions_too(
    carol: User, words: HotwordList, client_of: ClientOf
) -> None:
    client, base = client_of(carol), f"/d/sales/hotwords/{words.uuid}/"
    word = words.hotwords.get()
    address = f"{base}words/{word.pk}/"
    sent = {"text": "利率", "spoken": "力率", "version": version(client, address)}
    assert client.post(address, sent | {"spoken": "里率"}).status_code == 302
    assert client.post(address, sent).status_code == 409
    word.refresh_from_db()
    assert word.spoken == ["里率"]

    sent = {"name": "我的", "version": version(client, base, "list_form")}
    edit_list(hotword_list=words, origin=Origin(user=carol), name="她的")
    answer = client.post(f"{base}edit/", sent)
    assert answer.status_code == 409
    assert [one.theirs for one in answer.context["conflict"].differences] == ["她的"]
    words.refresh_from_db()
    assert words.name == "她的"
