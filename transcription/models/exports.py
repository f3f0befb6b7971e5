"""Many recordings packed into one archive for somebody to take away."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from transcription.models.runs import (
    ACTIVE_STATES,
    JobQueue,
    JobState,
    SteppedRun,
    run_constraints,
)

QUEUES: Final = (JobQueue.CHORES,)


class RecordingExport(SteppedRun):
    """One order for an archive: which recordings, as what.

    ``recordings`` are the ids that the selection held when it was ordered; those that
    the person may not know of any more when their turn comes are ``left_out``.
    ``archive`` is the finished file below the media folder, empty before it is done
    and after it is removed: it is no ``FileField``, so no backup holds it. Whoever
    ordered it is the only one who may have it; ``reads_private`` says that it was made
    for somebody who reads what is private to others.
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+"
    )
    queue = models.CharField(
        max_length=16, choices=JobQueue.choices, default=JobQueue.CHORES
    )
    formats = models.JSONField(default=list)
    with_sound = models.BooleanField(default=False)
    raw = models.BooleanField(default=False)  # the engine's own words in plain texts
    language = models.CharField(max_length=16)  # of the page it was ordered on
    recordings = models.JSONField(default=list)
    left_out = models.PositiveIntegerField(default=0)
    reads_private = models.BooleanField(default=False)
    archive = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=ACTIVE_STATES),
                name="export_active",
            ),
            models.Index(fields=["requested_by", "department"], name="export_list"),
        ]
        constraints = [
            *run_constraints("export", QUEUES),
            models.CheckConstraint(
                condition=Q(archive="")
                | Q(state=JobState.SUCCEEDED, expires_at__isnull=False),
                name="export_archive_is_done_and_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"

    @property
    def is_there(self) -> bool:
        """Whether it can be downloaded."""
        is_over = self.expires_at is None or self.expires_at <= timezone.now()
        return bool(self.archive) and not is_over

    @property
    def packed_count(self) -> int:
        """How many recordings the archive tells of."""
        return self.done_count - self.left_out

    @property
    def audit_subject(self) -> Subject:
        return Subject("export", self.uuid, self.file_name, self.department_id)

    @property
    def file_name(self) -> str:
        """What the archive is called where it is saved."""
        day = timezone.localtime(self.created_at)
        return f"{self.department.name}-{day:%Y%m%d-%H%M}.zip"
