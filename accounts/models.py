"""People, departments, who belongs where, API tokens, and the audit trail."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access_requests import AccessNoticeSeen as AccessNoticeSeen
from accounts.access_requests import AccessRequest as AccessRequest
from accounts.chosen_passwords import ChosenPassword as ChosenPassword
from accounts.login_pace import LoginPace as LoginPace
from accounts.refused_attempts import RefusedAttempts as RefusedAttempts
from accounts.roles import CAPABILITIES, Capability, Role
from accounts.sessions import EndedSession as EndedSession
from accounts.sessions import Session as Session  # the table belongs to this app

username_validator = RegexValidator(
    r"^[\w.@+-]{2,64}$", _("Use 2 to 64 letters, digits and . @ + - _ only.")
)


class NeverDeletedError(RuntimeError):
    """Somebody tried to delete a person, whom the audit trail still names."""


class UserQuerySet(models.QuerySet["User"]):
    """People are disabled, never deleted."""

    def delete(self) -> tuple[int, dict[str, int]]:
        raise NeverDeletedError("People are disabled, never deleted.")


class UserManager(BaseUserManager["User"]):
    """Creates people; the name to log in with is folded to lower case."""

    def create_user(
        self, username: str, password: str | None = None, **fields: object
    ) -> "User":
        user = self.model(username=username.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, password: str | None = None, **fields: object
    ) -> "User":
        return self.create_user(username, password, is_platform_admin=True, **fields)

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person. What they may do is decided by memberships, see ``accounts.roles``."""

    username = models.CharField(
        _("user name"), max_length=64, unique=True, validators=[username_validator]
    )
    display_name = models.CharField(_("name"), max_length=64)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_platform_admin = models.BooleanField(_("platform admin"), default=False)
    must_change_password = models.BooleanField(default=False)
    # Until when a password that somebody else knows opens the login.
    one_time_until = models.DateTimeField(null=True, blank=True)
    last_department = models.ForeignKey(
        "Department", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    # No column: the department that an invitation leads to, while a password is chosen.
    joins: "Department | None" = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]
    objects = UserManager()

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def has_expired_password(self) -> bool:
        """A one-time password that nobody used in time."""
        return (
            self.must_change_password
            and self.one_time_until is not None
            and self.one_time_until <= timezone.now()
        )

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise NeverDeletedError("People are disabled, never deleted.")


class Department(models.Model):
    """A tenant: everything that can be read belongs to exactly one."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    # What the department's admin chooses: defaults for uploads, channel names.
    default_language = models.CharField(max_length=8, default="zh")
    default_itn = models.BooleanField(default=True)
    left_channel_name = models.CharField(max_length=32, default="客服")
    right_channel_name = models.CharField(max_length=32, default="客户")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's role in one department; a disabled one opens nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["department__name", "user__username"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department"], name="membership_once_per_department"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.department} ({self.role})"

    def can(self, capability: Capability | str) -> bool:
        """Whether this membership's role includes the capability."""
        return Capability(capability) in CAPABILITIES[Role(self.role)]


class Invitation(models.Model):
    """A link that makes its finder a member once; only its hash is kept."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="invitations"
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    note = models.CharField(max_length=80, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="invitation_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} ({self.role})"


class ApiToken(models.Model):
    """A key that acts as one membership; only its hash is kept."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=64)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


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
            models.Index(fields=["department", "-id"], name="audit_by_department"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
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
