"""What a sentence was before and after somebody corrected it.

The audit trail says who and when; the texts are here, and go with the recording.
"""

import uuid

from django.db import models
from django.utils import timezone

from accounts.models.people import User
from transcription.models.transcripts import Segment


class Correction(models.Model):
    """One change of one sentence; putting it back is one too. Written once."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="+")
    before = models.TextField()
    after = models.TextField()
    changed_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.uuid)
