"""Sentences of old transcripts, recognised again with a word that came late."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from transcription.models.revisions import HotwordRevision
from transcription.models.runs import (
    ACTIVE_STATES,
    RECOGNISING,
    SteppedRun,
    run_constraints,
)
from transcription.models.transcripts import Segment


class Rehearing(SteppedRun):
    """One order: recognise these sentences again with ``hotword``, a line ``词|变体``.

    What changes, changes at its end and all at once, as a ``HotwordRevision``; it has
    none while it is going on, and when it was canceled, failed or changed nothing.
    """

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="rehearings"
    )
    hotword = models.CharField(max_length=200)
    revision = models.OneToOneField(
        HotwordRevision, null=True, on_delete=models.SET_NULL, related_name="rehearing"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=ACTIVE_STATES),
                name="rehearing_active",
            ),
        ]
        constraints = [*run_constraints("rehearing", RECOGNISING)]

    def __str__(self) -> str:
        return f"{self.hotword} {self.state}"

    @property
    def audit_subject(self) -> Subject:
        return Subject("rehearing", self.uuid, self.word, self.department_id)

    @property
    def word(self) -> str:
        """As it is written; without its variants."""
        return self.hotword.partition("|")[0]


class SentenceOutcome(models.TextChoices):
    """What came of one sentence. The first four are ``pipeline.re_recognise``'s."""

    CHANGED = "changed", _("Recognised with the word")
    WORD_MISSING = "not_heard", _("The word was not recognised; stays as it was")
    REJECTED = "rejected", _("Something else would have been lost; stays as it was")
    NOT_RECOGNISED = "not_recognised", _("The recogniser failed; stays as it was")
    UNKNOWN_LANGUAGE = (
        "unknown_language",
        _("No recogniser here knows its language; stays as it was"),
    )
    NO_SOUND = "no_sound", _("The recording's sound is gone; correct it by sound")
    CHANGED_SINCE = "changed_since", _("Somebody has changed it meanwhile; stays")


class RehearingItem(models.Model):
    """One sentence of an order; without an ``outcome`` it waits for a worker.

    ``before`` is the segment's ``text_raw`` when it was ordered: a sentence that has
    another one by now is left alone. ``fields`` are the values that recognising it
    again gave the segment's fields; empty unless it is to change.
    """

    rehearing = models.ForeignKey(
        Rehearing, on_delete=models.CASCADE, related_name="items"
    )
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="+")
    before = models.TextField()
    fields = models.JSONField(default=dict)
    outcome = models.CharField(
        max_length=16, choices=SentenceOutcome.choices, blank=True
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rehearing", "segment"], name="rehearing_item_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *SentenceOutcome.values]),
                name="rehearing_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rehearing_id} {self.segment_id} {self.outcome}"
