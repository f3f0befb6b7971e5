"""People, who are disabled and never deleted."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department

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
        Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    # No column: the department that an invitation leads to, while a password is chosen.
    joins: Department | None = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]
    objects = UserManager()

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def audit_subject(self) -> Subject:
        return Subject("user", self.pk, self.username)

    @property
    def awaits_password(self) -> bool:
        """Nobody has made the one-time password yet."""
        return self.must_change_password and not self.has_usable_password()

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
