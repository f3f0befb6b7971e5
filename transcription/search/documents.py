"""From the segments of a transcript to rows of the index."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from transcription.search.terms import (
    GAP,
    Terms,
    next_tail,
    ordered_terms,
    runs_of,
    words_of,
)

# A pause longer than this ends a phrase: what follows is another sentence.
PHRASE_PAUSE_MS = 5_000

# An index row's key holds recording and place, the newest recording and the earliest
# segment highest: reading keys downwards gives recordings newest first, each in time
# order and in one piece.
_INDEX_BITS = 20
_LAST_INDEX = (1 << _INDEX_BITS) - 1


def key_of(recording_id: int, index: int) -> int:
    """The index key of a recording's segment."""
    if not 0 <= index <= _LAST_INDEX:
        raise ValueError(f"A transcript has at most {_LAST_INDEX + 1} segments.")
    return (recording_id << _INDEX_BITS) | (_LAST_INDEX - index)


def place_of(key: int) -> tuple[int, int]:
    """The recording's id and the segment's index."""
    return key >> _INDEX_BITS, _LAST_INDEX - (key & _LAST_INDEX)


def keys_of(recording_id: int) -> tuple[int, int]:
    """The lowest and the highest key that a recording may use."""
    return recording_id << _INDEX_BITS, (recording_id << _INDEX_BITS) | _LAST_INDEX


Voice = tuple[int | None, int | None]  # speaker, channel


@dataclass(frozen=True, slots=True)
class Spoken:
    """A segment as the index sees it. ``has_added_marks`` is true of all segments of a
    transcript or of none.

    ``text_raw`` is empty after a correction: what the engine recognised wrongly is no
    longer what was said.
    """

    index: int
    voice: Voice
    start_ms: int
    end_ms: int
    text: str
    text_raw: str
    has_added_marks: bool = False


@dataclass(slots=True)
class _Tail:
    end_ms: int = 0
    text: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)


def terms_of(segments: Iterable[Spoken]) -> Iterator[tuple[int, Terms]]:
    """Index and terms of each segment; ``segments`` come in the order of their index.

    A phrase that begins in one segment and ends in the next of the same voice is found
    in the latter. Raw text is indexed beside the normalised one where they differ.
    """
    tails: dict[Voice, _Tail] = {}
    for segment in segments:
        tail = tails.setdefault(segment.voice, _Tail())
        if segment.start_ms - tail.end_ms > PHRASE_PAUSE_MS:
            tail.text, tail.raw = [], []
        added = segment.has_added_marks
        text = words_of(runs_of(segment.text, has_added_marks=added))
        raw = text
        if segment.text_raw and segment.text_raw != segment.text:
            raw = words_of(runs_of(segment.text_raw, has_added_marks=added))
        ordered = ordered_terms(text, tail.text)
        if raw != text or tail.raw != tail.text:
            ordered += [GAP, *ordered_terms(raw, tail.raw)]
        single = {unit for runs in (text, raw) for run in runs for unit in run}
        yield segment.index, Terms(tuple(ordered), tuple(sorted(single)))
        tail.end_ms = segment.end_ms
        tail.text = next_tail(text, tail.text)
        tail.raw = next_tail(raw, tail.raw)
