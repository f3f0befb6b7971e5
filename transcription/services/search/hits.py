"""From found segments to what a page shows of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from transcription.models.transcripts import Segment, voice_name
from transcription.search.documents import PHRASE_PAUSE_MS
from transcription.search.folding import Phrase
from transcription.search.highlight import (
    SOUND,
    WRITTEN,
    Part,
    Span,
    find,
    find_across,
    parts,
)
from transcription.search.matching import Match
from transcription.search.moments import said_at
from transcription.services.search.notes import Note, notes_of

_LEAD_LENGTH = 16  # characters shown of the former segment
_FORMER_SEGMENTS = 8  # that a phrase may reach back over


@dataclass(frozen=True, slots=True)
class Hit:
    """A segment that was found.

    ``parts`` is its text. ``raw_parts`` is what the engine wrote, when a phrase is only
    in that. ``lead`` is the end of the same voice's former segment, when a phrase
    begins there. ``start_ms`` is the moment at which the first hit is said. ``notes``
    say of what was found that it is not what was typed.
    """

    segment: Segment
    index: int
    start_ms: int
    parts: list[Part]
    raw_parts: list[Part]
    lead: list[Part]
    notes: tuple[Note, ...] = ()

    @property
    def speaker(self) -> str:
        return voice_name(self.segment.speaker)


def hits_of(
    segments: Iterable[Segment],
    matches: Mapping[int, Match],
    aliases: Collection[Phrase] = (),
) -> list[Hit]:
    """Segments of one recording with what was found in each marked, by its index."""
    return [_hit(segment, matches[segment.index], aliases) for segment in segments]


def _hit(segment: Segment, match: Match, aliases: Collection[Phrase]) -> Hit:
    written = _spans_of(segment, match.phrases)
    heard = _spans_of(segment, match.heard)
    return Hit(
        segment=segment,
        index=segment.index,
        start_ms=_moment(
            segment, written.whole + heard.whole, written.raw_whole + heard.raw_whole
        ),
        parts=parts(segment.text, written.spans, heard.spans),
        raw_parts=parts(segment.text_raw, written.raw_spans, heard.raw_spans)
        if written.raw_spans or heard.raw_spans
        else [],
        lead=_lead(*written.before, WRITTEN) or _lead(*heard.before, SOUND),
        notes=tuple(notes_of(match, aliases)),
    )


@dataclass(slots=True)
class _Spans:
    """Where phrases are in a segment: in its text, else in what the engine wrote.
    ``whole``: all of the phrase; ``before``: else, where it begins in what was said
    just before."""

    whole: list[Span] = field(default_factory=list)
    raw_whole: list[Span] = field(default_factory=list)
    rest: list[Span] = field(default_factory=list)
    raw_rest: list[Span] = field(default_factory=list)
    before: tuple[str, Span] = ("", (0, 0))

    @property
    def spans(self) -> list[Span]:
        return self.whole + self.rest

    @property
    def raw_spans(self) -> list[Span]:
        return self.raw_whole + self.raw_rest


def _spans_of(segment: Segment, phrases: tuple[Phrase, ...]) -> _Spans:
    added = segment.transcript.has_added_marks
    in_text = find(segment.text, phrases, has_added_marks=added)
    found = _Spans(list(in_text.spans))
    missing = in_text.missing
    if missing and not segment.edited_at:
        in_raw = find(segment.text_raw, missing, has_added_marks=added)
        found.raw_whole, missing = list(in_raw.spans), in_raw.missing
    if missing:
        text_before, raw_before = _before(segment)
        for phrase in missing:
            across = find_across(
                text_before, segment.text, phrase, has_added_marks=added
            )
            if across:
                found.rest.append(across[1])
                found.before = text_before, across[0]
            elif across := find_across(
                raw_before, segment.text_raw, phrase, has_added_marks=added
            ):
                found.raw_rest.append(across[1])
                found.before = raw_before, across[0]
    return found


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
    ).order_by("-index")[:_FORMER_SEGMENTS]
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


def _lead(before: str, span: Span, mark: int) -> list[Part]:
    start = max(span[0] - _LEAD_LENGTH, 0)
    spans = [(span[0] - start, span[1] - start)]
    shown = (
        parts(before[start:], (), spans)
        if mark == SOUND
        else parts(before[start:], spans)
    )
    return [("…", 0), *shown] if start else shown
