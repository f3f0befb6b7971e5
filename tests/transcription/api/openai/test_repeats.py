"""A file that is sent again is not recognised again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.people import User
from tests.transcription.api.conftest import ApiOf, speech
from tests.transcription.api.openai.conftest import (
    URL,
    Worker,
    error_of,
    fail,
    finish,
    post,
)
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobState


@pytest.fixture
def api(api_of: ApiOf, alice: User, worker: Worker) -> Client:
    return api_of(alice)


def test_the_same_call_gets_the_same_job(api: Client, worker: Worker) -> None:
    first, again = post(api), post(api)
    assert first["X-Shengwen-Job"] == again["X-Shengwen-Job"]
    assert first.content == again.content
    assert len(worker.done) == Recording.objects.count() == 1


def test_a_call_sent_again_while_the_first_waits_waits_for_the_same_job(
    api: Client, worker: Worker
) -> None:
    worker.late = 2
    first, again = post(api), post(api)
    assert first["X-Shengwen-Job"] == again["X-Shengwen-Job"]
    assert first.streaming and again.streaming


def test_another_format_is_the_same_order_and_another_language_is_not(
    api: Client,
) -> None:
    post(api, response_format="srt")
    post(api, response_format="verbose_json")
    assert TranscriptionJob.objects.count() == 1
    post(api, language="en")
    post(api, **{"keywords[]": "声文"})
    assert TranscriptionJob.objects.count() == 3


def test_what_was_sent_to_our_own_api_answers_here_too(
    api: Client, worker: Worker
) -> None:
    api.post("/api/transcribe", {"audio": speech()})
    post(api)
    assert TranscriptionJob.objects.count() == 1


def test_another_departments_same_file_is_its_own(
    api: Client, api_of: ApiOf, charlie: User
) -> None:
    assert post(api)["X-Shengwen-Job"] != post(api_of(charlie))["X-Shengwen-Job"]


def test_what_failed_a_while_ago_is_tried_again(api: Client, worker: Worker) -> None:
    worker.how = fail
    error_of(post(api), 422, "corrupt_audio")
    error_of(post(api), 422, "corrupt_audio")
    assert TranscriptionJob.objects.count() == 1, "just now: told again"
    TranscriptionJob.objects.update(finished_at=timezone.now() - timedelta(minutes=2))
    worker.how = finish
    assert post(api).status_code == 200
    states = set(TranscriptionJob.objects.values_list("state", flat=True))
    assert states == {JobState.FAILED, JobState.SUCCEEDED}
    assert Recording.objects.count() == 1


def test_how_the_text_is_told_is_no_part_of_what_a_key_means(api: Client) -> None:
    headers = {"idempotency-key": "call-17"}
    for form in ({"response_format": "srt"}, {"stream": "true"}, {"model": "vosk"}):
        answer = api.post(URL, {"file": speech(), **form}, headers=headers)
        assert answer.status_code == 200
    assert TranscriptionJob.objects.count() == 1
    other = api.post(URL, {"file": speech(), "language": "en"}, headers=headers)
    error_of(other, 422, "key_reused")
