"""How likely a stretch of a stored text is a hotword that was not known then.

A person looks at it and listens, but only what something speaks for is worth the look:
那我可以提前赎回 is not 公司拖欠, for the sounds differ, the engine was sure, and it is
what people say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from transcription.engine.base import Word
from transcription.mandarin.lexicon import is_known, is_little, tokens
from transcription.pipeline.english.words import are_common
from transcription.pipeline.hotwords.index import Match
from transcription.pipeline.hotwords.number_edges import NUMERALS

_UNSURE: Final = 0.7
_LONG: Final = 5  # syllables; of a word that long less needs to speak for it
# What one syllable may lack of being the same: l for n and f for h, and in words of
# four syllables and more any other half.
_CONFUSED: Final = 0.3 + 1e-9
_ALIKE: Final = 0.5 + 1e-9
_ALIKE_FROM: Final = 4
_SURE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one change. ``is_exact`` are all syllables with their tones,
    ``is_same`` but for tones and accents. ``is_unsure`` and ``is_sure`` are the
    engine's word, neither where it gave none, and ``is_sure_of_none`` says that it was
    sure of no single word; ``is_no_phrase``, that what stands there is not made of
    words, ``has_no_word``, that no part of it is one; ``is_whole``, that it begins and
    ends where words do."""

    likeness: float
    is_same: bool
    is_exact: bool
    is_unsure: bool
    is_sure: bool
    is_no_phrase: bool
    is_whole: bool
    is_sure_of_none: bool = False
    has_no_word: bool = False

    @property
    def is_improbable(self) -> bool:
        """But for the word itself everything is against it."""
        if self.is_exact or self.is_unsure or self.is_no_phrase:
            return False
        return self.is_sure or not self.is_same

    @property
    def rank(self) -> float:
        """More is likelier."""
        return (
            self.likeness
            + 0.2 * self.is_exact
            + 0.3 * self.is_unsure
            - 0.2 * self.is_sure
            + 0.2 * self.is_no_phrase
            + 0.1 * self.is_whole
        )


def is_near_miss(match: Match, evidence: Evidence) -> bool:
    """Whether a word may stand there with nobody to look at it, though half a syllable
    of it is another, or one is missing: only where no word of the text is cut, the
    engine was unsure, and what stands there is no phrase. One of these two is enough
    for a long word of which the engine was not sure; one of two syllables must not be
    sure in any part."""
    if not evidence.is_whole or match.is_by_phonemes:
        return False
    most = _CONFUSED if match.size < _ALIKE_FROM else _ALIKE
    is_alike = match.size * (1 - match.likeness) <= most
    if not (is_alike or match.is_swallowed):
        return False
    if match.is_pair:
        return evidence.is_unsure and evidence.is_sure_of_none and evidence.has_no_word
    if is_alike and match.size >= _LONG and not evidence.is_sure:
        return evidence.is_unsure or evidence.is_no_phrase
    return evidence.is_unsure and evidence.is_no_phrase


def evidence_for(match: Match, text: str, words: Sequence[Word]) -> Evidence:
    """For ``match`` in ``text``, of which ``words`` are the engine's."""
    under = [w for w in words if w.offset < match.end and match.start < w.end]
    known = [w.confidence for w in under if w.confidence is not None]
    sureness = sum(known) / len(known) if known else None
    return Evidence(
        likeness=match.likeness,
        is_same=match.is_same,
        is_exact=match.is_exact,
        is_unsure=sureness is not None and sureness < _UNSURE,
        is_sure=sureness is not None and sureness >= _SURE,
        is_no_phrase=not _is_phrase(text, match.start, match.end),
        is_whole=_is_whole(match, text, under),
        is_sure_of_none=bool(known) and max(known) < _SURE,
        has_no_word=not any(map(_is_word, _between(text, match.start, match.end))),
    )


def _is_phrase(text: str, start: int, end: int) -> bool:
    """Whether what stands there is put together of everyday words."""
    if text[start:end].isascii():
        return are_common(text[start:end].lower().split())
    return all(map(_is_word, _between(text, start, end)))


def _is_word(word: str) -> bool:
    return is_known(word) or is_little(word) or not NUMERALS.isdisjoint(word)


def _between(text: str, start: int, end: int) -> list[str]:
    return [word for word, at in _placed(text) if at[0] < end and start < at[1]]


def _is_whole(match: Match, text: str, under: Sequence[Word]) -> bool:
    if under:
        return under[0].offset == match.start and under[-1].end == match.end
    borders = {at for _word, place in _placed(text) for at in place}
    return {match.start, match.end} <= borders


def _placed(text: str) -> list[tuple[str, tuple[int, int]]]:
    found = tokens(text)
    borders = pairwise(accumulate(map(len, found), initial=0))
    return list(zip(found, borders, strict=True))
