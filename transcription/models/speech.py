"""Where a recording has speech, with parameters that somebody wants to try."""

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.recordings import Recording
from transcription.models.runs import (
    ACTIVE_STATES,
    RECOGNISING,
    LeasedRun,
    run_constraints,
)

# What makes sense to fsmn-vad and to the pipeline, in milliseconds.
VAD_RANGES: Final = {
    "end_silence_ms": (50, 5_000),
    "max_segment_ms": (1_000, 30_000),
    "gap_ms": (0, 5_000),
    "pad_ms": (0, 2_000),
}


class DepartmentVad(models.Model):
    """How a department has speech cut for its recognisers; without a row, as the portal
    does it. The fields are those of a ``VadRun``."""

    department = models.OneToOneField(
        Department, on_delete=models.CASCADE, related_name="vad"
    )
    end_silence_ms = models.PositiveIntegerField()
    max_segment_ms = models.PositiveIntegerField()
    gap_ms = models.PositiveIntegerField()
    pad_ms = models.PositiveIntegerField()
    changed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q((f"{name}__gte", low), (f"{name}__lte", high)),
                    name=f"department_vad_{name}",
                )
                for name, (low, high) in VAD_RANGES.items()
            ),
            models.CheckConstraint(
                condition=Q(max_segment_ms__gt=F("end_silence_ms")),
                name="department_vad_longer_than_silence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.end_silence_ms}/{self.max_segment_ms}"


class VadRun(LeasedRun):
    """A trial run of voice-activity detection, with parameters of its own. Changes no
    transcript.

    It is done in one go: a later try begins anew. ``tracks`` is a list of
    ``{"channel": 0 | 1 | None,
    "regions": [[start_ms, end_ms, padded_start_ms, padded_end_ms], …]}``. Forgotten
    after some days.
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+"
    )
    recording = models.ForeignKey(
        Recording, on_delete=models.CASCADE, related_name="vad_runs"
    )
    # Parameters.
    end_silence_ms = models.PositiveIntegerField()
    max_segment_ms = models.PositiveIntegerField()
    gap_ms = models.PositiveIntegerField()
    pad_ms = models.PositiveIntegerField()
    # Progress and outcome.
    progress_percent = models.PositiveSmallIntegerField(default=0)
    audio_ms = models.PositiveBigIntegerField(null=True)
    processing_ms = models.PositiveBigIntegerField(null=True)
    waveform = models.JSONField(null=True)  # as on the recording
    tracks = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=ACTIVE_STATES),
                name="vad_active",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recording"],
                condition=Q(state__in=ACTIVE_STATES),
                name="vad_one_active_per_recording",
            ),
            *run_constraints("vad", RECOGNISING),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"

    @property
    def percent(self) -> int:
        return self.progress_percent
