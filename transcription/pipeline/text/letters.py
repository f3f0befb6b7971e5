"""Letters that a recogniser wrote by their sound: 嬉皮有 for CPU.

A Chinese model knows no letters. Hotwords with letters are for that; who reads such a
sentence does not know it.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from transcription.engine.guards import HAN
from transcription.pipeline.hotwords.index import HotwordIndex

LETTER_SOUNDS: Final = "letter_sounds"  # the flag of such a sentence
# Everyday words of letters and how they are said, as lines of a hotword list.
LETTER_WORDS: Final = Path(__file__).with_name("letter_words.txt")
_MIN_SYLLABLES: Final = 3  # two are soon something else


def letter_word_lines() -> list[str]:
    return LETTER_WORDS.read_text("utf-8").split()


def has_letter_sounds(text: str) -> bool:
    """Whether Chinese characters in ``text`` sound like a word of letters."""
    return any(
        match.size >= _MIN_SYLLABLES
        and match.is_same
        and HAN.search(text, match.start, match.end) is not None
        for match in _index().matches(text)
    )


@lru_cache(maxsize=1)
def _index() -> HotwordIndex:
    return HotwordIndex(letter_word_lines())
