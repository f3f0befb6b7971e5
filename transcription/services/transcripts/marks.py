"""Where the hotwords that were put in stand in the text that people read."""

from collections.abc import Sequence
from dataclasses import dataclass

from transcription.models.transcripts import Segment


@dataclass(frozen=True, slots=True)
class HitPlace:
    """The segment's hotword ``number`` at characters ``start:end`` of its text, and
    what was heard there without it."""

    number: int
    text: str
    heard: str
    start: int
    end: int


def hit_places(segment: Segment) -> list[HitPlace]:
    """In the order of the text; without those that a person took out and those inside a
    stretch that ITN rewrote. None when a person wrote the sentence."""
    text, places = _with_undone(segment)
    return places if text == segment.text else []


def is_written_by_person(segment: Segment) -> bool:
    """Whether somebody wrote the sentence. Who only took a hotword out of it has not:
    the rest is what the machine heard, and nobody said that it is right."""
    return segment.edited_at is not None and _with_undone(segment)[0] != segment.text


def _with_undone(segment: Segment) -> tuple[str, list[HitPlace]]:
    """The machine's text without the hotwords that were taken out, and the others."""
    text = segment.text_machine if segment.edited_at else segment.text
    places: list[HitPlace] = []
    at = shift = 0
    hits = sorted(enumerate(segment.hotwords), key=lambda item: int(item[1]["start"]))
    for number, hit in hits:
        word, heard = str(hit["text"]), str(hit["heard"])
        start, _ = moved_span(segment.itn_map, int(hit["start"]), int(hit["end"]))
        start += shift
        end = start + len(word)
        if start < at or text[start:end] != word:
            continue
        if hit.get("undone"):
            text = text[:start] + heard + text[end:]
            shift += len(heard) - len(word)
            at = start + len(heard)
        else:
            places.append(HitPlace(number, word, heard, start, end))
            at = end
    return text, places


def moved_span(
    itn_map: Sequence[Sequence[int]], start: int, end: int
) -> tuple[int, int]:
    """Where the raw characters ``start:end`` stand in the normalised text."""
    new_start, new_end = _moved(itn_map, start, 2), _moved(itn_map, end, 3)
    return new_start, max(new_start, new_end)


def _moved(itn_map: Sequence[Sequence[int]], at: int, side: int) -> int:
    # Inside a rewritten stretch there is no finer truth than the stretch itself.
    shift = 0
    for raw_start, raw_end, start, end in itn_map:
        if at < raw_start or (at == raw_start and side == 3):
            break
        if at < raw_end or (at == raw_end and side == 3):
            return start if side == 2 else end
        shift = end - raw_end
    return at + shift
