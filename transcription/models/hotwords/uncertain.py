"""What the recogniser guessed at in one recording after another."""

from django.db import models

from accounts.models.departments import Department
from transcription.models.transcripts import Segment


class UncertainReading(models.Model):
    """When a department's transcripts were last read for such words, and up to where.
    Whoever changes ``read_at`` with compare-and-set does the reading."""

    department = models.OneToOneField(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    read_at = models.DateTimeField(null=True)
    up_to = models.PositiveBigIntegerField(default=0)  # the newest segment's id

    def __str__(self) -> str:
        return str(self.department)


class UncertainSpan(models.Model):
    """A sound (``pipeline.suggestions.uncertain_spans``); what was written of it is at
    its ``places``, and goes with their segments."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    sound = models.CharField(max_length=120)

    class Meta:
        ordering = ["id"]  # as they were found, the most telling first
        constraints = [
            models.UniqueConstraint(
                fields=["department", "sound"], name="uncertain_span_once"
            )
        ]

    def __str__(self) -> str:
        return self.sound


class UncertainPlace(models.Model):
    """``heard`` stands at character ``start`` of the segment's raw text."""

    span = models.ForeignKey(
        UncertainSpan, on_delete=models.CASCADE, related_name="places"
    )
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    heard = models.CharField(max_length=60)

    class Meta:
        ordering = ["-segment_id"]

    def __str__(self) -> str:
        return self.heard
