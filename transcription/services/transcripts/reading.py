"""A transcript as a page reads it: lines, voices, and where each word stands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models.members import Membership
from transcription.models.transcripts import (
    Segment,
    SegmentQuerySet,
    Speaker,
    Transcript,
    voice_name,
)
from transcription.pipeline.text.letters import LETTER_SOUNDS
from transcription.pipeline.text.mapping import TextMapping
from transcription.pipeline.text.words import words_from_json
from transcription.services.transcripts.marks import (
    HitPlace,
    Piece,
    Span,
    hit_places,
    is_written_by_person,
    pieces_of,
)
from transcription.services.transcripts.voices import speaker_version

VOICE_COLOURS = 6
# docs/pipeline.md has the figures: of a sentence, and of a word in one.
_UNSURE = 0.8
_UNSURE_WORD = 0.6
# Flags that a reader should know of; the others are for the log.
_FLAGS = {
    "not_recognised": lambda: _("This could not be recognised. Listen to it."),
    "repetition": lambda: _("The recogniser repeated itself here; listen to be sure."),
    "too_fast": lambda: _("More text than fits into this time; listen to be sure."),
    "near_silence": lambda: _("Hardly any sound here; listen to be sure."),
    "hotword_rejected": lambda: _(
        "With the hotwords the recogniser wrote something else here that did not fit; "
        "this is what it wrote without them."
    ),
    "hotword_leak": lambda: _(
        "With the hotwords the recogniser wrote one that nobody said."
    ),
    "language_mismatch": lambda: _("This looks like another language."),
}


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker with the name and colour that the page gives it."""

    speaker: Speaker
    name: str
    colour: int

    @property
    def version(self) -> str:
        """Of the name, for the form that changes it."""
        return speaker_version(self.speaker)


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One segment, ready to be drawn in both texts. ``is_new_minute`` marks the first
    of a minute, ``is_written`` one that a person wrote."""

    segment: Segment
    voice: Voice | None
    is_new_voice: bool
    is_new_minute: bool
    normal: tuple[Piece, ...]
    raw: tuple[Piece, ...]
    notes: tuple[str, ...]
    matched: tuple[HitPlace, ...]
    is_written: bool


def voices(transcript: Transcript) -> list[Voice]:
    """The transcript's speakers in the order of their labels."""
    return [
        Voice(speaker, voice_name(speaker), i % VOICE_COLOURS)
        for i, speaker in enumerate(transcript.speakers.all())
    ]


def read_lines(
    transcript: Transcript, segments: SegmentQuerySet
) -> list[TranscriptLine]:
    """These segments of the transcript as lines, in three queries. Whether somebody
    else speaks in the first of them is for its caller to know."""
    known = {voice.speaker.pk: voice for voice in voices(transcript)}
    # The words are the bulk of a segment, and needed of few.
    rows = list(segments.select_related("edited_by").defer("words"))
    unsure = [row.pk for row in rows if _is_unsure(row)]
    words = dict(segments.filter(pk__in=unsure).values_list("pk", "words"))
    lines: list[TranscriptLine] = []
    former: Segment | None = None
    for row in rows:
        lines.append(_line(row, former, known, words.get(row.pk, [])))
        former = row
    return lines


def read_line(segment: Segment) -> TranscriptLine:
    """One line on its own, after it has been changed."""
    known = {voice.speaker.pk: voice for voice in voices(segment.transcript)}
    former = segment.transcript.segments.filter(index=segment.index - 1).first()
    return _line(segment, former, known, segment.words)


def _line(
    segment: Segment,
    former: Segment | None,
    known: Mapping[int, Voice],
    words: Sequence[Mapping[str, Any]],
) -> TranscriptLine:
    hits = sorted(segment.hotwords, key=lambda hit: int(hit["start"]))
    raw = [(h["start"], h["end"], h["heard"]) for h in hits]
    matched = hit_places(segment)
    normal = [(place.start, place.end, place.replaced) for place in matched]
    is_written = is_written_by_person(segment)
    notes = () if is_written else _doubts(segment)
    doubtful = _doubtful_spans(segment, words) if notes else ([], [])
    return TranscriptLine(
        segment=segment,
        voice=known.get(segment.speaker_id or 0),
        is_new_voice=former is None or segment.speaker_id != former.speaker_id,
        is_new_minute=former is None
        or segment.start_ms // 60_000 != former.start_ms // 60_000,
        normal=pieces_of(segment.text, normal, doubtful[0]),
        raw=pieces_of(segment.text_raw, raw, doubtful[1]),
        notes=notes,
        matched=tuple(matched),
        is_written=is_written,
    )


