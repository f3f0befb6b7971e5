"""The orders given to the recogniser for a recording."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department
from transcription.models.recordings import Language, Recording
from transcription.models.runs import (
    ACTIVE_STATES,
    RECOGNISING,
    JobQueue,
    JobState,
    LeasedRun,
    run_constraints,
)


class SpeakerCount(models.TextChoices):
    """How many voices a one-track recording is separated into; ``auto`` finds out."""

    OFF = "off", _("Don't separate")
    AUTO = "auto", _("Automatic")
    TWO = "2", "2"
    THREE = "3", "3"
    FOUR = "4", "4"
    FIVE = "5", "5"
    SIX = "6", "6"
    SEVEN = "7", "7"
    EIGHT = "8", "8"

    @property
    def fixed(self) -> int | None:
        return int(self.value) if self.value.isdecimal() else None


class TranscriptionJob(LeasedRun):
    """The run that makes a transcript, with a snapshot of its options.

    Every finished window is kept (``JobWindow``) and sets ``attempts`` and ``deaths``
    back.
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+"
    )
    recording = models.ForeignKey(
        Recording, on_delete=models.CASCADE, related_name="jobs"
    )
    # Options, fixed when the job is made.
    language = models.CharField(max_length=8, choices=Language.choices)
    use_itn = models.BooleanField()
    # Whether marks are put in where the engine writes none.
    use_punctuation = models.BooleanField(default=True)
    hotwords = models.JSONField(
        default=list
    )  # sanitised words, the most specific first
    # Where they are from: [{"list": uuid, "name", "number"}].
    hotword_versions = models.JSONField(default=list)
    speakers = models.CharField(
        max_length=4, choices=SpeakerCount.choices, default=SpeakerCount.OFF
    )
    # The department's own cutting of speech, as on ``DepartmentVad``; {}: the portal's.
    vad = models.JSONField(default=dict)
    queue = models.CharField(max_length=16, choices=JobQueue.choices)  # no default
    # Whether a person waits for its end; programs ask by themselves.
    notifies = models.BooleanField(default=True)
    # Of an import: its department's other jobs in the queue go first.
    is_background = models.BooleanField(default=False)
    # Progress, as the worker reports it.
    progress_percent = models.PositiveSmallIntegerField(default=0)
    eta_ms = models.PositiveBigIntegerField(null=True)
    # Outcome.
    device = models.CharField(max_length=40, blank=True)
    audio_ms = models.PositiveBigIntegerField(null=True)
    processing_ms = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["state", "lease_until"],
                condition=Q(state__in=ACTIVE_STATES),
                name="job_active",
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(state=JobState.SUCCEEDED),
                name="job_succeeded_at",
            ),
            # Whole: SQLite takes no partial index for a state that is a parameter.
            models.Index(
                fields=["state", "queue", "department", "is_background", "id"],
                name="job_turns",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recording"],
                condition=Q(state__in=ACTIVE_STATES),
                name="job_one_active_per_recording",
            ),
            *run_constraints("job", RECOGNISING),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="job_language_known"
            ),
            models.CheckConstraint(
                condition=Q(speakers__in=SpeakerCount.values), name="job_speakers_known"
            ),
            models.CheckConstraint(
                condition=Q(progress_percent__lte=100), name="job_progress_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"

    @property
    def percent(self) -> int:
        return self.progress_percent

    @property
    def real_time_factor(self) -> float | None:
        """Processing time per second of audio; smaller is faster."""
        if not self.audio_ms or self.processing_ms is None:
            return None
        return self.processing_ms / self.audio_ms


class JobWindow(models.Model):
    """A finished stretch of a running job, kept so that a killed worker's successor
    continues instead of beginning again. Removed when the job ends."""

    job = models.ForeignKey(
        TranscriptionJob, on_delete=models.CASCADE, related_name="windows"
    )
    channel = models.PositiveSmallIntegerField()
    index = models.PositiveIntegerField()
    segments = models.JSONField()

    class Meta:
        ordering = ["channel", "index"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "channel", "index"], name="job_window_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.channel}/{self.index}"
