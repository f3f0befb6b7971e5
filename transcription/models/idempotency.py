"""What programs call their orders, so that one which is sent again is the same."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils import timezone

from accounts.models.tokens import ApiToken
from transcription.models.jobs import TranscriptionJob


class IdempotencyKey(models.Model):
    """The header ``Idempotency-Key`` of a call, and the job that it got. Of what the
    caller wrote only digests are kept."""

    KEPT: Final = timedelta(hours=24)

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key_hash = models.CharField(max_length=64)
    order_hash = models.CharField(max_length=64)  # of the file and what was asked for
    job = models.ForeignKey(
        TranscriptionJob, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token", "key_hash"], name="idempotency_key_once_per_token"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key_hash[:12]}…"
