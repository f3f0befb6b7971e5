"""What somebody is listening to just now.

Beside the audit trail, whose rows never change: the play is written there at once, and
what was heard of it is gathered here and follows as one row when the sitting has ended.
"""

from django.db import models
from django.utils import timezone

from accounts.models.people import User
from transcription.models.recordings import Recording


class Listening(models.Model):
    """One sitting of one person over one recording. ``stretches`` is ``[[from_ms,
    to_ms]]``, few of them (``services.readers.stretches``)."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    stretches = models.JSONField(default=list)
    ip_address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "user"], name="listening_once_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["last_at"], name="listening_age")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.recording_id} {len(self.stretches)}"
