"""What makes a reader listen again."""

import numpy as np
import pytest

from tests.transcription.pipeline.sounds import silence, voice
from transcription.pipeline.text.risks import (
    LANGUAGE_MISMATCH,
    NEAR_SILENCE,
    loudest_rms,
    risks,
)


def test_words_out_of_near_silence_are_doubted() -> None:
    hiss = np.random.default_rng(1).normal(0, 0.001, 16_000).astype(np.float32)
    assert risks(hiss, "谢谢大家", "zh") == (NEAR_SILENCE,)
    assert risks(hiss, "", "zh") == ()
    assert risks(voice(1.0), "谢谢大家", "zh") == ()


def test_a_short_word_in_a_long_pause_is_not_silence() -> None:
    reply = np.concatenate([silence(3.0), voice(0.2), silence(3.0)])
    assert risks(reply, "好", "zh") == ()


def test_a_quiet_line_is_not_silence() -> None:
    assert risks(0.05 * voice(2.0), "您好", "zh") == ()


@pytest.mark.parametrize("seconds", [0.0, 0.02])
def test_a_moment_has_a_level_too(seconds: float) -> None:
    assert loudest_rms(silence(seconds)) == 0.0


@pytest.mark.parametrize(
    ("text", "language", "is_doubted"),
    [
        ("please send the report", "zh", True),
        ("OK bye", "zh", False),
        ("打开 Wi-Fi 和 CRM system", "zh", False),
        ("東京の天気", "zh", True),
        ("今天天气", "en", True),
        ("call 张三 about the contract", "en", False),
        ("thank you very much", "ja", True),
        ("東京", "ja", False),
        ("안녕하세요", "ko", False),
        ("129", "zh", False),
    ],
)
def test_text_in_another_script_is_doubted(
    text: str, language: str, is_doubted: bool
) -> None:
    found = risks(voice(1.0), text, language)
    assert found == ((LANGUAGE_MISMATCH,) if is_doubted else ())
