"""What all hosts of one installation must have in common."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Installation(models.Model):
    """One row per database, made by the first host that starts. Each host compares its
    own secret key and media folder with it (``portal.checks.hosts``)."""

    is_only = models.BooleanField(default=True, unique=True, editable=False)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)  # also in the media
    key_fingerprint = models.CharField(max_length=64)
    host = models.CharField(max_length=80)  # whose key and folder these were
    begun_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_only=True), name="installation_is_only"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
