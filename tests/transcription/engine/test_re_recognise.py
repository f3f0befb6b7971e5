"""An old sentence recognised again by real recognisers, offline."""

from pathlib import Path

import pytest

from tests.models import clip, said_in, silence, vosk_engine
from tests.tiny_models.nano import NANO_SAYS
from transcription.engine.base import Engine, RecognitionOptions, Samples, TimingSource
from transcription.engine.funasr.nano import FunasrNano
from transcription.pipeline.re_recognise import (
    Outcome,
    RecognisedSentence,
    SentenceRecogniser,
    SentenceSound,
    StoredSentence,
)
from transcription.pipeline.types import HotwordHit

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("no_network")]


def recognised_again(
    engine: Engine, word: str, before: str, sound: Samples, *, same: bool = False
) -> RecognisedSentence:
    options = RecognitionOptions("zh", use_itn=False)
    stored = StoredSentence(before, before, (), (), is_of_this_engine=same)
    recogniser = SentenceRecogniser(engine, word, options, punctuator=None)
    (recognised,) = recogniser.recognise(
        [(SentenceSound(sound, 60_000, 70_000), stored)]
    )
    return recognised


def test_the_embedded_recogniser_puts_the_word_right() -> None:
    said = said_in("s01")
    before = said.replace("开放时间", "开饭时间")
    recognised = recognised_again(vosk_engine(), "开放时间", before, clip("s01"))
    at = said.index("开放时间")
    assert recognised.outcome is Outcome.CHANGED
    assert recognised.written.text == said
    assert recognised.written.hotwords == (
        HotwordHit("开放时间", "开饭时间", at, at + 4),
    )
    assert recognised.timing_source is TimingSource.ENGINE
    assert recognised.confidence
    assert all(60_000 <= word.start_ms < 64_000 for word in recognised.written.words)


def test_what_it_does_not_recognise_it_does_not_write() -> None:
    said = said_in("s01")
    engine = vosk_engine()
    stays = recognised_again(engine, "开发事件", said, clip("s01"))
    assert stays.outcome is Outcome.WORD_MISSING
    stays = recognised_again(engine, "开放时间", "开饭时间", silence(2.0))
    assert stays.outcome is Outcome.WORD_MISSING
    stays = recognised_again(engine, "开放时间", "开饭时间", clip("s01")[:100])
    assert stays.outcome is Outcome.NOT_RECOGNISED


def test_nano_through_funasr_is_asked_with_the_word(tiny: Path) -> None:
    nano = FunasrNano(tiny / "nano-ctc", device="cpu", threads=1)
    before = NANO_SAYS.replace("客服", "课服")
    recognised = recognised_again(nano, "客服电话", before, clip("s01"))
    assert recognised.outcome is Outcome.CHANGED
    assert recognised.written.text_raw == NANO_SAYS
    assert recognised.timing_source is TimingSource.CTC
    stays = recognised_again(
        nano, "客服电话", f"今天天气{before}", clip("s01"), same=True
    )
    assert stays.outcome is Outcome.REJECTED
