"""A trial recognises a sentence of a recording exactly as the recording's job does."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import SYSTEM
from tests.factories import make_recording
from tests.models import fsmn_vad, vosk_engine
from tests.people import supervisor_of
from tests.transcription.engines import FakeVad
from tests.transcription.pipeline.fakes import FakeEngine
from tests.transcription.pipeline.fakes import FakeVad as LoudVad
from tests.transcription.pipeline.sounds import silence, voice, write
from transcription.engine.base import (
    Engine,
    Recognition,
    Samples,
    TimingSource,
    VoiceActivityDetector,
    Word,
)
from transcription.evaluation.remembering import (
    Clock,
    RememberingEngine,
    RememberingVad,
)
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    ReferenceItem,
    ReferenceSet,
)
from transcription.models.hotwords.lists import HotwordList
from transcription.models.hotwords.overrides import CompanyWordOff
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.transcripts import Segment
from transcription.services.evaluation import running
from transcription.services.evaluation.libraries import trial_libraries
from transcription.services.evaluation.running import run_evaluation
from transcription.services.evaluation.sets import create_set
from transcription.services.evaluation.trials import newest_trial, try_draft
from transcription.services.hotwords.for_jobs import words_for_job
from transcription.services.hotwords.lists import add_words, create_list
from transcription.services.hotwords.versions import publish_list
from transcription.services.jobs import working
from transcription.services.jobs.options import UploadOptions
from transcription.services.jobs.orders import order_job
from transcription.services.jobs.working import run_job
from transcription.services.recogniser.holder import Loaded

pytestmark = pytest.mark.django_db

CALLS = Path("/work/shared/data/calls")


class ContextEngine(FakeEngine):
    """Writes 利率 in the first and 立律 in every later half-second of a piece: what it
    makes of a sound depends on what stands before it, as with any recogniser."""

    def __init__(self, *, gives_word_times: bool = True) -> None:
        super().__init__(self._say, writes_punctuation=False)
        self._facts = replace(self._facts, gives_word_times=gives_word_times)
        self._times = gives_word_times

    def _say(self, piece: Samples) -> Recognition:
        texts = ["利率", *["例率", "立律"] * 20][: max(1, piece.size // 8000)]
        words = tuple(
            Word(text, 500 * at + 100, 500 * at + 400, 0.5, offset=2 * at)
            for at, text in enumerate(texts)
        )
        return Recognition(
            "".join(texts),
            "zh",
            words if self._times else (),
            timing_source=TimingSource.ENGINE if self._times else TimingSource.VAD,
        )


def use(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, vad: VoiceActivityDetector
) -> None:
    loaded = Loaded(engine, vad)
    monkeypatch.setattr(running, "SILENT_CLIPS", 1)
    monkeypatch.setattr(running, "loaded_engine", lambda language, wanted="": loaded)
    monkeypatch.setattr(working, "loaded_engine", lambda language: loaded)


def recorded(department: Department, content: bytes) -> Recording:
    return make_recording(department, content=content)


def transcribed(recording: Recording) -> list[Segment]:
    """Every sentence of a job of now."""
    job = order_job(
        recording=recording,
        requested_by=None,
        options=UploadOptions(language="zh", use_itn=True),
        queue="batch",
    )
    run_job(job.pk, lambda *_: None)
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED
    return list(Segment.objects.filter(transcript__job=job))


def items_of(segments: Sequence[Segment], target: ReferenceSet) -> None:
    """Each sentence an item of the set, as one that somebody corrected would be."""
    for segment in segments:
        ReferenceItem.objects.create(
            reference_set=target,
            name=str(segment.index),
            text=segment.text_raw or "好",
            language="zh",
            recording=segment.transcript.recording,
            channel=segment.channel,
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
        )


def tried(words: HotwordList, target: ReferenceSet) -> EvaluationRun:
    after = try_draft(hotword_list=words, reference_set=target, origin=SYSTEM)
    assert after.baseline
    for run in (after.baseline, after):
        run_evaluation(run.pk)
        run.refresh_from_db()
        assert run.state == JobState.SUCCEEDED
    return after


def texts_of(run: EvaluationRun) -> Iterator[tuple[int, str]]:
    for row in EvaluationResult.objects.filter(run=run).select_related("item"):
        yield int(row.item.name), row.heard


@pytest.fixture
def words(sales: Department) -> HotwordList:
    made = create_list(department=sales, origin=SYSTEM, name="产品")
    add_words(hotword_list=made, origin=SYSTEM, text="理财产品")
    publish_list(hotword_list=made, origin=SYSTEM)
    return made


@pytest.fixture
def target(sales: Department) -> ReferenceSet:
    return create_set(department=sales, origin=SYSTEM, name="回归")


@pytest.fixture
def call(sales: Department, tmp_path: Path) -> Recording:
    """Speech of 2, 3 and 1.5 seconds with pauses over which pieces are joined."""
    parts = [voice(2), silence(0.5), voice(3), silence(0.4), voice(1.5), silence(2)]
    path = write(tmp_path / "call.wav", [np.concatenate(parts)])
    return recorded(sales, path.read_bytes())


@pytest.mark.parametrize("gives_word_times", [True, False])
def test_a_trial_and_a_job_agree_on_every_sentence(
    monkeypatch: pytest.MonkeyPatch,
    words: HotwordList,
    target: ReferenceSet,
    call: Recording,
    gives_word_times: bool,
) -> None:
    engine = ContextEngine(gives_word_times=gives_word_times)
    use(monkeypatch, engine, LoudVad())
    before = transcribed(call)
    assert before
    items_of(before, target)
    add_words(hotword_list=words, origin=SYSTEM, text="利率很高")
    add_words(hotword_list=words, origin=SYSTEM, text="利率")
    run = tried(words, target)
    publish_list(hotword_list=words, origin=SYSTEM)
    assert run.baseline
    after = transcribed(call)
    assert dict(texts_of(run.baseline)) == {s.index: s.text_raw for s in before}
    assert dict(texts_of(run)) == {s.index: s.text_raw for s in after}
    trial = newest_trial(supervisor_of(target.department), words)
    assert trial and trial.comparison and trial.comparison.unlike_jobs == ()


def test_what_was_recognised_otherwise_is_said_beside_the_figures(
    monkeypatch: pytest.MonkeyPatch,
    carol: User,
    client_of: Callable[[User], Client],
    words: HotwordList,
    target: ReferenceSet,
    call: Recording,
) -> None:
    use(monkeypatch, ContextEngine(gives_word_times=True), LoudVad())
    items_of(transcribed(call), target)
    use(monkeypatch, ContextEngine(gives_word_times=False), FakeVad())
    tried(words, target)
    trial = newest_trial(supervisor_of(target.department), words)
    assert trial and trial.comparison
    (sentence,) = trial.comparison.unlike_jobs
    assert sentence.startswith(f"{target.items.count()} 句")
    page = client_of(carol).get(f"/d/sales/hotwords/{words.uuid}/try/")
    assert sentence in page.content.decode()


def test_a_draft_is_tried_with_the_words_that_a_job_would_use(
    words: HotwordList, sales: Department
) -> None:
    company = create_list(department=None, origin=SYSTEM, name="公司")
    add_words(hotword_list=company, origin=SYSTEM, text="留下\n去掉")
    publish_list(hotword_list=company, origin=SYSTEM)
    CompanyWordOff.objects.create(department=sales, folded="去掉", text="去掉")
    add_words(hotword_list=words, origin=SYSTEM, text="收益率")
    _before, tried = trial_libraries(sales, words)
    publish_list(hotword_list=words, origin=SYSTEM)
    assert list(tried.hotwords) == words_for_job(department=sales, list_uuids=None)
    assert "去掉" not in tried.hotwords


@pytest.mark.models
@pytest.mark.once
@pytest.mark.skipif(not CALLS.is_dir(), reason="the shared recordings are not here")
def test_a_trial_and_a_job_agree_on_every_sentence_of_the_shared_calls(
    monkeypatch: pytest.MonkeyPatch,
    sales: Department,
    words: HotwordList,
    target: ReferenceSet,
) -> None:
    # Each piece is recognised once: it is the same sound in all six runs, or a new one.
    clock = Clock()
    engine = RememberingEngine(vosk_engine(), clock)
    use(monkeypatch, engine, RememberingVad(fsmn_vad(), clock))
    calls = [recorded(sales, path.read_bytes()) for path in sorted(CALLS.glob("*.wav"))]
    before = [segment for call in calls for segment in transcribed(call)]
    for number, segment in enumerate(before):
        segment.index = number
    items_of(before, target)
    business = "稳健增利\n年化收益率\n预约挂号中心\n心血管内科\n居住证\n劳动监察部门"
    add_words(hotword_list=words, origin=SYSTEM, text=business)
    run = tried(words, target)
    publish_list(hotword_list=words, origin=SYSTEM)
    after = [segment for call in calls for segment in transcribed(call)]
    assert dict(texts_of(run)) == {n: s.text_raw for n, s in enumerate(after)}
    assert run.baseline
    assert dict(texts_of(run.baseline)) == {n: s.text_raw for n, s in enumerate(before)}
