"""Whisper small on its real weights, through FunASR's AutoModel; half a minute."""

import pytest

from tests.models import clip, said_in, whisper_engine
from transcription.engine.base import Engine, RecognitionOptions, TimingSource

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def whisper() -> Engine:
    return whisper_engine()


def test_mandarin_is_written_with_punctuation_and_digits(whisper: Engine) -> None:
    (recognised,) = whisper.recognise([clip("s01")], RecognitionOptions("zh"))
    assert recognised.text == "市民中心的开放时间是早上9点到下午5点。"
    assert recognised.words == ()
    assert recognised.timing_source == TimingSource.VAD  # no word times are invented
    assert recognised.flags == ()


def test_the_language_is_told_from_the_sound(whisper: Engine) -> None:
    (recognised,) = whisper.recognise([clip("espeak_en")], RecognitionOptions("auto"))
    assert recognised.text.lower().rstrip(".") == said_in("espeak_en")
    assert recognised.language == "en"
