"""The whole road through the services, with the queue's worker in this process."""

import pytest
from django_q.models import OrmQ

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.jobs import run_job
from tests.transcription.conftest import Upload, sound
from tests.transcription.engines import FakeEngine
from transcription.engine.base import Word
from transcription.models.jobs import JobWindow
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment
from transcription.services.runs.folders import work_root

pytestmark = pytest.mark.django_db


def test_an_upload_becomes_a_transcript(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice)
    assert done.job.state == JobState.QUEUED
    assert done.recording.media_format == "wav"
    assert done.recording.title == "call"
    (entry,) = OrmQ.objects.filter(key="interactive")
    assert entry.task["func"] == "transcription.tasks.run_job"
    assert entry.task["args"] == (done.job.pk,)

    run_job(done.job.pk)

    done.job.refresh_from_db()
    assert (done.job.state, done.job.error_code) == (JobState.SUCCEEDED, "")
    assert done.job.progress_percent == 100
    assert done.job.model_name == "Fake 1"
    assert done.job.audio_ms == 1000
    assert done.job.lease_token is None
    done.recording.refresh_from_db()
    assert done.recording.duration_ms == 1000
    assert done.recording.waveform
    transcript = done.recording.transcripts.get(is_current=True)
    assert [s.text_raw for s in transcript.segments.all()] == ["利率调整了吗"]
    assert not transcript.speakers.exists()
    assert not JobWindow.objects.exists()
    assert not list(work_root().glob("*"))


def test_words_are_stored_with_their_places_in_the_text(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    engine.text = "利率，利率"
    engine.words = (
        Word("利率", 0, 300, 0.9, offset=0),
        Word("利率", 400, 700, offset=3),
    )
    done = upload(alice)
    run_job(done.job.pk)
    segment = Segment.objects.get()
    assert segment.words[1] == {
        "text": "利率",
        "start_ms": 400,
        "end_ms": 700,
        "confidence": None,
        "offset": 3,
    }
    assert segment.timed_words == engine.words


def test_the_queue_entry_rolls_back_with_the_job(
    alice: User, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "transcription.services.recordings.keeping.record",
        lambda *args, **detail: (_ for _ in ()).throw(RuntimeError("disk on fire")),
    )
    with pytest.raises(RuntimeError):
        upload(alice)
    assert not OrmQ.objects.exists()


def test_a_stereo_call_gets_the_departments_channel_names(
    alice: User, sales: Department, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice, sound(2, channels=2))
    run_job(done.job.pk)
    transcript = done.recording.transcripts.get()
    names = {s.label: (s.name, s.channel) for s in transcript.speakers.all()}
    assert names == {
        "channel-0": (sales.left_channel_name, 0),
        "channel-1": (sales.right_channel_name, 1),
    }
    assert set(Segment.objects.values_list("speaker__label", flat=True)) == set(names)


def test_a_second_job_replaces_the_current_transcript(
    alice: User, upload: Upload, engine: FakeEngine
) -> None:
    done = upload(alice)
    run_job(done.job.pk)
    first = done.recording.transcripts.get()
    from accounts.services.audit.writing import SYSTEM
    from transcription.services.jobs.orders import retry_job

    again = retry_job(job=done.job, origin=SYSTEM)
    assert again.pk != done.job.pk
    run_job(again.pk)
    first.refresh_from_db()
    assert not first.is_current
    assert done.recording.transcripts.filter(is_current=True).get().job == again


def test_the_upload_is_in_the_audit_trail(alice: User, upload: Upload) -> None:
    done = upload(alice)
    event = AuditEvent.objects.get(action=AuditAction.UPLOAD)
    assert event.actor == alice
    assert event.object_id == str(done.recording.uuid)
