"""What somebody uploaded, and the orders given to the engine for it."""

import uuid
from typing import Final

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Capability


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


class TagColour(models.TextChoices):
    """Each has its pair of inks in tokens.css, readable in both themes."""

    BLUE = "blue", _("Blue")
    BROWN = "brown", _("Brown")
    PURPLE = "purple", _("Purple")
    GREEN = "green", _("Green")
    PINK = "pink", _("Pink")
    OLIVE = "olive", _("Olive")


class Tag(models.Model):
    """A department's label for recordings."""

    NAME_MAX: Final = 32

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="tags"
    )
    name = models.CharField(max_length=NAME_MAX)
    colour = models.CharField(max_length=8, choices=TagColour.choices, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(colour__in=["", *TagColour.values]),
                name="tag_colour_known",
            ),
            models.UniqueConstraint(
                fields=["department", "name"], name="tag_once_per_department"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def own_of(membership: Membership, path: str = "") -> Q:
    """What the person uploaded, and the calls that they took. ``path`` as below."""
    return Q(**{f"{path}uploaded_by": membership.user_id}) | Q(
        **{f"{path}agent_member": membership.pk}
    )


def visible_to(membership: Membership, path: str = "") -> Q:
    """Which of its department's recordings the membership may know of: the one place
    that says so. ``path`` leads from what is asked to the recording, as
    ``transcript__recording__``.

    A private recording is there for its uploader, its agent, and the roles that read
    what is private; nobody else is told that it exists.
    """
    if membership.can(Capability.READ_PRIVATE):
        return ~Q(pk__in=[])  # unlike an empty Q, this stays true after ``|``
    return Q(**{f"{path}is_private": False}) | own_of(membership, path)


# By what the archive is sorted besides plain columns. There are no parameters in them:
# SQLite would not find the index of the same expression with a value in it.
# When it happened: the call, else the upload.
HAPPENED_AT: Final = Coalesce(
    "recorded_at", "created_at", output_field=models.DateTimeField()
)
# Not measured yet is short.
LENGTH_KEY: Final = Func(
    F("duration_ms"),
    template="COALESCE(%(expressions)s, 0)",
    output_field=models.PositiveBigIntegerField(),
)
# Nobody comes after everybody.
AGENT_KEY: Final = Func(
    F("agent"),
    template="(CASE %(expressions)s WHEN '' THEN '1' ELSE '0' || %(expressions)s END)",
    output_field=models.CharField(),
)


class RecordingQuerySet(models.QuerySet["Recording"]):
    """Sentences about recordings; every one begins with the department."""

    def of(self, department: Department) -> "RecordingQuerySet":
        return self.filter(department=department)

    def visible_to(self, membership: Membership) -> "RecordingQuerySet":
        """Those of the membership's department that it may know of."""
        return self.of(membership.department).filter(visible_to(membership))

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
    # Whom the name means, once somebody has said so: they may correct the call.
    agent_member = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    phone_number = models.CharField(_("number"), max_length=32, blank=True)
    direction = models.CharField(
        _("direction"), max_length=8, choices=Direction.choices, blank=True
    )
    recorded_at = models.DateTimeField(_("time of the call"), null=True, blank=True)
    is_private = models.BooleanField(default=False)
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
                # The last four let the archive be counted without reading a row, and
                # rows are long: each has its waveform.
                fields=[
                    "department",
                    "-created_at",
                    "-id",
                    "is_private",
                    "uploaded_by",
                    "agent_member",
                    "deleted_at",
                ],
                condition=Q(deleted_at=None),
                name="recording_archive",
            ),
            *(
                models.Index(
                    F("department"),
                    key,
                    F("id"),
                    condition=Q(deleted_at=None),
                    name=f"recording_by_{name}",
                )
                for name, key in (
                    ("call", HAPPENED_AT),
                    ("length", LENGTH_KEY),
                    ("title", F("title")),
                    ("agent", AGENT_KEY),
                )
            ),
            models.Index(fields=["department", "sha256"], name="recording_same_file"),
            models.Index(
                fields=["department", "agent", "agent_member", "deleted_at"],
                name="recording_agents",
            ),
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
    def agent_name(self) -> str:
        """The member's name, as it is now, or the one that was given."""
        return str(self.agent_member.user) if self.agent_member else self.agent

    @property
    def audit_subject(self) -> Subject:
        return Subject("recording", self.uuid, self.title, self.department_id)
