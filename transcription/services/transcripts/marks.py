"""What is marked in the text that people read: hotwords that were put in, doubts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from transcription.models.transcripts import Segment
from transcription.pipeline.text.mapping import Edit, TextMapping, rewrite

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; a hotword keeps what was ``replaced`` by it."""

    text: str
    is_hotword: bool = False
    replaced: str = ""
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class HitPlace:
    """The segment's hotword ``number`` at characters ``start:end`` of its text, and
    what it replaced, the text that was recognised without it."""

    number: int
    text: str
    replaced: str
    start: int
    end: int


def hit_places(segment: Segment) -> list[HitPlace]:
    """In the order of the text; without those that a person took out and those inside a
    stretch that ITN rewrote. None when a person wrote the sentence."""
    text, places = _with_undone(segment)
    return places if text == segment.text else []


def is_written_by_person(segment: Segment) -> bool:
    """Whether somebody wrote the sentence. Who only took a hotword out of it has not:
    the rest is what the machine recognised, and nobody said that it is right."""
    return segment.edited_at is not None and _with_undone(segment)[0] != segment.text


def _with_undone(segment: Segment) -> tuple[str, list[HitPlace]]:
    """The machine's text without the hotwords that were taken out, and the others."""
    text = segment.text_machine if segment.edited_at else segment.text
    mapping = segment.mapping
    places: list[HitPlace] = []
    undone: list[Edit] = []
    at = 0
    hits = sorted(enumerate(segment.hotwords), key=lambda item: int(item[1]["start"]))
    for number, hit in hits:
        word, replaced = str(hit["text"]), str(hit["heard"])
        start, _ = mapping.span(int(hit["start"]), int(hit["end"]))
        end = start + len(word)
        if start < at or text[start:end] != word:
            continue
        if hit.get("undone"):
            undone.append((start, end, replaced))
        else:
            places.append(HitPlace(number, word, replaced, start, end))
        at = end
    without = rewrite(text, undone)
    return without.text, [_moved(place, without.mapping) for place in places]


def _moved(place: HitPlace, mapping: TextMapping) -> HitPlace:
    start, end = mapping.span(place.start, place.end)
    return replace(place, start=start, end=end)


def pieces_of(
    text: str, hotwords: Iterable[tuple[int, int, str]], doubtful: Iterable[Span] = ()
) -> tuple[Piece, ...]:
    """The text cut where a mark begins or ends. Hotwords that overlap or lie outside
    are drawn without one."""
    placed: list[tuple[int, int, str]] = []
    for start, end, replaced in hotwords:
        if (placed[-1][1] if placed else 0) <= start < end <= len(text):
            placed.append((start, end, replaced))
    doubts = _joined(doubtful)
    cuts = {0, len(text)}
    cuts.update(*((start, end) for start, end, _replaced in placed), *doubts)
    pieces = []
    for start, end in pairwise(sorted(cut for cut in cuts if 0 <= cut <= len(text))):
        word = next((w for w in placed if w[0] <= start < w[1]), None)
        is_doubtful = any(a <= start < b for a, b in doubts)
        replaced = word[2] if word else ""
        pieces.append(Piece(text[start:end], word is not None, replaced, is_doubtful))
    return tuple(pieces)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """In their order, those that touch or overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
