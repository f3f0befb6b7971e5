"""Parameters that a department keeps: every later job cuts speech with them."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM, Origin
from tests.factories import make_recording
from tests.jobs import run_job
from tests.people import join, make_user, supervisor_of
from tests.transcription.conftest import OPTIONS, sound
from tests.transcription.engines import FakeVad
from tests.transcription.pages import url_of
from tests.transcription.pipeline.fakes import FakeEngine
from tests.transcription.speech.conftest import FakeDetector
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobQueue, JobState
from transcription.models.speech import DepartmentVad
from transcription.models.transcripts import Segment
from transcription.services.jobs import working
from transcription.services.jobs.orders import order_job, retry_job
from transcription.services.jobs.repeats import find_same_order
from transcription.services.recogniser.detectors import VadParameters
from transcription.services.recogniser.holder import Loaded
from transcription.services.speech.settings import keep_vad, reset_vad, vad_for_jobs

ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db

OWN = VadParameters(end_silence_ms=200, max_segment_ms=10_000, gap_ms=0, pad_ms=0)
SENT = {"end_silence_ms": 200, "max_segment_ms": 10_000, "gap_ms": 0, "pad_ms": 0}


@pytest.fixture
def recording(sales: Department, alice: User) -> Recording:
    return make_recording(sales, alice, content=sound(3))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine of this process; its own detector finds speech all the time."""
    engine = FakeEngine("好")
    loaded = Loaded(engine, FakeVad())
    monkeypatch.setattr(working, "loaded_engine", lambda language: loaded)
    return engine


@pytest.fixture
def admin(sales: Department) -> User:
    return join(make_user("admin"), sales, Role.ADMIN)


def ordered(recording: Recording) -> TranscriptionJob:
    return order_job(
        recording=recording,
        requested_by=recording.uploaded_by,
        options=OPTIONS,
        queue=JobQueue.INTERACTIVE,
    )


def keep(department: Department, parameters: VadParameters = OWN) -> bool:
    return keep_vad(department=department, origin=SYSTEM, parameters=parameters)


def stretches() -> list[tuple[int, int]]:
    return list(Segment.objects.values_list("start_ms", "end_ms"))


def test_jobs_cut_speech_with_the_departments_values(
    sales: Department,
    recording: Recording,
    engine: FakeEngine,
    detector: FakeDetector,
) -> None:
    keep(sales)
    job = ordered(recording)
    assert job.vad == SENT
    run_job(job.pk)
    assert detector.loaded == [(200, 10_000)]
    assert stretches() == [(0, 500), (1000, 1500), (2000, 2500)]
    # None of them is padded, and none is joined with another.
    assert {length for lengths, _ in engine.calls for length in lengths} == {500}


def test_joining_and_padding_are_the_departments_too(
    sales: Department,
    recording: Recording,
    engine: FakeEngine,
    detector: FakeDetector,
) -> None:
    keep(sales, VadParameters(200, 2_000, gap_ms=600, pad_ms=100))
    run_job(ordered(recording).pk)
    assert stretches() == [(0, 1500), (2000, 2500)]
    assert [lengths for lengths, _ in engine.calls] == [[700], [1600]] or [
        lengths for lengths, _ in engine.calls
    ] == [[1600, 700]]


def test_without_values_of_its_own_the_recognisers_detector_is_used(
    recording: Recording, engine: FakeEngine, detector: FakeDetector
) -> None:
    job = ordered(recording)
    assert job.vad == {}
    run_job(job.pk)
    assert detector.loaded == []
    assert len(stretches()) == 1


def test_a_job_keeps_what_it_was_ordered_with(
    sales: Department,
    recording: Recording,
    engine: FakeEngine,
    detector: FakeDetector,
) -> None:
    keep(sales)
    job = ordered(recording)
    reset_vad(department=sales, origin=SYSTEM)
    run_job(job.pk)
    assert detector.loaded == [(200, 10_000)]
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED
    assert retry_job(job=job, origin=SYSTEM).vad == SENT


