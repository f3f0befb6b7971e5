"""What a department measures recognition with, and what was measured."""

import uuid
from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from transcription.models.hotwords.lists import HotwordList
from transcription.models.recordings import Language, Recording, visible_to
from transcription.models.runs import (
    ACTIVE_STATES,
    RECOGNISING,
    SteppedRun,
    run_constraints,
)


class ReferenceSet(models.Model):
    """Sentences of which somebody knows what is said in them."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="reference_sets"
    )
    name = models.CharField(_("name"), max_length=80)
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"], name="reference_set_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_subject(self) -> Subject:
        return Subject("reference_set", self.uuid, self.name, self.department_id)


def reference_path(item: "ReferenceItem", filename: str) -> str:
    """``references/<department>/<uuid>``: no user text in a path."""
    return f"references/{item.reference_set.department_id}/{item.uuid}/original"


class ReferenceItemQuerySet(models.QuerySet["ReferenceItem"]):
    """Sentences about items."""

    def audible(self) -> "ReferenceItemQuerySet":
        """Those whose sound is there: uploaded, or of a recording that is kept."""
        return self.filter(Q(recording=None) | Q(recording__deleted_at=None))

    def audible_to(self, membership: Membership) -> "ReferenceItemQuerySet":
        """Those of them that the membership may listen to."""
        own = Q(recording=None) | visible_to(membership, "recording__")
        return self.audible().filter(own)


class ReferenceItem(models.Model):
    """A clip and what is said in it: a stretch of a recording of the department, which
    it goes with, or a file of its own."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference_set = models.ForeignKey(
        ReferenceSet, on_delete=models.CASCADE, related_name="items"
    )
    name = models.CharField(max_length=200)
    text = models.TextField()
    language = models.CharField(max_length=8, choices=Language.choices)
    recording = models.ForeignKey(
        Recording, null=True, on_delete=models.CASCADE, related_name="reference_items"
    )
    channel = models.PositiveSmallIntegerField(null=True)
    start_ms = models.PositiveBigIntegerField(null=True)
    end_ms = models.PositiveBigIntegerField(null=True)
    file = models.FileField(upload_to=reference_path, max_length=200, blank=True)
    media_format = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReferenceItemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference_set", "recording", "start_ms", "channel"],
                condition=Q(channel__isnull=False),
                name="reference_item_once_per_channel",
            ),
            models.UniqueConstraint(
                fields=["reference_set", "recording", "start_ms"],
                condition=Q(channel=None),
                name="reference_item_once",
            ),
            models.CheckConstraint(
                condition=Q(recording=None, start_ms=None, end_ms=None) & ~Q(file="")
                | Q(recording__isnull=False, end_ms__gt=F("start_ms"), file=""),
                name="reference_item_has_sound",
            ),
            models.CheckConstraint(
                condition=Q(language__in=Language.values),
                name="reference_item_language_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LibraryKind(StrEnum):
    """Where the hotwords of a run are from."""

    JOBS = "jobs"  # what new jobs used when it was ordered
    NONE = "none"
    LIST = "list"  # one list's version; what jobs used when it had none yet
    DRAFT = "draft"  # what jobs used, with a list's draft in it
    COMMAND = "command"  # a file, and made-up words


class EvaluationRun(SteppedRun):
    """A set recognised with one engine and one library of hotwords.

    Results are written item by item. ``hotwords`` is what the engine was given;
    ``evaluated`` are the words that recall is about. ``summary`` is
    ``dataclasses.asdict`` of ``transcription.evaluation.figures.Summary``.
    """

    reference_set = models.ForeignKey(
        ReferenceSet, on_delete=models.CASCADE, related_name="runs"
    )
    library = models.CharField(max_length=16)  # a LibraryKind
    hotword_list = models.ForeignKey(
        HotwordList, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # As the list was then, which may be renamed and deleted.
    list_name = models.CharField(max_length=80, blank=True)
    list_version = models.PositiveIntegerField(null=True)
    hotwords = models.JSONField(default=list)
    evaluated = models.JSONField(default=list)
    # The run that this one is to be compared with: published words, before a draft.
    baseline = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    engine_wanted = models.CharField(max_length=40, blank=True)  # empty: the portal's
    # The department's own cutting of speech, as on ``DepartmentVad``; {}: the portal's.
    vad = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=ACTIVE_STATES),
                name="evaluation_active",
            ),
        ]
        constraints = [
            *run_constraints("evaluation", RECOGNISING),
            models.CheckConstraint(
                condition=Q(library__in=[kind.value for kind in LibraryKind]),
                name="evaluation_library_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library} {self.list_name} {self.state}"

    @property
    def label(self) -> str:
        """What the hotwords are called, in the language of whoever reads it."""
        name = {"name": self.list_name}
        match self.library:
            case LibraryKind.NONE:
                return gettext("No hotwords")
            case LibraryKind.LIST if self.list_version is None:
                return gettext("Without %(name)s") % name
            case LibraryKind.LIST:
                number = {"number": self.list_version}
                return gettext("%(name)s, version %(number)s") % (name | number)
            case LibraryKind.DRAFT:
                return gettext("%(name)s, draft") % name
            case LibraryKind.COMMAND:
                count = {"count": len(self.hotwords)}
                return gettext("Command line, %(count)d words") % count
            case _:
                return gettext("What new jobs use")


class EvaluationResult(models.Model):
    """What one run made of one item. It goes with the item, and so with the recording
    that the item is of. ``figures`` is ``services.evaluation.rows``' business."""

    run = models.ForeignKey(
        EvaluationRun, on_delete=models.CASCADE, related_name="results"
    )
    item = models.ForeignKey(
        ReferenceItem, on_delete=models.CASCADE, related_name="results"
    )
    reference = models.TextField()
    heard = models.TextField()
    edits = models.PositiveIntegerField()
    characters = models.PositiveIntegerField()
    said = models.PositiveIntegerField()  # occurrences of the evaluated words
    found = models.PositiveIntegerField()
    false_insertions = models.PositiveIntegerField()
    lost = models.PositiveIntegerField()  # characters that hotwords cost
    error_code = models.CharField(max_length=40, blank=True)  # of what failed
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["item_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "item"], name="evaluation_result_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.item_id}"
