"""An English hotword as a regular expression over spellings, by its consonants.

It finds the stretches that ``EnglishIndex`` takes for the word with its first
consonants there, and others: for a database that has to leave out most of its rows.
"""

from typing import Final

from transcription.pipeline.english.index import english_sounds
from transcription.pipeline.english.phonemes import skeleton

# Class of consonants (``phonemes.skeleton``) → letters that may be one of them.
_WRITTEN: Final = {
    "P": "pb", "T": "td", "K": "ckgq", "F": "fvp", "S": "szc", "X": "scjgzt",
    "M": "m", "N": "n", "L": "l", "R": "r",
}  # fmt: skip
# So many consonants are looked for: each may be found in several places, and Python
# tries them all where a recogniser wrote the same letters again and again.
_MOST: Final = 6
_VOWELS: Final = "aeiouywhAEIOUYWH'"  # and what is silent beside them
_BETWEEN: Final = f"[{_VOWELS} -]{{0,5}}(?:[gG][{_VOWELS} -]{{0,3}})?"
_BEFORE: Final = f"(?:^|[^A-Za-z])[{_VOWELS}gGkK -]{{0,4}}"
_AFTER: Final = f"[{_VOWELS}gGrR -]{{0,5}}(?:[^A-Za-z]|$)"


def english_patterns(spelling: str) -> list[str]:
    """One for each way to say the hotword; none when it has no sound of its own."""
    keys = dict.fromkeys(skeleton(sounds) for sounds in english_sounds(spelling))
    return [_pattern(key) for key in keys]


def _pattern(key: str) -> str:
    pattern = ""
    at = 0
    while at < min(len(key), _MOST):
        pattern += _BETWEEN if at else ""
        if key.startswith("KS", at):
            pattern += f"(?:[xX]|{_letters('K')}{_BETWEEN}{_letters('S')})"
            at += 2
            continue
        pattern += _letters(key[at])
        at += 1
    return _BEFORE + pattern + (_AFTER if at == len(key) else "")


def _letters(one: str) -> str:
    """The consonant, once or at the end of a word and the beginning of the next."""
    letters = f"[{_WRITTEN[one]}{_WRITTEN[one].upper()}]"
    return f"{letters}(?:[hH -]{{0,2}}{letters})?"
