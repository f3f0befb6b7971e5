"""The words a department wants recognised."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User


class HotwordList(models.Model):
    """A named list. Without a department it is company-wide and every department's jobs
    use it; only platform admins change those."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="hotword_lists",
    )
    name = models.CharField(_("name"), max_length=80)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"], name="hotword_list_name_once"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(department=None),
                name="hotword_list_company_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Hotword(models.Model):
    """One word or phrase, 1–30 characters, as people write it."""

    hotword_list = models.ForeignKey(
        HotwordList, on_delete=models.CASCADE, related_name="hotwords"
    )
    text = models.CharField(max_length=30)
    folded = models.CharField(max_length=30)  # case- and width-folded, for duplicates

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotword_list", "folded"], name="hotword_once_per_list"
            )
        ]

    def __str__(self) -> str:
        return self.text
