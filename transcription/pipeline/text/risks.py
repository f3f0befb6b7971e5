"""Reasons for a reader to listen again, seen from the sound and the text together.

The engines' own doubts (loops, too many characters a second) are in ``engine.guards``.
"""

import re
from typing import Final

import numpy as np

from transcription.engine.base import SAMPLE_RATE, Samples
from transcription.engine.guards import HAN

NEAR_SILENCE: Final = "near_silence"
LANGUAGE_MISMATCH: Final = "language_mismatch"

_FRAME: Final = SAMPLE_RATE // 10
# The loudest tenth of a second of speech is rarely below −40 dBFS, on a poor line too.
_QUIET_RMS: Final = 10 ** (-50 / 20)
# Without ・, which stands in foreign names in Chinese too.
_KANA: Final = re.compile(r"[\u3041-\u309f\u30a1-\u30fa]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_FOREIGN_WORDS: Final = 3  # fewer are names and "OK"


def risks(samples: Samples, text: str, language: str) -> tuple[str, ...]:
    """The flags of a piece of at most half a minute and what was recognised in it."""
    if not text:
        return ()
    flags = []
    if is_near_silence(samples):
        flags.append(NEAR_SILENCE)
    if is_foreign(text, language):
        flags.append(LANGUAGE_MISMATCH)
    return tuple(flags)


def is_near_silence(samples: Samples) -> bool:
    """Whether nobody can have said anything in it that a model could recognise."""
    return loudest_rms(samples) < _QUIET_RMS


def loudest_rms(samples: Samples) -> float:
    """Root mean square of the loudest 100 ms; 1.0 is full scale."""
    if len(samples) < _FRAME:
        return float(np.sqrt(np.square(samples).mean())) if len(samples) else 0.0
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return float(np.sqrt(np.square(frames).mean(axis=1).max()))


def is_foreign(text: str, language: str) -> bool:
    """Whether ``text`` is written as ``language`` (zh, en, ja) never is."""
    han, kana = len(HAN.findall(text)), len(_KANA.findall(text))
    words = len(_LATIN_WORD.findall(text))
    match language:
        case "zh":
            return kana > 0 or (han == 0 and words >= _FOREIGN_WORDS)
        case "en":
            return han + kana > words
        case "ja":
            return han + kana == 0 and words >= _FOREIGN_WORDS
    return False
