"""The text: one transcript per finished job, made of timed segments."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from transcription.engine.base import Word
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording, visible_to
from transcription.pipeline.text.mapping import TextMapping
from transcription.pipeline.text.words import words_from_json
from transcription.pipeline.types import ADDED_MARKS


class Punctuation(models.TextChoices):
    """Where a transcript's marks come from; empty: there are none, or nobody knows."""

    ENGINE = "engine", _("by the recogniser")
    MODEL = "model", _("added, from the words and pauses")
    PAUSES = "pauses", _("added, from pauses")


class Transcript(models.Model):
    """What one job recognised. A recording may have several; one of them is current."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+"
    )
    recording = models.ForeignKey(
        Recording, on_delete=models.CASCADE, related_name="transcripts"
    )
    job = models.OneToOneField(
        TranscriptionJob, on_delete=models.PROTECT, related_name="transcript"
    )
    is_current = models.BooleanField(default=True)
    language = models.CharField(max_length=8)
    notes = models.JSONField(default=list)  # machine words: silent_channel, …
    punctuation = models.CharField(
        max_length=8, choices=Punctuation.choices, blank=True, default=""
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recording"],
                condition=Q(is_current=True),
                name="transcript_one_current_per_recording",
            ),
            models.CheckConstraint(
                condition=Q(punctuation__in=["", *Punctuation.values]),
                name="transcript_punctuation_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def has_added_marks(self) -> bool:
        return self.punctuation in ADDED_MARKS


class Speaker(models.Model):
    """A voice inside one transcript: on a stereo call one per channel, in a recording
    with one track one for each that a speaker model told apart."""

    transcript = models.ForeignKey(
        Transcript, on_delete=models.CASCADE, related_name="speakers"
    )
    label = models.CharField(max_length=16)  # machine name: channel-0, speaker-1
    name = models.CharField(max_length=64, blank=True)  # what people call it
    channel = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(
                fields=["transcript", "label"], name="speaker_once_per_transcript"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.label


class TimingSource(models.TextChoices):
    """Where a segment's times come from; none are ever invented."""

    CTC = "ctc", _("model alignment")
    ENGINE = "engine", _("engine")
    VAD = "vad", _("voice activity")


class SegmentQuerySet(models.QuerySet["Segment"]):
    """Sentences about segments."""

    def corrected(self) -> "SegmentQuerySet":
        """Those that a person changed: said so that SQLite, too, finds the index."""
        return self.filter(edited_at__isnull=False)

    def readable_in(self, department: Department) -> "SegmentQuerySet":
        """Of the current transcripts of the department's kept recordings: what workers
        read. People read ``readable_by``."""
        return self.filter(
            department=department,
            transcript__is_current=True,
            transcript__recording__deleted_at=None,
        )

    def readable_by(self, membership: Membership) -> "SegmentQuerySet":
        """Those of its department that the membership may read."""
        readable = self.readable_in(membership.department)
        return readable.filter(visible_to(membership, "transcript__recording__"))


class Segment(models.Model):
    """Contiguous speech of one speaker.

    ``text_raw`` is what the engine said and never changes; ``text`` is what people
    read: the engine's words with marks and figures, or a person's correction
    (``edited_at`` set).
    ``words`` is ``[{"text", "start_ms", "end_ms", "confidence", "offset"}]``, the
    offset in characters of ``text_raw``; rows of older versions have none, so read
    ``timed_words``.
    ``itn_map`` is ``[[raw_start, raw_end, start, end]]``: character spans of
    ``text_raw`` and where they went in the machine's text. ``hotwords`` is
    ``[{"text", "heard", "start", "end"}]``: what phonetic correction put at
    characters ``start:end`` of the raw text.
    """

    transcript = models.ForeignKey(
        Transcript, on_delete=models.CASCADE, related_name="segments"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+"
    )
    index = models.PositiveIntegerField()
    speaker = models.ForeignKey(
        Speaker, null=True, on_delete=models.SET_NULL, related_name="segments"
    )
    channel = models.PositiveSmallIntegerField(null=True)
    start_ms = models.PositiveBigIntegerField()
    end_ms = models.PositiveBigIntegerField()
    text_raw = models.TextField()
    text = models.TextField()
    text_machine = models.TextField(blank=True)  # ``text`` before the first correction
    words = models.JSONField(default=list)
    itn_map = models.JSONField(default=list)
    hotwords = models.JSONField(default=list)
    flags = models.JSONField(default=list)  # machine words: repetition, too_fast, …
    confidence = models.FloatField(null=True)
    timing_source = models.CharField(max_length=8, choices=TimingSource.choices)
    edited_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["index"]
        indexes = [
            models.Index(
                fields=["transcript"],
                condition=Q(edited_at__isnull=False),
                name="segment_corrected",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["transcript", "index"], name="segment_once_per_transcript"
            ),
            models.CheckConstraint(
                condition=Q(end_ms__gte=F("start_ms")), name="segment_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(timing_source__in=TimingSource.values),
                name="segment_timing_source_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start_ms}–{self.end_ms} {self.text[:40]}"

    @property
    def timed_words(self) -> tuple[Word, ...]:
        """The engine's words with their places in ``text_raw``."""
        return words_from_json(self.text_raw, self.words)

    @property
    def mapping(self) -> TextMapping:
        """From ``text_raw`` to the text that the machine wrote."""
        return TextMapping.from_json(self.itn_map)


def voice_name(speaker: Speaker | None) -> str:
    """What people call the voice, else a number that they can count to."""
    if speaker is None:
        return ""
    if speaker.name:
        return speaker.name
    kind, _dash, number = speaker.label.rpartition("-")
    # Channels are counted from 0, voices from 1.
    shown = int(number) + 1 if kind == "channel" and number.isdigit() else number
    return gettext("Speaker %(number)s") % {"number": shown}
