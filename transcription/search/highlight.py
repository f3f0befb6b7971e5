"""Where a stored text holds the phrases of a query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transcription.search.terms import Phrase, Run, runs_of

Span = tuple[int, int]
Part = tuple[str, bool]  # a piece of text, and whether it is a hit


@dataclass(frozen=True, slots=True)
class PhraseMatches:
    """Spans of the text in order, and the phrases that are not in it."""

    spans: tuple[Span, ...]
    missing: tuple[Phrase, ...]


def find(
    text: str, phrases: Iterable[Phrase], *, has_added_marks: bool = False
) -> PhraseMatches:
    """Every occurrence of the phrases, merged where they touch or overlap."""
    runs = runs_of(text, has_added_marks=has_added_marks)
    spans: list[Span] = []
    missing: list[Phrase] = []
    for phrase in phrases:
        here = [span for run in runs for span in _occurrences(run, phrase)]
        spans += here
        if not here:
            missing.append(phrase)
    return PhraseMatches(tuple(_merged(spans)), tuple(missing))


def find_across(
    before: str, text: str, phrase: Phrase, *, has_added_marks: bool = False
) -> tuple[Span, Span] | None:
    """Where a phrase begins at the end of one text and ends in the next: both spans."""
    last = runs_of(before, has_added_marks=has_added_marks)[-1]
    first = runs_of(text, has_added_marks=has_added_marks)[0]
    for cut in range(1, len(phrase)):
        head, rest = phrase[:cut], phrase[cut:]
        ends = [u.text for u in last[-cut:]] == list(head)
        begins = [u.text for u in first[: len(rest)]] == list(rest)
        if ends and begins:
            return (last[-cut].start, last[-1].end), (
                first[0].start,
                first[len(rest) - 1].end,
            )
    return None


def parts(text: str, spans: Sequence[Span]) -> list[Part]:
    """The text in pieces for a template; joined together they are the text."""
    pieces: list[Part] = []
    done = 0
    for start, end in _merged(spans):
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    pieces.append((text[done:], False))
    return [piece for piece in pieces if piece[0]]


def _occurrences(run: Run, phrase: Phrase) -> list[Span]:
    size = len(phrase)
    words = [unit.text for unit in run]
    return [
        (run[at].start, run[at + size - 1].end)
        for at in range(len(words) - size + 1)
        if words[at] == phrase[0] and tuple(words[at : at + size]) == phrase
    ]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
