"""A trial run of the VAD, from its order to its end, whatever happens in between."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin
from accounts.services.refusal import Refused
from tests.factories import make_recording, make_vad_run
from tests.transcription.conftest import sound
from tests.transcription.speech.conftest import FakeDetector
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.speech import VadRun
from transcription.services.recogniser.detectors import VadParameters, forget_detectors
from transcription.services.runs import work as leased
from transcription.services.runs.folders import work_root
from transcription.services.runs.reaper import ReapReport, reap
from transcription.services.speech import runs
from transcription.services.speech.runs import (
    VAD_RUNS,
    cancel_vad,
    forget_old_vad_runs,
    order_vad,
    run_vad,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(sales: Department, alice: User) -> Recording:
    return make_recording(sales, alice, content=sound(3))


def order(recording: Recording, **over: int) -> VadRun:
    return order_vad(
        recording=recording,
        origin=Origin(user=recording.uploaded_by),
        parameters=VadParameters(**over),
    )


def work(run: VadRun) -> VadRun:
    run_vad(run.pk)
    run.refresh_from_db()
    return run


def regions(run: VadRun) -> list[list[list[int]]]:
    return [track["regions"] for track in run.tracks]


def test_a_worker_finds_the_regions_and_keeps_them(
    recording: Recording, detector: FakeDetector
) -> None:
    run = work(order(recording, pad_ms=0))
    assert run.state == JobState.SUCCEEDED
    assert regions(run) == [[[n, n + 500, n, n + 500] for n in (0, 1000, 2000)]]
    assert run.audio_ms == 3_000
    assert run.waveform
    assert list(work_root().glob("*")) == []


def test_the_order_is_a_queue_entry_and_an_audit_event(
    recording: Recording, alice: User
) -> None:
    run = order(recording)
    entry = OrmQ.objects.get()
    assert entry.task["func"] == "transcription.tasks.run_vad"
    assert (entry.key, entry.task["args"]) == ("interactive", (run.pk,))
    event = AuditEvent.objects.get()
    assert (event.actor, event.detail) == (alice, {"what": "vad"})


def test_channels_are_looked_at_apart(
    sales: Department, detector: FakeDetector
) -> None:
    call = make_recording(sales, content=sound(2, channels=2))
    run = work(order(call))
    assert [track["channel"] for track in run.tracks] == [0, 1]
    assert all(regions(run))


def test_near_regions_are_joined_up_to_the_longest(
    recording: Recording, detector: FakeDetector
) -> None:
    joined = work(order(recording, gap_ms=600, pad_ms=0))
    assert regions(joined) == [[[0, 2500, 0, 2500]]]
    shorter = work(order(recording, gap_ms=600, pad_ms=0, max_segment_ms=2_000))
    assert regions(shorter) == [[[0, 1500, 0, 1500], [2000, 2500, 2000, 2500]]]


def test_padding_stays_inside_half_of_the_silence(
    recording: Recording, detector: FakeDetector
) -> None:
    run = work(order(recording, pad_ms=2_000))
    assert regions(run)[0][0] == [0, 500, 0, 750]


def test_every_pair_of_parameters_has_a_detector_of_its_own(
    recording: Recording, detector: FakeDetector
) -> None:
    for silence in (300, 800, 300):
        work(order(recording, end_silence_ms=silence))
    assert detector.loaded == [(300, 30_000), (800, 30_000)]


def test_long_recordings_stand_in_the_other_queue(sales: Department) -> None:
    hours = make_recording(sales, duration_ms=3 * 3_600_000)
    unknown = make_recording(sales, duration_ms=None, size_bytes=2**31)
    assert order(hours).queue == "batch"
    assert order(unknown).queue == "batch"


def test_one_look_at_a_recording_at_a_time(recording: Recording) -> None:
    order(recording)
    with pytest.raises(Refused) as caught:
        order(recording, end_silence_ms=900)
    assert caught.value.code == "vad_active"
    assert VadRun.objects.count() == OrmQ.objects.count() == 1


def test_a_department_does_not_fill_the_queue(
    sales: Department, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MAX_ACTIVE", 1)
    order(make_recording(sales))
    with pytest.raises(Refused) as caught:
        order(recording)
    assert caught.value.code == "vad_too_many"


def test_a_run_is_claimed_once(recording: Recording, detector: FakeDetector) -> None:
    run = work(order(recording))
    finished_at = run.finished_at
    assert work(run).finished_at == finished_at


def test_a_waiting_run_is_canceled_at_once(
    recording: Recording, alice: User, detector: FakeDetector
) -> None:
    run = order(recording)
    assert cancel_vad(run=run, origin=Origin(user=alice))
    run.refresh_from_db()
    assert run.state == JobState.CANCELED
    assert work(run).tracks == []
    assert not cancel_vad(run=run, origin=Origin(user=alice))


def test_a_running_one_is_canceled_at_its_next_window(
    recording: Recording,
    alice: User,
    detector: FakeDetector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leased, "REPORT_SECONDS", 0)
    run = order(recording)
    detector.before = lambda: (cancel_vad(run=run, origin=Origin(user=alice)), None)[1]
    assert work(run).state == JobState.CANCELED
    assert run.tracks == []


def test_what_cannot_be_decoded_fails_with_its_reason(
    sales: Department, detector: FakeDetector
) -> None:
    run = work(order(make_recording(sales, content=b"not a recording")))
    assert (run.state, run.error_code) == (JobState.FAILED, "unsupported_format")


def test_a_lost_file_fails_and_is_no_riddle(
    recording: Recording, detector: FakeDetector
) -> None:
    recording.file.storage.delete(recording.file.name or "")
    run = work(order(recording))
    assert (run.state, run.error_code) == (JobState.FAILED, "storage_failed")


def test_without_the_model_the_run_says_so(
    recording: Recording, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings.MODELS_DIR = tmp_path_factory.mktemp("models")
    forget_detectors()
    run = work(order(recording))
    assert (run.state, run.error_code) == (JobState.FAILED, "model_missing")


def test_a_living_workers_run_is_left_alone(recording: Recording) -> None:
    run = make_vad_run(recording, JobState.RUNNING, worker="elsewhere:1:1")
    folder = work_root() / f"vad-{run.pk}-abc"
    folder.mkdir(parents=True)
    assert reap(VAD_RUNS) == ReapReport()
    assert folder.exists()


def test_a_result_that_comes_too_late_is_dropped(
    recording: Recording, detector: FakeDetector
) -> None:
    run = order(recording)

    def lose() -> None:
        VadRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        reap(VAD_RUNS)

    detector.before = lose
    assert (work(run).state, run.error_code) == (JobState.QUEUED, "worker_lost")
    assert run.tracks == []


def test_a_lost_entry_is_enqueued_again(recording: Recording) -> None:
    run = order(recording)
    OrmQ.objects.all().delete()
    reap(VAD_RUNS)
    assert not OrmQ.objects.exists()  # it may still be on its way
    VadRun.objects.update(enqueued_at=timezone.now() - timedelta(minutes=2))
    reap(VAD_RUNS)
    entry = OrmQ.objects.get()
    assert (entry.key, entry.task["args"]) == (run.queue, (run.pk,))
    reap(VAD_RUNS)
    assert OrmQ.objects.count() == 1


def test_old_runs_are_forgotten(recording: Recording) -> None:
    make_vad_run(recording, finished_at=timezone.now() - timedelta(days=8))
    kept = make_vad_run(recording, finished_at=timezone.now() - timedelta(days=6))
    forget_old_vad_runs()
    assert list(VadRun.objects.all()) == [kept]
