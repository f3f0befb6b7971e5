"""``/api/jobs/<uuid>``."""

import uuid

import pytest

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording, make_transcript
from tests.transcription.api.conftest import ApiOf
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState


def url(job: TranscriptionJob, action: str = "") -> str:
    return f"/api/jobs/{job.uuid}{action}"


def test_a_running_job_tells_how_far_it_is(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    job = make_job(
        make_recording(sales, alice),
        JobState.RUNNING,
        progress_percent=40,
        eta_ms=12_000,
    )
    answer = api_of(alice).get(url(job)).json()
    assert (answer["state"], answer["progress_percent"], answer["eta_ms"]) == (
        "running",
        40,
        12_000,
    )
    assert answer["result"] is None
    assert answer["error"] is None
    assert answer["job_url"] == f"http://testserver{url(job)}"


def test_a_finished_job_brings_its_result(
    api_of: ApiOf, dave: User, sales: Department
) -> None:
    transcript = make_transcript(make_recording(sales))
    answer = api_of(dave).get(url(transcript.job)).json()
    assert answer["state"] == "succeeded"
    assert answer["result"]["text"].startswith("您好，请问")
    assert len(answer["result"]["segments"]) == 3
    assert answer["result"]["recording"] == str(transcript.recording.uuid)


def test_a_failed_job_says_why(api_of: ApiOf, alice: User, sales: Department) -> None:
    job = make_job(make_recording(sales), JobState.FAILED, error_code="no_audio")
    error = api_of(alice).get(url(job)).json()["error"]
    assert error["code"] == "no_audio"
    assert error["detail"]


@pytest.mark.parametrize("action", ["", "/cancel", "/retry"])
def test_a_stranger_gets_the_404_of_a_job_that_never_was(
    api_of: ApiOf, charlie: User, sales: Department, action: str
) -> None:
    job = make_job(make_recording(sales), JobState.FAILED)
    api = api_of(charlie)
    ask = api.post if action else api.get
    strange = ask(url(job, action))
    absent = ask(f"/api/jobs/{uuid.uuid4()}{action}")
    assert strange.status_code == absent.status_code == 404
    assert strange.json() == absent.json()
    assert strange["Content-Type"] == "application/problem+json"


def test_ones_own_job_can_be_canceled_and_tried_again(
    api_of: ApiOf, alice: User, sales: Department
) -> None:
    job = make_job(make_recording(sales, alice), JobState.QUEUED)
    api = api_of(alice)
    canceled = api.post(url(job, "/cancel"))
    assert (canceled.status_code, canceled.json()["state"]) == (202, "canceled")
    again = api.post(url(job, "/retry"))
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert again["Location"].endswith(again.json()["job"])


def test_a_colleagues_job_is_for_supervisors(
    api_of: ApiOf, alice: User, bob: User, dave: User, sales: Department
) -> None:
    job = make_job(make_recording(sales, bob), JobState.FAILED)
    for person in (alice, dave):
        answer = api_of(person).post(url(job, "/retry"))
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    carol_like = api_of(bob).post(url(job, "/retry"))
    assert carol_like.status_code == 202
