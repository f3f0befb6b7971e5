"""Suggested hotwords that a department does not want to be asked about again."""

from django.db import models
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User


class HotwordDismissal(models.Model):
    """One such word; ``sound`` where it was suggested by its sound."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    text = models.CharField(max_length=30)
    folded = models.CharField(max_length=30)
    sound = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "folded"], name="hotword_dismissed_once"
            )
        ]

    def __str__(self) -> str:
        return self.text
