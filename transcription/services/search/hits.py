"""From found segments to what a page shows of them."""

from dataclasses import dataclass

from transcription.models.transcripts import Segment, voice_name
from transcription.search.documents import PHRASE_PAUSE_MS
from transcription.search.highlight import Part, Span, find, find_across, parts
from transcription.search.moments import said_at
from transcription.search.query import Query
from transcription.search.terms import TAIL_UNITS, Phrase

_LEAD_LENGTH = 16  # characters shown of the former segment


@dataclass(frozen=True, slots=True)
class Hit:
    """A segment that was found.

    ``parts`` is its text. ``raw_parts`` is what the engine wrote, when a phrase is only
    in that. ``lead`` is the end of the same voice's former segment, when a phrase
    begins there. ``start_ms`` is the moment at which the first hit is said.
    """

    segment: Segment
    index: int
    start_ms: int
    parts: list[Part]
    raw_parts: list[Part]
    lead: list[Part]

    @property
    def speaker(self) -> str:
        return voice_name(self.segment.speaker)


def hits_of(segments: list[Segment], query: Query) -> list[Hit]:
    """The segments of one recording with the query's phrases marked."""
    return [_hit(segment, query.phrases) for segment in segments]


def _hit(segment: Segment, phrases: tuple[Phrase, ...]) -> Hit:
    added = segment.transcript.has_added_marks
    in_text = find(segment.text, phrases, has_added_marks=added)
    spans, raw_spans, missing = list(in_text.spans), list[Span](), in_text.missing
    if missing and not segment.edited_at:
        in_raw = find(segment.text_raw, missing, has_added_marks=added)
        raw_spans, missing = list(in_raw.spans), in_raw.missing
    start_ms = _moment(segment, spans, raw_spans)
    lead: list[Part] = []
    if missing:
        text_before, raw_before = _before(segment)
        for phrase in missing:
            across = find_across(
                text_before, segment.text, phrase, has_added_marks=added
            )
            if across:
                spans.append(across[1])
                lead = _lead(text_before, across[0])
            elif across := find_across(
                raw_before, segment.text_raw, phrase, has_added_marks=added
            ):
                raw_spans.append(across[1])
                lead = _lead(raw_before, across[0])
    return Hit(
        segment=segment,
        index=segment.index,
        start_ms=start_ms,
        parts=parts(segment.text, spans),
        raw_parts=parts(segment.text_raw, raw_spans) if raw_spans else [],
        lead=lead,
    )


def _moment(segment: Segment, spans: list[Span], raw_spans: list[Span]) -> int:
    """Words are timed over the raw text; a correction cut the tie to it."""
    places = [start for start, _end in raw_spans]
    mapping = segment.mapping
    places += [mapping.raw_span(*span)[0] for span in spans]
    if segment.edited_at or not places:
        return segment.start_ms
    return said_at(segment.timed_words, min(places), segment.start_ms)


def _before(segment: Segment) -> tuple[str, str]:
    """What the same voice said just before: normalised, and raw."""
    former = Segment.objects.filter(
        transcript=segment.transcript_id,
        speaker=segment.speaker_id,
        channel=segment.channel,
        index__lt=segment.index,
    ).order_by("-index")[:TAIL_UNITS]
    texts: list[str] = []
    raws: list[str] = []
    starts = segment.start_ms
    for one in former:
        if starts - one.end_ms > PHRASE_PAUSE_MS:
            break
        texts.insert(0, one.text)
        raws.insert(0, one.text if one.edited_at else one.text_raw)
        starts = one.start_ms
    return " ".join(texts), " ".join(raws)


def _lead(before: str, span: Span) -> list[Part]:
    start = max(span[0] - _LEAD_LENGTH, 0)
    shown = parts(before[start:], [(span[0] - start, span[1] - start)])
    return [("…", False), *shown] if start else shown
