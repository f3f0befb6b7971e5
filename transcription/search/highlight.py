"""Where a stored text holds the phrases of a query."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from transcription.search.folding import Folded, Phrase, folded, joined

Span = tuple[int, int]
# A piece of text, and whether it is a hit: ``SOUND`` (which is true, too) if it only
# sounds like what was looked for.
Part = tuple[str, int]
WRITTEN: Final = 1
SOUND: Final = 2


@dataclass(frozen=True, slots=True)
class PhraseMatches:
    """Spans of the text in order, and the phrases that are not in it."""

    spans: tuple[Span, ...]
    missing: tuple[Phrase, ...]


def find(
    text: str, phrases: Iterable[Phrase], *, has_added_marks: bool = False
) -> PhraseMatches:
    """Every occurrence of the phrases, merged where they touch or overlap."""
    searched = folded(text, has_added_marks=has_added_marks)
    spans: list[Span] = []
    missing: list[Phrase] = []
    for phrase in phrases:
        here = list(_occurrences(searched, phrase))
        spans += here
        if not here:
            missing.append(phrase)
    return PhraseMatches(tuple(_merged(spans)), tuple(missing))


def find_across(
    before: str, text: str, phrase: Phrase, *, has_added_marks: bool = False
) -> tuple[Span, Span] | None:
    """Where a phrase begins at the end of one text and ends in the next: both spans."""
    first = folded(before, has_added_marks=has_added_marks)
    second = folded(text, has_added_marks=has_added_marks)
    whole = joined(first.text, second.text)
    begins = len(whole) - len(second.text)
    at = whole.find(phrase, max(len(first.text) - len(phrase) + 1, 0))
    end = at + len(phrase)
    if not 0 <= at < len(first.text) or end <= begins:
        return None
    return first.span(at, len(first.text)), second.span(0, end - begins)


def parts(text: str, spans: Sequence[Span], heard: Sequence[Span] = ()) -> list[Part]:
    """The text in pieces for a template; joined together they are the text. Of what is
    both written and heard, it counts that it is written."""
    written = _merged(spans)
    marked = [(start, end, WRITTEN) for start, end in written]
    marked += [(*span, SOUND) for span in _merged(heard) if not _meets(span, written)]
    pieces: list[Part] = []
    done = 0
    for start, end, mark in sorted(marked):
        pieces += [(text[done:start], 0), (text[start:end], mark)]
        done = end
    pieces.append((text[done:], 0))
    return [piece for piece in pieces if piece[0]]


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _occurrences(searched: Folded, phrase: Phrase) -> Iterator[Span]:
    at = searched.text.find(phrase)
    while at >= 0:
        yield searched.span(at, at + len(phrase))
        at = searched.text.find(phrase, at + 1)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
