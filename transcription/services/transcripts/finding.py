"""Find inside one transcript: every place of a phrase, across the marks that stand in
the text but that nobody said."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from transcription.models.transcripts import Transcript
from transcription.services.transcripts.marks import Span
from transcription.services.transcripts.pages import page_of

# Nobody said them, and the search page finds phrases across them. Those inside a number
# (12.5, 1,000) belong to it.
_MARKS = "，。？,.?"
_MARK_OUTSIDE_NUMBER = f"(?!(?<=[0-9])[{_MARKS}][0-9])[{_MARKS}]"
_BETWEEN_WORDS = re.compile(r"[\s\"“”「」『』]+")


@dataclass(frozen=True, slots=True)
class FoundSegment:
    """A segment with the places of its hits, in the units in which browsers count."""

    pk: int
    page: int
    start_ms: int
    spans: tuple[Span, ...]


def find(transcript: Transcript, typed: str, *, raw: bool) -> list[FoundSegment]:
    """What was typed; else, for a query of the search page, each of its words."""
    typed = typed.strip()
    if not typed:
        return []
    field = "text_raw" if raw else "text"
    texts = list(transcript.segments.values_list("pk", "index", "start_ms", field))
    found = list(_found(texts, [typed]))
    words = [word for word in _BETWEEN_WORDS.split(typed) if word]
    if not found and words != [typed]:
        found = list(_found(texts, words))
    return found


def spans_of(text: str, phrases: Iterable[str]) -> list[Span]:
    """From and to of each place of a phrase in the text."""
    return _spans(text, [_pattern(phrase) for phrase in phrases])


def _found(
    texts: Iterable[tuple[int, int, int, str]], phrases: Iterable[str]
) -> Iterator[FoundSegment]:
    patterns = [_pattern(phrase) for phrase in phrases]
    for pk, index, start_ms, text in texts:
        if spans := _spans(text, patterns):
            places = tuple(_as_browsers_count(text, span) for span in spans)
            yield FoundSegment(pk, page_of(index), start_ms, places)


def _spans(text: str, patterns: Iterable[re.Pattern[str]]) -> list[Span]:
    return sorted(hit.span() for pattern in patterns for hit in pattern.finditer(text))


def _pattern(phrase: str) -> re.Pattern[str]:
    said = re.sub(_MARK_OUTSIDE_NUMBER, "", phrase)
    if not said:  # whoever types only marks looks for marks
        return re.compile(re.escape(phrase))
    between = f"(?:{_MARK_OUTSIDE_NUMBER})*"
    return re.compile(between.join(map(re.escape, said)), re.IGNORECASE)


def _as_browsers_count(text: str, span: Span) -> Span:
    """In UTF-16: rare characters and emoji count twice there."""
    start, end = span
    before = sum(char > "\uffff" for char in text[:start])
    return start + before, end + before + sum(c > "\uffff" for c in text[start:end])
