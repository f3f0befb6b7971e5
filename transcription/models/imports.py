"""Archives that people bring along: a list of calls, and what became of each line."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.recordings import Recording


class LineState(models.TextChoices):
    """``waiting → done | duplicate | refused | failed``. What is wrong with a refused
    line is in the list; a failed one's file could not be taken, and may be tried again.
    """

    WAITING = "waiting"
    DONE = "done"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    FAILED = "failed"


class ArchiveImport(models.Model):
    """One list, brought by one person into one department.

    ``fingerprint`` is of the list's bytes, or of the folder that stands for one: the
    same list goes on where it stopped. ``columns`` says in which column of the list
    each thing stands. ``line_count`` is null until the whole list is in ``lines``.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    time_zone = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    is_private = models.BooleanField(null=True)  # null: as the department wants it
    line_count = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "user", "fingerprint"], name="import_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_subject(self) -> Subject:
        return Subject("import", self.uuid, self.name[:200], self.department_id)


class ImportLine(models.Model):
    """A line of the list: ``number`` as a spreadsheet counts it, ``cells`` as text.

    ``problems``: [[column, code, detail], …], in the order of the columns. A done line
    has the recording that it made, and no other line made that one; a duplicate's was
    there before.
    """

    archive_import = models.ForeignKey(
        ArchiveImport, on_delete=models.CASCADE, related_name="lines"
    )
    number = models.PositiveIntegerField()
    file_path = models.CharField(max_length=1000)  # as the list names it, with slashes
    cells = models.JSONField(default=list)
    state = models.CharField(
        max_length=16, choices=LineState.choices, default=LineState.WAITING
    )
    problems = models.JSONField(default=list)
    recording = models.ForeignKey(
        Recording, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["archive_import", "number"]
        indexes = [
            models.Index(
                fields=["archive_import", "state", "number"], name="import_line_state"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["archive_import", "number"], name="import_line_once"
            ),
            models.UniqueConstraint(
                fields=["recording"],
                condition=Q(state=LineState.DONE),
                name="import_line_recording_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LineState.values), name="import_line_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.archive_import_id} {self.number}"
