"""``POST /api/transcribe`` as docs/api.md describes it."""

from typing import Any

import pytest
from django.test import Client

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_transcript
from tests.transcription.api.conftest import ApiOf, speech
from transcription.api import transcribe
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobQueue, JobState

URL = "/api/transcribe"


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> list[TranscriptionJob]:
    """Finishes every job that somebody waits for; the list of those jobs."""
    done: list[TranscriptionJob] = []

    def finish(job: TranscriptionJob, seconds: float) -> bool:
        if job.is_active:
            done.append(job)
            Recording.objects.filter(pk=job.recording_id).update(duration_ms=500)
            job.recording.refresh_from_db()
            make_transcript(job.recording, ["一百二十块", "OK", "thank you"], job)
            job.state = JobState.SUCCEEDED
            job.save()
        return True

    monkeypatch.setattr(transcribe, "wait_until_finished", finish)
    return done


def post(api: Client, **form: Any) -> Any:
    return api.post(URL, {"audio": speech(), **form})


def test_short_audio_answers_in_one_round_trip(
    api_of: ApiOf, alice: User, worker: list[TranscriptionJob]
) -> None:
    answer = post(api_of(alice))
    assert answer.status_code == 200
    job = TranscriptionJob.objects.get()
    assert answer.json() == {
        "text": "一百二十块OK thank you",
        "text_raw": "一百二十块OK thank you",
        "language": "zh",
        "punctuation": "",
        "duration_ms": 500,
        "segments": [
            {
                "start_ms": start,
                "end_ms": start + 2_800,
                "speaker": None,
                "channel": None,
                "text": text,
                "text_raw": text,
                "words": [],
            }
            for start, text in ((0, "一百二十块"), (3_000, "OK"), (6_000, "thank you"))
        ],
        "recording": str(job.recording.uuid),
        "job": str(job.uuid),
    }
    assert job.queue == JobQueue.INTERACTIVE
    assert (job.department, job.requested_by) == (job.recording.department, alice)


def test_past_the_wait_it_answers_202_and_loses_nothing(
    api_of: ApiOf, alice: User
) -> None:
    answer = post(api_of(alice))
    job = TranscriptionJob.objects.get()
    assert answer.status_code == 202
    assert answer["Location"] == f"http://testserver/api/jobs/{job.uuid}"
    assert answer["Retry-After"].isdigit()
    assert answer.json()["job_url"] == answer["Location"]
    assert answer.json()["recording"] == str(job.recording.uuid)
    assert answer.json()["state"] == "queued"
    assert job.recording.file.storage.exists(str(job.recording.file.name))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, ("zh", True, [])),
        ({"language": "en", "itn": "True"}, ("en", True, [])),
        ({"language": "", "itn": "false"}, ("zh", False, [])),
        ({"language": "auto", "itn": "0"}, ("auto", False, [])),
        ({"itn": "on"}, ("zh", True, [])),
        ({"itn": "1"}, ("zh", True, [])),
        (
            {"hotwords": "声文,云帆科技，理财 产品\n开放平台"},
            ("zh", True, ["声文", "云帆科技", "理财", "产品", "开放平台"]),
        ),
    ],
)
def test_the_form_says_what_is_wanted(
    api_of: ApiOf, alice: User, form: dict[str, str], expected: tuple[Any, ...]
) -> None:
    assert post(api_of(alice), **form).status_code == 202
    job = TranscriptionJob.objects.get()
    assert (job.language, job.use_itn, list(job.hotwords)) == expected


@pytest.mark.parametrize(
    ("form", "wanted"),
    [({}, True), ({"punctuation": "true"}, True), ({"punctuation": "false"}, False)],
)
def test_marks_are_added_unless_the_caller_wants_none(
    api_of: ApiOf, alice: User, form: dict[str, str], wanted: bool
) -> None:
    assert post(api_of(alice), **form).status_code == 202
    assert TranscriptionJob.objects.get().use_punctuation is wanted
    # The other way is another order.
    other = "false" if wanted else "true"
    assert post(api_of(alice), punctuation=other).status_code == 202
    assert TranscriptionJob.objects.count() == 2


