"""What somebody uploaded, and the orders given to the engine for it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.people import User


class Language(models.TextChoices):
    """What is spoken; ``auto`` lets the engine decide."""

    AUTO = "auto", _("Detect")
    ZH = "zh", _("Chinese")
    EN = "en", _("English")
    JA = "ja", _("Japanese")


class Direction(models.TextChoices):
    """Who called whom."""

    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")


class Tag(models.Model):
    """A department's label for recordings."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="tags"
    )
    name = models.CharField(max_length=32)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"], name="tag_once_per_department"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RecordingQuerySet(models.QuerySet["Recording"]):
    """Sentences about recordings; every one begins with the department."""

    def of(self, department: Department) -> "RecordingQuerySet":
        return self.filter(department=department)

    def kept(self) -> "RecordingQuerySet":
        return self.filter(deleted_at=None)

    def trashed(self) -> "RecordingQuerySet":
        return self.exclude(deleted_at=None)


def recording_path(recording: "Recording", filename: str) -> str:
    """``recordings/<department>/<aa>/<uuid>/original``: no user text in a path."""
    key = str(recording.uuid)
    return f"recordings/{recording.department_id}/{key[:2]}/{key}/original"


def playback_path(recording: "Recording", filename: str) -> str:
    """Beside the original: the copy a browser can play and seek in."""
    key = str(recording.uuid)
    return f"recordings/{recording.department_id}/{key[:2]}/{key}/playback.mp3"


class Recording(models.Model):
    """One uploaded file and what its department calls it.

    ``duration_ms``, ``channel_count``, ``sample_rate`` and ``waveform`` are measured
    when the first job decodes the file and are null until then. ``waveform`` is a list
    per channel of peaks 0–100, at most 2,000 of them.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="recordings"
    )
    uploaded_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("title"), max_length=200)
    original_name = models.CharField(max_length=255)
    file = models.FileField(upload_to=recording_path, max_length=200)
    playback_file = models.FileField(
        upload_to=playback_path, max_length=200, blank=True
    )
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    media_format = models.CharField(max_length=16)  # sniffed: wav, mp3, mp4, ogg, …
    duration_ms = models.PositiveBigIntegerField(null=True)
    channel_count = models.PositiveSmallIntegerField(null=True)
    sample_rate = models.PositiveIntegerField(null=True)
    is_dual_mono = models.BooleanField(default=False)
    waveform = models.JSONField(null=True)
    # Call details, all optional.
    agent = models.CharField(_("agent"), max_length=64, blank=True)
    phone_number = models.CharField(_("number"), max_length=32, blank=True)
    direction = models.CharField(
        _("direction"), max_length=8, choices=Direction.choices, blank=True
    )
    recorded_at = models.DateTimeField(_("time of the call"), null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="recordings")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["department", "-created_at", "-id"],
                condition=Q(deleted_at=None),
                name="recording_archive",
            ),
            models.Index(fields=["department", "sha256"], name="recording_same_file"),
            models.Index(fields=["deleted_at"], name="recording_trash"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=["", *Direction.values]),
                name="recording_direction_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audit_subject(self) -> Subject:
        return Subject("recording", self.uuid, self.title, self.department_id)