def test_an_order_with_other_values_is_another_order(
    sales: Department, recording: Recording
) -> None:
    job = ordered(recording)

    def found() -> TranscriptionJob | None:
        return find_same_order(
            membership=supervisor_of(sales),
            sha256=recording.sha256,
            language=OPTIONS.language,
            use_itn=OPTIONS.use_itn,
            use_punctuation=OPTIONS.use_punctuation,
            speakers=OPTIONS.speakers,
            hotwords=[],
            vad=vad_for_jobs(sales),
        )

    assert found() == job
    keep(sales)
    assert found() is None
    reset_vad(department=sales, origin=SYSTEM)
    assert found() == job


def test_another_department_keeps_its_own(
    sales: Department, support: Department
) -> None:
    keep(sales)
    assert vad_for_jobs(support) == {}


def test_each_change_is_in_the_audit_trail_once(sales: Department, alice: User) -> None:
    origin = Origin(user=alice)
    assert keep_vad(department=sales, origin=origin, parameters=OWN)
    nobody = Origin(user=None)
    assert not keep_vad(department=sales, origin=nobody, parameters=OWN)
    assert DepartmentVad.objects.get().changed_by == alice
    assert reset_vad(department=sales, origin=origin)
    assert not reset_vad(department=sales, origin=origin)
    events = AuditEvent.objects.filter(action=AuditAction.DEPARTMENT).order_by("id")
    own = "200 / 10000 / 0 / 0"
    assert [event.detail["vad"] for event in events] == [
        ["built_in", own],
        [own, "built_in"],
    ]


@pytest.mark.parametrize(
    "parameters",
    [
        VadParameters(end_silence_ms=10),
        VadParameters(max_segment_ms=60_000),
        VadParameters(gap_ms=9_000),
        VadParameters(pad_ms=2_001),
        VadParameters(end_silence_ms=1_000, max_segment_ms=1_000),
    ],
)
def test_the_database_refuses_what_makes_no_sense(
    sales: Department, parameters: VadParameters
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        keep(sales, parameters)


def test_an_admin_keeps_and_takes_back_on_the_page(
    sales: Department, recording: Recording, admin: User, client_of: ClientOf
) -> None:
    client = client_of(admin)
    url = url_of(recording, "vad/")
    page = client.get(url).content.decode()
    assert f'formaction="{url}keep/"' in page
    assert "声文自带的参数：500 / 30000 / 200 / 120" in page
    assert client.post(f"{url}keep/", SENT)["Location"] == url
    page = client.get(url).content.decode()
    assert "本部门的参数" in page
    assert "200 / 10000 / 0 / 0" in page
    assert 'name="end_silence_ms" value="200"' in page
    assert client.post(f"{url}reset/")["Location"] == url
    assert not DepartmentVad.objects.exists()


def test_nonsense_gets_a_sentence_and_is_not_kept(
    recording: Recording, admin: User, client_of: ClientOf
) -> None:
    url = url_of(recording, "vad/keep/")
    answer = client_of(admin).post(url, SENT | {"end_silence_ms": 1})
    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode()
    assert not DepartmentVad.objects.exists()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AUDITOR])
def test_others_see_the_departments_values_and_cannot_change_them(
    sales: Department, recording: Recording, role: Role, client_of: ClientOf
) -> None:
    keep(sales)
    reader = join(make_user("reader"), sales, role)
    page = client_of(reader).get(url_of(recording, "vad/")).content.decode()
    assert "本部门的参数" in page
    assert "keep/" not in page
    assert "reset/" not in page


def test_the_recordings_page_says_how_its_speech_was_cut(
    sales: Department,
    recording: Recording,
    alice: User,
    engine: FakeEngine,
    detector: FakeDetector,
    client_of: ClientOf,
) -> None:
    keep(sales)
    run_job(ordered(recording).pk)
    page = client_of(alice).get(url_of(recording)).content.decode()
    assert "200 / 10000 / 0 / 0" in page
