"""Two people in one form: the second one sees what the first one saved."""

import json
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from tests.factories import make_recording, make_transcript
from tests.people import join, make_user, membership
from transcription.models.recordings import Recording
from transcription.models.speech import DepartmentVad
from transcription.models.transcripts import Speaker, Transcript

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
PROGRAM = {"accept": "application/json"}
VAD = {"end_silence_ms": 200, "max_segment_ms": 10_000, "gap_ms": 0, "pad_ms": 0}
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
TYPED = re.compile(
    r"includes/(field|check)\.html|<textarea|<select|"
    r"<input class=\"input\"|type=\"(text|number)\"|_details\.html"
)
# Forms with fields that write over nothing that somebody else may have changed.
OVER_NOTHING = {
    "accounts/access_requests/_request.html": "a reason for one answer",
    "accounts/departments/create.html": "new",
    "accounts/departments/edit.html": "appoints somebody",
    "accounts/invitations/invitation.html": "new",
    "accounts/members/_invitations.html": "new",
    "accounts/people/create.html": "new",
    "accounts/people/profile.html": "one's own; a token is new",
    "accounts/sign_in/confirm_password.html": "one's own",
    "accounts/sign_in/login.html": "one's own",
    "accounts/sign_in/password.html": "one's own",
    "transcription/evaluation/sets/index.html": "new",
    "transcription/evaluation/sets/set.html": "new",
    "transcription/hotwords/lists/_new.html": "new",
    "transcription/hotwords/lists/list.html": "new words",
    "transcription/hotwords/proposals/_answer_many.html": "a reason for one answer",
    "transcription/hotwords/proposals/_waiting.html": "a reason for one answer",
    "transcription/hotwords/suggestions/_answer.html": "new",
    "transcription/hotwords/suggestions/_answer_many.html": "new",
    "transcription/evaluation/trials/trial.html": "new",
    "transcription/hotwords/versions/_draft.html": "former versions stay",
    "transcription/recogniser/_intake.html": "a switch with its reason",
    "transcription/recordings/bulk/retry.html": "new jobs",
    "transcription/recordings/importing/_columns.html": "nothing is made of them yet",
    "transcription/recordings/importing/index.html": "new",
    "transcription/recordings/tags/_changes.html": "two are merged; names have theirs",
    "transcription/recordings/upload.html": "new",
    "transcription/search/saved/_on_page.html": "new",
    "transcription/search/saved/new.html": "new",
}


@pytest.fixture
def transcript(sales: Department, bob: User) -> Transcript:
    return make_transcript(make_recording(sales, bob), ["您好"])


@pytest.fixture
def speaker(transcript: Transcript) -> Speaker:
    return transcript.speakers.create(label="speaker-7", name="旧名")


def of_recording(recording: Recording) -> str:
    return f"/d/sales/recordings/{recording.uuid}/"


def of_speaker(speaker: Speaker) -> str:
    return f"{of_recording(speaker.transcript.recording)}speakers/{speaker.pk}/"


def test_every_form_that_edits_what_others_edit_sends_its_version() -> None:
    root = settings.BASE_DIR / "templates"
    blind = set()
    for path in sorted(root.rglob("*.html")):
        for form in FORM.findall(path.read_text(encoding="utf-8")):
            is_post = 'method="post"' in form
            has_version = re.search(r"\.version }}|name=\"(version|before)\"", form)
            if is_post and TYPED.search(form) and not has_version:
                blind.add(str(path.relative_to(root)))
    assert blind == set(OVER_NOTHING)


def test_a_voices_name_of_two_people_meets(
    bob: User, carol: User, speaker: Speaker, client_of: ClientOf
) -> None:
    client, address = client_of(bob), of_speaker(speaker)
    version = str(client.get(address).context["form"]["version"].value())
    page = client.get(of_recording(speaker.transcript.recording)).content.decode()
    assert f'name="version" value="{version}"' in page
    client_of(carol).post(address, {"name": "卡萝的", "version": version})
    sent = {"name": "鲍勃的", "version": version}
    answer = client.post(address, sent)
    assert answer.status_code == 409
    conflict = answer.context["conflict"]
    assert "Carol" in conflict.sentence
    assert [(one.theirs, one.mine) for one in conflict.differences] == [
        ("卡萝的", "鲍勃的")
    ]
    refused = client.post(address, sent, headers=PROGRAM)
    assert refused.status_code == 409
    assert json.loads(refused.content)["code"] == "changed_meanwhile"
    assert client.post(address, sent | {"theirs": "1"}).status_code == 302
    speaker.refresh_from_db()
    assert speaker.name == "卡萝的"

    seen = str(answer.context["form"]["version"].value())
    assert client.post(address, sent | {"version": seen}).status_code == 302
    speaker.refresh_from_db()
    assert speaker.name == "鲍勃的"


