"""What one person may not do alone, until a second one agrees.

The rows are written by ``services.access_requests``; its ``rules`` say who counts as a
second person.
"""

import uuid

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.departments import Department


class AccessKind(models.TextChoices):
    """What is asked for."""

    APPOINT = "appoint", _("Appoint")
    CREATE = "create", _("Create an account")
    RESET = "reset", _("Reset a password")
    ENABLE = "enable", _("Enable an account")
    PLATFORM_ADMIN = "platform_admin", _("Make platform admin")


class AccessState(models.TextChoices):
    """Where it stands. What was never decided stays pending and has expired."""

    PENDING = "pending", _("Waiting for a decision")
    APPROVED = "approved", _("Agreed")
    REFUSED = "refused", pgettext_lazy("of a request", "Refused")
    CANCELED = "canceled", _("Withdrawn")


PASSWORD_KINDS = (AccessKind.CREATE, AccessKind.RESET)


def password_to_show() -> Q:
    """Agreed to, and the account has no password yet; until it would expire."""
    return Q(
        state=AccessState.APPROVED,
        kind__in=PASSWORD_KINDS,
        password_shown_at=None,
        target__is_active=True,
        target__password__startswith=UNUSABLE_PASSWORD_PREFIX,
        target__one_time_until__gt=timezone.now(),
    )


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    """Reads as sentences."""

    def waiting(self) -> "AccessRequestQuerySet":
        return self.filter(state=AccessState.PENDING, expires_at__gt=timezone.now())

    def with_password_to_show(self) -> "AccessRequestQuerySet":
        return self.filter(password_to_show())

    def closed(self) -> "AccessRequestQuerySet":
        return self.exclude(state=AccessState.PENDING, expires_at__gt=timezone.now())

    def concerning(self, department: Department) -> "AccessRequestQuerySet":
        """Those that open it."""
        return self.with_people().filter(departments=department)

    def with_people(self) -> "AccessRequestQuerySet":
        return self.select_related(
            "asked_by", "decided_by", "target", "department", "password_shown_to"
        )


class AccessRequest(models.Model):
    """A platform admin's wish that opens a door to a department's contents, or to the
    platform. Nobody asked and nobody decided where a command on the server did it."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=AccessKind.choices)
    state = models.CharField(
        max_length=16, choices=AccessState.choices, default=AccessState.PENDING
    )
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Where the person is to belong; of an appointment or a new account only.
    department = models.ForeignKey(
        "accounts.Department",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Whose contents the wish opens: their admins and auditors are told.
    departments = models.ManyToManyField(
        "accounts.Department", related_name="access_requests"
    )
    details = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    # Who is shown the one-time password, as ``rules.who_is_shown`` said at the
    # agreement; and when they saw it: it was made then.
    password_shown_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    password_shown_at = models.DateTimeField(null=True, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AccessKind.values), name="access_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AccessState.values), name="access_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=AccessState.PENDING) | Q(decided_at__isnull=False),
                name="access_decided_at_known",
            ),
            models.CheckConstraint(
                condition=Q(asked_by=None)
                | Q(decided_by=None)
                | ~Q(asked_by=models.F("decided_by"))
                | Q(state=AccessState.CANCELED),
                name="access_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(password_shown_at=None) | Q(state=AccessState.APPROVED),
                name="access_password_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"

    @property
    def makes_password(self) -> bool:
        return self.kind in PASSWORD_KINDS

    @property
    def is_waiting(self) -> bool:
        return self.state == AccessState.PENDING and self.expires_at > timezone.now()


class AccessNoticeSeen(models.Model):
    """Somebody has read that this was done to their department."""

    request = models.ForeignKey(
        AccessRequest, on_delete=models.CASCADE, related_name="seen"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "user"], name="access_notice_seen_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.request_id}"
