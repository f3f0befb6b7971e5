"""``Idempotency-Key``, in every dialect: sent again, it is the same order."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from tests.people import membership
from tests.transcription.api.conftest import ApiOf, speech
from transcription.models.idempotency import IdempotencyKey
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.services.jobs.idempotency import forget_old_keys
from transcription.services.recordings.keeping import purge_recording, trash_recording

DIALECTS = {
    "/api/transcribe": "audio",
    "/v1/audio/transcriptions": "file",
}
pytestmark = pytest.mark.parametrize("url", DIALECTS)


def post(
    api: Client, url: str, key: str = "call-17", value: int = 0, **form: Any
) -> Any:
    headers = {"idempotency-key": key} if key else {}
    # Nobody works here: the stream of the waiting call is left unread.
    file = {DIALECTS[url]: speech(value=value)}
    return api.post(url, {**file, **form}, headers=headers)


def jobs() -> int:
    return TranscriptionJob.objects.count()


def test_the_same_key_is_the_same_job_whatever_changed_here(
    api_of: ApiOf, alice: User, sales: Department, url: str
) -> None:
    api = api_of(alice)
    post(api, url)
    Department.objects.filter(pk=sales.pk).update(default_language="ja")
    post(api, url)
    assert jobs() == 1
    post(api, url, key="call-18")
    assert jobs() == 2, "another key is another order, and means what it means today"


def test_a_key_cannot_mean_two_orders(api_of: ApiOf, alice: User, url: str) -> None:
    api = api_of(alice)
    post(api, url)
    for other in (post(api, url, value=1), post(api, url, language="en")):
        assert other.status_code == 422
        assert b"key_reused" in other.content
    assert jobs() == Recording.objects.count() == 1


def test_a_key_is_its_tokens_alone(
    api_of: ApiOf, alice: User, bob: User, charlie: User, url: str
) -> None:
    post(api_of(alice), url)
    assert post(api_of(bob), url, value=1).status_code in (200, 202)
    assert post(api_of(charlie), url, value=2).status_code in (200, 202)
    assert jobs() == 3


def test_a_canceled_job_is_told_and_not_ordered_again(
    api_of: ApiOf, alice: User, url: str
) -> None:
    api = api_of(alice)
    post(api, url)
    TranscriptionJob.objects.update(state=JobState.CANCELED)
    assert post(api, url).status_code == 409
    assert jobs() == 1
    post(api, url, key="")
    assert jobs() == 2


def test_after_a_retry_the_key_means_the_new_job(
    api_of: ApiOf, alice: User, url: str
) -> None:
    api = api_of(alice)
    post(api, url)
    long_ago = timezone.now() - timedelta(hours=1)
    failed = {"state": JobState.FAILED, "error_code": "engine_failed"}
    TranscriptionJob.objects.update(**failed, finished_at=long_ago)
    post(api, url)
    newest = TranscriptionJob.objects.latest("pk")
    assert jobs() == 2
    assert IdempotencyKey.objects.get().job == newest


def test_what_is_in_the_trash_or_purged_answers_no_more(
    api_of: ApiOf, alice: User, url: str
) -> None:
    api, origin = api_of(alice), Origin(user=alice)
    post(api, url)
    recording = Recording.objects.get()
    trash_recording(recording=recording, membership=membership(alice), origin=origin)
    post(api, url)
    assert Recording.objects.count() == 2
    assert purge_recording(recording=recording, origin=origin)
    assert IdempotencyKey.objects.get().job.recording == Recording.objects.get()


def test_a_key_is_forgotten_after_a_day(api_of: ApiOf, alice: User, url: str) -> None:
    api = api_of(alice)
    post(api, url)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert post(api, url, value=1).status_code in (200, 202), "before the janitor comes"
    assert forget_old_keys() == 0, "it is the new order's now"
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert forget_old_keys() == 1


def test_nothing_is_kept_of_what_the_key_says(
    api_of: ApiOf, alice: User, url: str
) -> None:
    post(api_of(alice), url, key="客户 13800138000 " * 500)
    kept = IdempotencyKey.objects.get()
    assert len(kept.key_hash) == len(kept.order_hash) == 64
