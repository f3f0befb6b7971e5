"""A hotword put into transcripts that were there before it."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.transcripts import Segment


class HotwordRevision(models.Model):
    """One order: put ``hotword`` into these sentences. Undone as a whole."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="hotword_revisions"
    )
    hotword = models.CharField(max_length=200)  # the line ``词|变体``
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    undone_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.hotword} {self.created_at:%Y-%m-%d}"

    @property
    def word(self) -> str:
        """As it is written; without its variants."""
        return self.hotword.partition("|")[0]


class RevisedSegment(models.Model):
    """What a revision made of one sentence.

    ``before`` holds the segment's ``text_raw``, ``text``, ``words``, ``itn_map`` and
    ``hotwords`` as they were; ``after`` is the text that the revision wrote.
    """

    revision = models.ForeignKey(
        HotwordRevision, on_delete=models.CASCADE, related_name="revised"
    )
    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="revised"
    )
    before = models.JSONField()
    after = models.TextField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "segment"], name="revised_segment_once"
            )
        ]

    def __str__(self) -> str:
        return self.after[:40]
