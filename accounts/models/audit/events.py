"""The audit trail: events that are written once and never changed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department
from accounts.models.people import User


class AuditAction(models.TextChoices):
    """What the audit trail records."""

    LOGIN = "login", _("Logged in")
    LOGIN_FAILED = "login_failed", _("Login failed")
    LOGOUT = "logout", _("Logged out")
    PASSWORD = "password", _("Changed password")
    UPLOAD = "upload", _("Uploaded")
    VIEW = "view", _("Viewed")
    PLAY = "play", _("Played")
    SEARCH = "search", _("Searched")
    EXPORT = "export", _("Exported")
    EDIT = "edit", _("Edited")
    DELETE = "delete", _("Deleted")
    RESTORE = "restore", _("Restored")
    PURGE = "purge", _("Purged")
    JOB = "job", _("Changed a job")
    HOTWORDS = "hotwords", _("Changed hotwords")
    MEMBER = "member", _("Changed a member")
    DEPARTMENT = "department", _("Changed a department")
    TOKEN = "token", _("Changed an API token")
    USER = "user", _("Changed a user")
    ENGINE = "engine", _("Changed the engine")
    ACCESS = "access", _("Asked for or gave access")
    REFUSED = "refused", _("Was refused")


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or remove an audit event."""


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads only: an audit trail that can be edited is none."""

    def update(self, **kwargs: object) -> int:
        raise AppendOnlyError("Audit events are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("Audit events are never deleted.")


class AuditEvent(models.Model):
    """Who did what to which object, when and from where. Append-only.

    Names are copied in, so that the trail still reads after a person is renamed.
    """

    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=16, choices=AuditAction.choices)
    actor = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.DO_NOTHING, related_name="+"
    )
    actor_name = models.CharField(max_length=64, blank=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    object_type = models.CharField(max_length=32, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_name = models.CharField(max_length=200, blank=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            # Each ends in the order of time, in which the trail is read
            # (``services.audit.trail``).
            models.Index(fields=["department", "-at", "-id"], name="audit_department"),
            models.Index(
                fields=["action", "department", "-at", "-id"], name="audit_action"
            ),
            models.Index(
                fields=["actor", "department", "-at", "-id"], name="audit_actor"
            ),
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=AuditAction.values), name="audit_action_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.action}"

    def save(self, *args: object, **kwargs: object) -> None:
        if self.pk is not None:
            raise AppendOnlyError("Audit events are never changed.")
        super().save(force_insert=True)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("Audit events are never deleted.")