def test_a_voices_name_says_who_let_the_channels_change_names(
    bob: User, carol: User, transcript: Transcript, client_of: ClientOf
) -> None:
    transcript.speakers.all().delete()
    left = transcript.speakers.create(label="channel-0", channel=0, name="客服")
    transcript.speakers.create(label="channel-1", channel=1, name="客户")
    client, address = client_of(bob), of_speaker(left)
    version = str(client.get(address).context["form"]["version"].value())
    client_of(carol).post(f"{of_recording(transcript.recording)}channels/swap/")
    answer = client.post(address, {"name": "王芳", "version": version})
    assert "Carol" in answer.context["conflict"].sentence


def test_a_name_that_is_too_long_stays_in_its_form(
    bob: User, speaker: Speaker, client_of: ClientOf
) -> None:
    answer = client_of(bob).post(of_speaker(speaker), {"name": "长" * 65})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "长" * 65 in page and "field-errors" in page


def test_the_name_of_a_voice_that_was_told_apart_anew_is_said_again(
    bob: User, speaker: Speaker, client_of: ClientOf
) -> None:
    Transcript.objects.update(is_current=False)
    client, address = client_of(bob), of_speaker(speaker)
    answer = client.post(address, {"name": "王芳"}, follow=True)
    assert "王芳" in answer.content.decode()
    refused = client.post(address, {"name": "王芳"}, headers=PROGRAM)
    assert refused.status_code == 409
    assert json.loads(refused.content)["code"] == "transcribed_again"


def test_values_of_two_admins_meet(
    sales: Department, carol: User, transcript: Transcript, client_of: ClientOf
) -> None:
    other = join(make_user("erin", display_name="Erin"), sales, Role.ADMIN)
    address = f"{of_recording(transcript.recording)}vad/"
    client = client_of(carol)
    version = str(client.get(address).context["form"]["version"].value())
    theirs = VAD | {"pad_ms": 50, "version": version}
    client_of(other).post(f"{address}keep/", theirs)
    sent = VAD | {"version": version}
    answer = client.post(f"{address}keep/", sent)
    assert answer.status_code == 409
    conflict = answer.context["conflict"]
    assert "Erin" in conflict.sentence
    assert [(one.theirs, one.mine) for one in conflict.differences] == [("50", "0")]
    # "Use mine" presses what the form itself does.
    assert f'action="{address}keep/" method="post"' in answer.content.decode()
    refused = client.post(f"{address}keep/", sent, headers=PROGRAM)
    assert json.loads(refused.content)["code"] == "changed_meanwhile"
    assert client.post(f"{address}keep/", sent | {"theirs": "1"}).status_code == 302
    assert DepartmentVad.objects.get().pad_ms == 50

    seen = str(answer.context["form"]["version"].value())
    client.post(f"{address}keep/", VAD | {"version": seen})
    assert DepartmentVad.objects.get().pad_ms == 0
    client_of(other).post(f"{address}reset/")
    answer = client.post(f"{address}keep/", VAD | {"pad_ms": 70, "version": seen})
    assert answer.status_code == 409


def test_whom_a_name_means_is_not_written_over(
    sales: Department, carol: User, alice: User, client_of: ClientOf
) -> None:
    made = make_recording(sales, agent="老王", agent_member=membership(alice))
    client, address = client_of(carol), "/d/sales/agents/"
    make_recording(sales, agent="小李")
    sent = {
        "form-TOTAL_FORMS": 2,
        "form-INITIAL_FORMS": 2,
        "form-0-name": "小李",
        "form-0-member": "alice",
        "form-1-name": "老王",
        "form-1-member": "carol",
    }
    answer = client.post(address, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "“老王”您填的是：carol" in page
    assert "alice" in page
    refused = client.post(address, sent, headers=PROGRAM)
    assert json.loads(refused.content)["code"] == "changed_meanwhile"
    made.refresh_from_db()
    assert made.agent_member == membership(alice)
    assert not made.department.recordings.filter(
        agent="小李", agent_member=membership(alice)
    ).exists()
    assert 'value="alice"' in page
