"""Searches that people keep, and the recordings that have answered them since."""

import uuid
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Capability
from transcription.models.recordings import Recording, visible_to


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Sentences about saved searches."""

    def kept(self) -> "SavedSearchQuerySet":
        return self.filter(deleted_at=None)

    def visible_to(self, membership: Membership) -> "SavedSearchQuerySet":
        """The person's own, and what others share with the department."""
        mine = Q(owner=membership.user_id) | Q(is_shared=True)
        return self.filter(mine, department=membership.department_id)

    def live(self) -> "SavedSearchQuerySet":
        """Those that somebody can see: of a person who is shut out, only what is
        shared."""
        belongs = Q(
            owner__is_active=True,
            owner__memberships__department=models.F("department"),
            owner__memberships__is_active=True,
        )
        active = self.model.objects.filter(belongs).values("pk")
        return self.kept().filter(Q(is_shared=True) | Q(pk__in=active))


class SavedSearch(models.Model):
    """A question to the search of a department.

    ``question`` is the query string of the page that asks it, as it was typed: what it
    means is read when it is asked. ``is_always_read`` when there is nothing that each
    of its answers must hold, so that ``SavedSearchTerm`` has none of it.
    """

    NAME_MAX: Final = 80
    QUESTION_MAX: Final = 2_000

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    # Nobody is removed: who leaves is shut out, and may come back.
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_MAX)
    question = models.CharField(max_length=QUESTION_MAX)
    is_shared = models.BooleanField(default=False)
    is_always_read = models.BooleanField(default=False)
    # How many there are; a recording has to hold something of each.
    covers = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    terms_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["department", "owner"],
                condition=Q(deleted_at=None),
                name="saved_search_list",
            ),
            models.Index(
                fields=["department"],
                condition=Q(is_always_read=True, deleted_at=None),
                name="saved_search_always_read",
            ),
            models.Index(fields=["terms_at"], name="saved_search_terms_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(question=""),
                name="saved_search_has_name_and_question",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_subject(self) -> Subject:
        return Subject("saved_search", self.uuid, self.name, self.department_id)

    def may_be_changed_by(self, membership: Membership) -> bool:
        """By its owner, and what is shared by the department's admins."""
        is_admin = membership.can(Capability.MANAGE_DEPARTMENT)
        return self.owner_id == membership.user_id or (self.is_shared and is_admin)


class SavedSearchTerm(models.Model):
    """One of a ``cover`` of the search (``search/covers.py``): of each of them, every
    recording that answers it holds at least one term."""

    TERM_MAX: Final = 128  # a tag's name in capitals

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    search = models.ForeignKey(
        SavedSearch, on_delete=models.CASCADE, related_name="terms", db_index=False
    )
    cover = models.PositiveSmallIntegerField(default=0)
    term = models.CharField(max_length=TERM_MAX)

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "term", "search", "cover"],
                name="saved_search_of_term",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["search", "cover", "term"], name="saved_search_cover_term_once"
            ),
        ]

    def __str__(self) -> str:
        return self.term


class SavedSearchReader(models.Model):
    """How far a person has looked at a search's hits (``seen``, the last one's id), and
    whether they want to be told of new ones."""

    search = models.ForeignKey(
        SavedSearch, on_delete=models.CASCADE, related_name="readers", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    alerts = models.BooleanField(default=False)
    seen = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["search", "user"], name="saved_search_reader_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.search_id}"


class SavedSearchHitQuerySet(models.QuerySet["SavedSearchHit"]):
    """Sentences about hits."""

    def known_to(self, membership: Membership) -> "SavedSearchHitQuerySet":
        """Of recordings that the membership may know of, and that are not in the trash
        and have not moved to another department."""
        return self.filter(
            visible_to(membership, "recording__"),
            recording__department=membership.department_id,
            recording__deleted_at=None,
        )


class SavedSearchHit(models.Model):
    """A recording whose transcript answered the search when it was stored: once,
    however often it is transcribed again."""

    search = models.ForeignKey(
        SavedSearch, on_delete=models.CASCADE, related_name="hits", db_index=False
    )
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)

    objects = SavedSearchHitQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["search", "-id"], name="saved_search_hits")]
        constraints = [
            models.UniqueConstraint(
                fields=["search", "recording"], name="saved_search_hit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.search_id} {self.recording_id}"


class UnmatchedRecording(models.Model):
    """A transcript was stored, and the saved searches have not been asked of it:
    written with the transcript, removed with the hits."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.recording_id)
