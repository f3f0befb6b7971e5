"""What people type to log in, and to choose a password."""

from typing import Any

from django.contrib.auth.forms import (
    AuthenticationForm,
    BaseUserCreationForm,
    PasswordChangeForm,
    UsernameField,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import PERSON_LABELS
from accounts.models.departments import Department
from accounts.models.people import User

# Django lists its validators' sentences; people read one.
PASSWORD_RULES = _(
    "At least 10 characters, not only digits, no common password. "
    "No names, years or sequences such as qwerty."
)


class LoginForm(AuthenticationForm):
    """The name is folded to lower case before anything counts attempts by it."""

    error_messages = {
        "invalid_login": _("The user name or the password is wrong."),
        "inactive": _("The user name or the password is wrong."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The name is kept; the password is typed again.
        if self.data.get("username") or self.initial.get("username"):
            self.fields["username"].widget.attrs.pop("autofocus", None)
            self.fields["password"].widget.attrs["autofocus"] = True

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if user.has_expired_password:
            raise ValidationError(
                _(
                    "This one-time password has expired. "
                    "Ask whoever gave it to you for a new one."
                ),
                "one_time_password_expired",
            )

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"]).strip().lower()
        # Nobody's name, and more than PostgreSQL takes where attempts are counted.
        if len(username) > (User._meta.get_field("username").max_length or 0):
            raise self.get_invalid_login_error()
        return username


class NewPasswordForm(PasswordChangeForm):
    """Changing one's own password; a forced change must really change it. Whether the
    old one is right costs a hash and counts attempts: the view finds it out once."""

    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": _("The current password is wrong."),
        "password_unchanged": _("Choose a password other than the current one."),
    }

    def __init__(self, *args: Any, is_confirmed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_confirmed = is_confirmed
        self.fields["new_password1"].help_text = PASSWORD_RULES
        self.fields["new_password2"].help_text = ""

    def validate_password_for_user(self, user: User, *args: Any, **kwargs: Any) -> None:
        if self.is_confirmed:  # old passwords cost a hash each
            super().validate_password_for_user(user, *args, **kwargs)

    def clean_old_password(self) -> str:
        if not self.is_confirmed:
            raise ValidationError(
                self.error_messages["password_incorrect"], "password_incorrect"
            )
        return str(self.cleaned_data["old_password"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        new, old = cleaned.get("new_password1"), cleaned.get("old_password")
        if new and new == old:
            self.add_error(
                "new_password1",
                ValidationError(
                    self.error_messages["password_unchanged"], "password_unchanged"
                ),
            )
        return cleaned


class NewAccountForm(BaseUserCreationForm[User]):
    """What the finder of an invitation fills in."""

    class Meta:
        model = User
        fields = ["username", "display_name"]
        labels = PERSON_LABELS
        field_classes = {"username": UsernameField}

    def __init__(
        self, *args: Any, department: Department | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instance.joins = department
        self.fields["password1"].help_text = PASSWORD_RULES
        self.fields["password2"].help_text = ""

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()
