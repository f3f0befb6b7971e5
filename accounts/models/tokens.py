"""API tokens: keys that act as one membership."""

import uuid

from django.db import models

from accounts.models.audit.subjects import Subject
from accounts.models.members import Membership


class ApiToken(models.Model):
    """A key that acts as one membership; only its hash is kept."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=64)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def audit_subject(self) -> Subject:
        return Subject("token", self.uuid, str(self), self.membership.department_id)
