"""The words a department wants recognised."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.people import User
from transcription.pipeline.hotwords.rules import HotwordSpec


class HotwordListQuerySet(models.QuerySet["HotwordList"]):
    """Lists, the company's among them."""

    def usable_by(self, department: Department) -> Self:
        """The enabled and published lists of the department, and the company's that it
        has not switched off."""
        published = HotwordListVersion.objects.filter(
            hotword_list=models.OuterRef("pk")
        )
        return self.filter(
            models.Exists(published),
            Q(department=department) | Q(department=None),
            is_enabled=True,
        ).exclude(switched_off__department=department)


class HotwordList(models.Model):
    """A named list. Without a department it is company-wide and every department's jobs
    use it; only platform admins change those.

    Its ``hotwords`` are the draft that people edit; jobs use the last of its
    ``versions``, and without one they do not use the list at all.
    """

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
    # By how many words the draft differs from the last version.
    change_count = models.PositiveIntegerField(default=0)
    # The lines of the draft that was discarded last, until the draft changes again.
    discarded = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = HotwordListQuerySet.as_manager()

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

    @property
    def audit_subject(self) -> Subject:
        return Subject("hotword_list", self.uuid, self.name, self.department_id)


class Hotword(models.Model):
    """One word or phrase of a draft, 1–30 characters, as people write it; ``spoken`` is
    how else they say it."""

    hotword_list = models.ForeignKey(
        HotwordList, on_delete=models.CASCADE, related_name="hotwords"
    )
    text = models.CharField(max_length=30)
    folded = models.CharField(max_length=30)  # case- and width-folded, for duplicates
    spoken = models.JSONField(default=list)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotword_list", "folded"], name="hotword_once_per_list"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def line(self) -> str:
        """``词|变体|变体``, as versions and jobs keep it."""
        return str(HotwordSpec(self.text, tuple(self.spoken)))


class HistoryChangedError(RuntimeError):
    """Somebody tried to change what was published."""


class HotwordListVersionQuerySet(models.QuerySet["HotwordListVersion"]):
    """A history is read and added to. It goes with its list, and not before."""

    def update(self, **kwargs: object) -> int:
        raise HistoryChangedError("Published versions are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise HistoryChangedError("Published versions are never deleted.")


class HotwordListVersion(models.Model):
    """What a list was when somebody published it. Append-only."""

    hotword_list = models.ForeignKey(
        HotwordList, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    lines = models.JSONField()  # as ``Hotword.line`` writes them, in the list's order
    word_count = models.PositiveIntegerField()
    # Against the version before.
    added = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    respelled = models.PositiveIntegerField(default=0)
    restores = models.PositiveIntegerField(null=True)  # the number it goes back to
    note = models.CharField(max_length=200, blank=True)
    published_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = HotwordListVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotword_list", "number"], name="hotword_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hotword_list} {self.number}"

    def save(self, *args: object, **kwargs: object) -> None:
        if self.pk is not None:
            raise HistoryChangedError("Published versions are never changed.")
        super().save(force_insert=True)