def _doubtful_spans(
    segment: Segment, words: Sequence[Mapping[str, Any]]
) -> tuple[list[Span], list[Span]]:
    """What is doubtful of the normal text and of the raw one: the words that were
    guessed at where the engine says which, else all of it."""
    whole = [(0, len(segment.text))], [(0, len(segment.text_raw))]
    is_flagged = any(flag in _FLAGS for flag in segment.flags)
    if is_flagged or segment.edited_at:
        return whole
    guessed = [
        (word.offset, word.end)
        for word in words_from_json(segment.text_raw, words)
        if word.confidence is not None and word.confidence < _UNSURE_WORD
    ]
    if not guessed:
        return whole
    mapping = segment.mapping
    return [mapping.span(*span) for span in guessed], guessed


def _is_doubtful(segment: Segment) -> bool:
    """Whether ``_doubts`` has something to say."""
    return any(flag in _FLAGS for flag in segment.flags) or _is_unsure(segment)


def _is_unsure(segment: Segment) -> bool:
    return segment.confidence is not None and segment.confidence < _UNSURE


def _doubts(segment: Segment) -> tuple[str, ...]:
    """A sentence for each doubt about what the machine recognised."""
    flags = dict.fromkeys(segment.flags)
    if "hotword_leak" in flags:  # says more of the same
        flags.pop("hotword_rejected", None)
    notes = [_FLAGS[flag]() for flag in flags if flag in _FLAGS]
    if not notes and _is_unsure(segment):
        notes.append(_("The recogniser was unsure of this; listen to be sure."))
    if notes and LETTER_SOUNDS in flags:
        notes.append(
            _(
                "This may be letters (CPU, VIP) that the recogniser wrote by their "
                "sound. Hotwords with letters help."
            )
        )
    return tuple(notes)


def word_times(segments: SegmentQuerySet) -> dict[str, dict[str, list[list[int]]]]:
    """Per segment id and text: ``[from_character, to_character, start_ms, end_ms]``.

    A corrected line has no word times in its normal text: nobody measured them.
    """
    times: dict[str, dict[str, list[list[int]]]] = {}
    fields = ("pk", "text_raw", "words", "itn_map", "edited_at")
    for pk, text_raw, words, itn_map, edited_at in segments.exclude(
        words=[]
    ).values_list(*fields):
        raw = [
            [word.offset, word.end, word.start_ms, word.end_ms]
            for word in words_from_json(text_raw, words)
        ]
        texts = {"raw": raw}
        if not edited_at:
            mapping = TextMapping.from_json(itn_map)
            texts["normal"] = [
                [*mapping.span(start, end), begin, finish]
                for start, end, begin, finish in raw
            ]
        times[str(pk)] = texts
    return times


@dataclass(frozen=True, slots=True)
class Doubt:
    """A segment that somebody should listen to."""

    pk: int
    index: int
    start_ms: int


def doubtful_segments(transcript: Transcript) -> list[Doubt]:
    """In the order in which they are said."""
    segments = _still_doubtful(transcript.segments.all())
    return [Doubt(one.pk, one.index, one.start_ms) for one in segments]


def doubts_by_recording(
    membership: Membership, recordings: Iterable[int]
) -> Counter[int]:
    """Of each recording (by primary key), how many sentences of its current text
    somebody should listen to, in one query; those without any are left out."""
    readable = Segment.objects.readable_by(membership)
    current = readable.filter(transcript__recording__in=recordings).annotate(
        recording=F("transcript__recording")
    )
    found = _still_doubtful(current.order_by())
    return Counter(getattr(segment, "recording") for segment in found)  # noqa: B009


def _still_doubtful(segments: QuerySet[Segment]) -> list[Segment]:
    may_be = Q(confidence__lt=_UNSURE) | ~Q(flags=[])
    return [
        segment
        for segment in segments.filter(may_be).defer("words", "text_raw")
        if _is_doubtful(segment) and not is_written_by_person(segment)
    ]


def has_corrections(transcript: Transcript) -> bool:
    """Whether a person wrote one of the sentences."""
    corrected = transcript.segments.corrected().order_by("pk").defer("words")
    return any(is_written_by_person(segment) for segment in corrected.iterator())
