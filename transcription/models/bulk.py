"""What one person did with many recordings at once, so that it can be undone."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User


class BulkKind(models.TextChoices):
    """What was done."""

    TAG = "tag"
    UNTAG = "untag"
    DELETE = "delete"
    PRIVATE = "private"
    OPEN = "open"
    MOVE = "move"  # ``detail`` says to which department
    TAG_DELETE = "tag_delete"  # also by a merge: ``detail`` says into which


class BulkChange(models.Model):
    """One order, and the recordings that it changed: those that were so before are not
    among them. ``detail`` has what else was there before. ``undone_at`` is set once all
    of it is as it was."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=BulkKind.choices)
    detail = models.JSONField(default=dict)
    recordings = models.JSONField(default=list)  # their ids
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="bulk_change_age")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BulkKind.values), name="bulk_change_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
