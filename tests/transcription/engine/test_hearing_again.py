"""An old sentence heard again by real recognisers, offline."""

from pathlib import Path

import pytest

from tests.models import clip, said_in, silence, vosk_engine
from tests.tiny_models.nano import NANO_SAYS
from transcription.engine.base import Engine, RecognitionOptions, Samples, TimingSource
from transcription.engine.funasr.nano import FunasrNano
from transcription.pipeline.recognise_again import (
    HeardAgain,
    Outcome,
    SecondEar,
    Standing,
    Stretch,
)
from transcription.pipeline.types import HotwordHit

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("no_network")]


def heard_again(
    engine: Engine, word: str, before: str, sound: Samples, *, same: bool = False
) -> HeardAgain:
    options = RecognitionOptions("zh", use_itn=False)
    standing = Standing(before, before, (), (), is_of_this_engine=same)
    ear = SecondEar(engine, word, options, punctuator=None)
    (heard,) = ear.hear([(Stretch(sound, 60_000, 70_000), standing)])
    return heard


def test_the_embedded_recogniser_puts_the_word_right() -> None:
    said = said_in("s01")
    before = said.replace("开放时间", "开饭时间")
    heard = heard_again(vosk_engine(), "开放时间", before, clip("s01"))
    at = said.index("开放时间")
    assert heard.outcome is Outcome.CHANGED
    assert heard.written.text == said
    assert heard.written.hotwords == (HotwordHit("开放时间", "开饭时间", at, at + 4),)
    assert heard.timing_source is TimingSource.ENGINE
    assert heard.confidence
    assert all(60_000 <= word.start_ms < 64_000 for word in heard.written.words)


def test_what_it_does_not_hear_it_does_not_write() -> None:
    said = said_in("s01")
    engine = vosk_engine()
    stays = heard_again(engine, "开发事件", said, clip("s01"))
    assert stays.outcome is Outcome.NOT_HEARD
    stays = heard_again(engine, "开放时间", "开饭时间", silence(2.0))
    assert stays.outcome is Outcome.NOT_HEARD
    stays = heard_again(engine, "开放时间", "开饭时间", clip("s01")[:100])
    assert stays.outcome is Outcome.NOT_RECOGNISED


def test_nano_through_funasr_is_asked_with_the_word(tiny: Path) -> None:
    nano = FunasrNano(tiny / "nano-ctc", device="cpu", threads=1)
    before = NANO_SAYS.replace("客服", "课服")
    heard = heard_again(nano, "客服电话", before, clip("s01"))
    assert heard.outcome is Outcome.CHANGED
    assert heard.written.text_raw == NANO_SAYS
    assert heard.timing_source is TimingSource.CTC
    stays = heard_again(nano, "客服电话", f"今天天气{before}", clip("s01"), same=True)
    assert stays.outcome is Outcome.REJECTED
