"""A transcript as a page reads it: lines, voices, and where each word stands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.services.audit.writing import Origin, record
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Speaker, Transcript, voice_name
from transcription.pipeline.text.letters import LETTER_SOUNDS
from transcription.pipeline.text.mapping import TextMapping
from transcription.pipeline.text.words import words_from_json
from transcription.services.transcripts.marks import (
    HitPlace,
    hit_places,
    is_written_by_person,
)

VOICE_COLOURS = 6
PLAY_SECONDS = 3600
SAME_SECONDS = 60
# docs/pipeline.md has the figures.
_UNSURE = 0.8
# Flags that a reader should know of; the others are for the log.
_FLAGS = {
    "not_recognised": lambda: _("This could not be recognised; listen to it."),
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
class Piece:
    """A stretch of text; a hotword keeps what was ``replaced`` by it."""

    text: str
    is_hotword: bool = False
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker with the name and colour that the page gives it."""

    speaker: Speaker
    name: str
    colour: int


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One segment, ready to be drawn in both texts. ``is_written`` says that a person
    wrote it."""

    segment: Segment
    voice: Voice | None
    is_new_voice: bool
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


def note_view(
    *, recording: Recording, origin: Origin, through_api: UUID | None = None
) -> None:
    """Somebody read the transcript, in the browser or as the result of an API's job:
    reads leave a trace too. Reading it again within ``SAME_SECONDS`` is the same read.
    """
    detail: dict[str, object] = {}
    if through_api:
        detail = {"through": "api", "job": str(through_api)}
    recent = _recent(AuditAction.VIEW, recording, origin, SAME_SECONDS)
    if detail not in recent.values_list("detail", flat=True):
        record(AuditAction.VIEW, origin, recording.audit_subject, **detail)


def note_play(*, recording: Recording, origin: Origin, is_start: bool) -> None:
    """Somebody listens. A player asks for many ranges: those after the start belong to
    a play that is in the trail already, when it is from the last ``PLAY_SECONDS``;
    starting again within ``SAME_SECONDS`` is the same play."""
    seconds = SAME_SECONDS if is_start else PLAY_SECONDS
    if not _recent(AuditAction.PLAY, recording, origin, seconds).exists():
        record(AuditAction.PLAY, origin, recording.audit_subject)


def _recent(
    action: AuditAction, recording: Recording, origin: Origin, seconds: int
) -> "QuerySet[AuditEvent]":
    """The person's events of this kind about the recording in the last ``seconds``."""
    return AuditEvent.objects.filter(
        action=action,
        actor=origin.user,
        object_type="recording",
        object_id=str(recording.uuid),
        at__gte=timezone.now() - timedelta(seconds=seconds),
    )


def note_download(*, recording: Recording, origin: Origin) -> None:
    """Somebody took the original file away."""
    record(AuditAction.EXPORT, origin, recording.audit_subject, format="original")


def read_lines(transcript: Transcript) -> list[TranscriptLine]:
    """All lines of a transcript, in two queries however long it is."""
    known = {voice.speaker.pk: voice for voice in voices(transcript)}
    lines: list[TranscriptLine] = []
    former: int | None = None
    for segment in transcript.segments.defer("words"):  # the bulk of it, for seeking
        speaker = segment.speaker_id
        voice = known.get(speaker or 0)
        is_new_voice = not lines or speaker != former
        lines.append(_line(segment, voice, is_new_voice=is_new_voice))
        former = speaker
    return lines


def only_doubtful(lines: Iterable[TranscriptLine]) -> list[TranscriptLine]:
    """The lines that somebody should listen to; each says who speaks."""
    return [replace(line, is_new_voice=True) for line in lines if line.notes]


def read_line(segment: Segment) -> TranscriptLine:
    """One line on its own, after it has been changed."""
    known = {voice.speaker.pk: voice for voice in voices(segment.transcript)}
    former = segment.transcript.segments.filter(index=segment.index - 1).first()
    return _line(
        segment,
        known.get(segment.speaker_id or 0),
        is_new_voice=former is None or former.speaker_id != segment.speaker_id,
    )


def _line(
    segment: Segment, voice: Voice | None, *, is_new_voice: bool
) -> TranscriptLine:
    hits = sorted(segment.hotwords, key=lambda hit: int(hit["start"]))
    raw = [(h["start"], h["end"], h["heard"]) for h in hits]
    matched = hit_places(segment)
    normal = [(place.start, place.end, place.replaced) for place in matched]
    is_written = is_written_by_person(segment)
    return TranscriptLine(
        segment=segment,
        voice=voice,
        is_new_voice=is_new_voice,
        normal=_pieces(segment.text, normal),
        raw=_pieces(segment.text_raw, raw),
        notes=() if is_written else _doubts(segment),
        matched=tuple(matched),
        is_written=is_written,
    )


def _doubts(segment: Segment) -> tuple[str, ...]:
    """A sentence for each doubt about what the machine recognised."""
    flags = dict.fromkeys(segment.flags)
    if "hotword_leak" in flags:  # says more of the same
        flags.pop("hotword_rejected", None)
    notes = [_FLAGS[flag]() for flag in flags if flag in _FLAGS]
    if not notes and segment.confidence is not None and segment.confidence < _UNSURE:
        notes.append(_("The recogniser was unsure of this; listen to be sure."))
    if notes and LETTER_SOUNDS in flags:
        notes.append(
            _(
                "This may be letters (CPU, VIP) that the recogniser wrote by their "
                "sound. Hotwords with letters help."
            )
        )
    return tuple(notes)


def _pieces(text: str, spans: Iterable[tuple[int, int, str]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for start, end, replaced in spans:
        if start < at or end <= start or end > len(text):
            continue  # overlapping or outside: drawn without a mark
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], is_hotword=True, replaced=replaced))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def word_times(transcript: Transcript) -> dict[str, dict[str, list[list[int]]]]:
    """Per segment id and text: ``[from_character, to_character, start_ms, end_ms]``.

    A corrected line has no word times in its normal text: nobody measured them.
    """
    times: dict[str, dict[str, list[list[int]]]] = {}
    fields = ("pk", "text_raw", "words", "itn_map", "edited_at")
    for pk, text_raw, words, itn_map, edited_at in transcript.segments.exclude(
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
