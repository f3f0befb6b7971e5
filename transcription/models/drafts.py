"""What somebody has typed and not saved yet."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User


class DraftKind(models.TextChoices):
    """What sort of thing a draft is for."""

    SEGMENT = "segment"
    RECORDING = "recording"
    HOTWORD_LIST = "hotword_list"
    HOTWORD = "hotword"


class Draft(models.Model):
    """One person's unsaved change of one thing of a department.

    ``key`` names the thing among those of its kind and begins with the UUID of the
    recording or list that it belongs to, with which the draft goes. ``fields`` is what
    stands in the form, by name; ``base_version`` that of what the form showed when the
    person began.
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=DraftKind.choices)
    key = models.CharField(max_length=64)
    fields = models.JSONField(default=dict)
    base_version = models.CharField(max_length=64, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["updated_at"], name="draft_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department", "kind", "key"],
                name="draft_once_per_person_and_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DraftKind.values), name="draft_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
