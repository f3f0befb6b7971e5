"""The transcript page while a job waits, runs, fails, is canceled or repeated."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_job, make_recording
from tests.transcription.pages import first_of, url_of
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment
from transcription.views.recordings import recording as recordings

ClientOf = Callable[[User], Client]


def test_a_failure_is_a_sentence_with_a_way_on(
    sales: Department, alice: User, dave: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice, duration_ms=None, waveform=None)
    make_job(recording, JobState.FAILED, error_code="corrupt_audio")
    client = client_of(alice)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    content = client.get(url_of(recording)).content.decode()
    assert (
        "The file is damaged and cannot be opened. Export it again or choose "
        "another one."
    ) in content
    assert url_of(recording, "retry/") in content
    assert "retry/" not in client_of(dave).get(url_of(recording)).content.decode()


def test_a_running_job_asks_again_and_stops_when_done(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    job = make_job(recording, JobState.RUNNING, progress_percent=42, eta_ms=65_000)
    client = client_of(alice)
    content = client.get(url_of(recording, "status/")).content.decode()
    assert 'hx-trigger="every 2s"' in content
    assert "42%" in content
    assert (
        '<button class="btn btn-small" id="run-cancel"' in content
    )  # focus stays on it
    headers = {"accept": "application/json"}
    answer = client.get(url_of(recording, "status/"), headers=headers).json()
    assert (answer["state"], answer["percent"]) == ("running", 42)
    TranscriptionJob.objects.filter(pk=job.pk).update(
        state=JobState.SUCCEEDED, lease_token=None
    )
    content = client.get(url_of(recording, "status/")).content.decode()
    assert "hx-trigger" not in content
    assert "data-finished" in content


def test_a_job_that_waits_to_be_tried_again_says_why_and_until_when(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    at = timezone.now()
    make_job(recording, JobState.QUEUED, error_code="service_failed", try_again_at=at)
    content = client_of(alice).get(url_of(recording)).content.decode()
    until = timezone.localtime(at)
    assert f"识别服务没有响应。将在 {until:%H:%M} 之后自动重试。" in content


def test_cancel_and_retry(sales: Department, alice: User, client_of: ClientOf) -> None:
    recording = make_recording(sales, alice)
    job = make_job(recording, JobState.QUEUED)
    client = client_of(alice)
    client.post(url_of(recording, "cancel/"))
    job.refresh_from_db()
    assert job.state == JobState.CANCELED
    client.post(url_of(recording, "retry/"), {"language": "en"})
    again = recording.jobs.first()
    assert again
    assert (again.state, again.language, again.use_itn) == ("queued", "en", False)


def test_a_retry_with_odd_options_is_a_form_again(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    response = client_of(alice).post(url_of(recording, "retry/"), {"language": "xx"})
    assert response.status_code == 422


def corrected(recording: Recording, by: User) -> Segment:
    segment = first_of(recording)
    segment.text_machine, segment.text = segment.text, "三百元"
    segment.edited_at, segment.edited_by = timezone.now(), by
    segment.save()
    return segment


def test_a_retry_does_not_replace_corrections_unless_somebody_says_so(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    corrected(recording, alice)
    client = client_of(alice)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(url_of(recording)).content.decode()
    assert "1 sentence corrected by people will be replaced." in page
    for order in ({}, {"language": "zh"}):
        refused = client.post(url_of(recording, "retry/"), order)
        assert refused.status_code == 422
        assert 'name="replace_corrections"' in refused.content.decode()
    assert recording.jobs.count() == 1
    order = {"language": "zh", "replace_corrections": "on"}
    assert client.post(url_of(recording, "retry/"), order).status_code == 302
    assert recording.jobs.count() == 2


def test_a_retry_asks_nothing_when_nobody_has_corrected(
    recording: Recording, alice: User, client_of: ClientOf
) -> None:
    client = client_of(alice)
    page = client.get(url_of(recording)).content.decode()
    assert "replace_corrections" not in page
    assert client.post(url_of(recording, "retry/")).status_code == 302


def test_a_waiting_recording_says_what_will_come(
    sales: Department, alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "coming_model", lambda: "Vosk small")
    recording = make_recording(sales, alice, duration_ms=None, waveform=None)
    make_job(recording, JobState.QUEUED)
    page = client_of(alice).get(url_of(recording)).content.decode()
    assert 'class="empty"' in page
    assert "Vosk small" in page
    assert page.count("badge-queued") == 1


def test_a_canceling_job_no_longer_shows_progress(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    make_job(recording, JobState.RUNNING, cancel_requested_at=timezone.now())
    page = client_of(alice).get(url_of(recording)).content.decode()
    assert "正在取消" in page
    assert "badge-running" not in page
    assert '<progress class="progress" max="100" value' not in page


def test_a_canceled_recording_says_so_once(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    recording = make_recording(sales, alice)
    make_job(recording, JobState.CANCELED)
    page = client_of(alice).get(url_of(recording)).content.decode()
    assert page.count(f'action="{url_of(recording, "retry/")}"') == 1
    assert "alert-warn" not in page
    assert "badge-canceled" not in page
    assert '<details class="retry-options">' in page
