"""What somebody is told: that long work of theirs has ended, or that a saved search has
new hits."""

import uuid
from functools import reduce
from operator import or_
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.evaluation import EvaluationRun
from transcription.models.exports import RecordingExport
from transcription.models.jobs import TranscriptionJob
from transcription.models.rehearings import Rehearing
from transcription.models.saved_searches import SavedSearch


class NoticeKind(models.TextChoices):
    """What happened; each kind has the subject of its name."""

    JOB = "job"
    EVALUATION = "evaluation"
    RE_RECOGNITION = "re_recognition"
    EXPORT = "export"
    SAVED_SEARCH = "saved_search"


# The columns of the subjects, each called like its kind.
_SUBJECTS: Final = tuple(kind.value for kind in NoticeKind)


def _of_kind(kind: str) -> Q:
    """The subject of the kind, and no other."""
    nothing = {f"{name}__isnull": name != kind for name in _SUBJECTS}
    return Q(kind=kind, **nothing)


class Notice(models.Model):
    """One thing that one person is told in one department.

    No words are stored: the sentence is made when it is read, from what its subject is
    then, for whoever may open the subject then. It goes with its subject.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, choices=NoticeKind.choices)
    job = models.ForeignKey(
        TranscriptionJob, null=True, on_delete=models.CASCADE, related_name="+"
    )
    evaluation = models.ForeignKey(
        EvaluationRun, null=True, on_delete=models.CASCADE, related_name="+"
    )
    re_recognition = models.ForeignKey(
        Rehearing, null=True, on_delete=models.CASCADE, related_name="+"
    )
    export = models.ForeignKey(
        RecordingExport, null=True, on_delete=models.CASCADE, related_name="+"
    )
    saved_search = models.ForeignKey(
        SavedSearch, null=True, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["recipient", "department"],
                condition=Q(read_at=None),
                name="notice_unread",
            ),
            models.Index(fields=["recipient", "department", "-id"], name="notice_list"),
            models.Index(fields=["created_at"], name="notice_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, map(_of_kind, _SUBJECTS)),
                name="notice_has_its_subject",
            ),
            # Many hits of a search are one notice, until it is read.
            models.UniqueConstraint(
                fields=["recipient", "saved_search"],
                condition=Q(read_at=None),
                name="notice_one_unread_of_saved_search",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