@pytest.mark.parametrize(
    ("form", "speakers"),
    [({}, "off"), ({"speakers": "auto"}, "auto"), ({"speakers": "3"}, "3")],
)
def test_voices_are_told_apart_when_the_caller_says_so(
    api_of: ApiOf, alice: User, form: dict[str, str], speakers: str
) -> None:
    assert post(api_of(alice), **form).status_code == 202
    assert TranscriptionJob.objects.get().speakers == speakers
    # Another number of voices is another order.
    assert post(api_of(alice), speakers="8").status_code == 202
    assert TranscriptionJob.objects.count() == 2


@pytest.mark.parametrize("speakers", ["1", "9", "-2", "many"])
def test_an_impossible_number_of_speakers_is_refused(
    api_of: ApiOf, alice: User, speakers: str
) -> None:
    answer = post(api_of(alice), speakers=speakers)
    assert answer.status_code == 400
    assert not TranscriptionJob.objects.exists()


def test_what_is_left_out_is_the_departments_default(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    Department.objects.filter(pk=sales.pk).update(
        default_language="ja", default_itn=False, default_punctuation=False
    )
    post(api_of(alice))
    job = TranscriptionJob.objects.get()
    assert (job.language, job.use_itn, job.use_punctuation) == ("ja", False, False)


def test_a_caller_who_wants_marks_gets_them_whatever_the_default(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    Department.objects.filter(pk=sales.pk).update(default_punctuation=False)
    post(api_of(alice), punctuation="true")
    assert TranscriptionJob.objects.get().use_punctuation is True


def test_the_same_file_with_the_same_options_is_recognised_once(
    api_of: ApiOf, alice: User, bob: User, worker: list[TranscriptionJob]
) -> None:
    first = post(api_of(alice), hotwords="声文").json()
    again = post(api_of(bob), hotwords="声文")
    assert (again.status_code, again.json()) == (200, first)
    assert len(worker) == Recording.objects.count() == 1


def test_a_repeated_call_waits_for_the_first_ones_job(
    api_of: ApiOf, alice: User
) -> None:
    first, again = post(api_of(alice)), post(api_of(alice))
    assert first.json()["job"] == again.json()["job"]


def test_other_options_make_another_recording_and_leave_the_first_alone(
    api_of: ApiOf, alice: User, worker: list[TranscriptionJob]
) -> None:
    first = post(api_of(alice)).json()
    other = post(api_of(alice), itn="false").json()
    assert first["recording"] != other["recording"]
    assert post(api_of(alice)).json() == first
    assert post(api_of(alice), itn="false").json() == other


def test_another_departments_same_file_is_its_own(
    api_of: ApiOf, alice: User, charlie: User, worker: list[TranscriptionJob]
) -> None:
    assert (
        post(api_of(alice)).json()["recording"]
        != post(api_of(charlie)).json()["recording"]
    )


def test_a_failed_job_is_a_problem_and_the_recording_is_kept(
    api_of: ApiOf, alice: User
) -> None:
    post(api_of(alice))
    TranscriptionJob.objects.update(state=JobState.FAILED, error_code="corrupt_audio")
    failed = TranscriptionJob.objects.get()
    answer = transcribe_again(api_of(alice), fail="corrupt_audio")
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "corrupt_audio"
    assert problem["detail"]
    assert problem["recording"] == str(failed.recording.uuid)
    assert Recording.objects.count() == 1, "it was tried again, not stored again"
    assert TranscriptionJob.objects.count() == 2


def transcribe_again(api: Client, fail: str) -> Any:
    def end(job: TranscriptionJob, seconds: float) -> bool:
        job.state, job.error_code = JobState.FAILED, fail
        job.save()
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transcribe, "wait_until_finished", end)
        return post(api)


def test_an_auditor_may_not_upload(api_of: ApiOf, dave: User) -> None:
    answer = post(api_of(dave))
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert not Recording.objects.exists()


def test_a_transcript_that_leaves_is_in_the_audit_trail(
    api_of: ApiOf, alice: User, worker: list[TranscriptionJob]
) -> None:
    post(api_of(alice))
    actions = AuditEvent.objects.filter(object_type="recording")
    assert {event.action for event in actions} == {AuditAction.UPLOAD, AuditAction.VIEW}
    assert {event.actor for event in actions} == {alice}
