"""What people type about accounts; every mistake is answered with a sentence."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.forms import (
    AuthenticationForm,
    BaseUserCreationForm,
    PasswordChangeForm,
    UsernameField,
)
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import (
    AuditAction,
    Department,
    Membership,
    User,
)
from accounts.roles import Role
from accounts.services.departments import DepartmentSettings

# Days that survive the conversion to UTC, and that nobody has half typed.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)

# Django lists its validators' sentences; people read one.
PASSWORD_RULES = _(
    "At least 10 characters, not only digits, no common password. "
    "No names, years or sequences such as qwerty."
)


# Chinese has another word for the name of a person than for that of a thing.
PERSON_LABELS = {"display_name": pgettext_lazy("of a person", "Name")}


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


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["display_name", "email"]
        labels = PERSON_LABELS


class DepartmentChoiceField(forms.ModelChoiceField[Membership]):
    """A choice among memberships that reads as one among departments."""

    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.department)


class TokenForm(forms.Form):
    """A new API token: for which department, under which name, until when."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("What will use it, for example “call centre import”."),
    )
    membership = DepartmentChoiceField(
        label=_("Department"), queryset=Membership.objects.none(), empty_label=None
    )
    lifetime = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("One year")),
            ("0", _("Until revoked")),
        ],
        coerce=int,
        initial="90",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["membership"]
        assert isinstance(field, DepartmentChoiceField)  # noqa: S101 - for mypy
        field.queryset = active_memberships(user)

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["lifetime"]
        return timezone.now() + timedelta(days=days) if days else None


def active_memberships(user: User) -> Any:
    """Where the person may go now."""
    return Membership.objects.filter(
        user=user, is_active=True, department__is_active=True
    ).select_related("department", "user")


class InviteForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    note = forms.CharField(
        label=_("For whom"),
        max_length=80,
        required=False,
        help_text=_("A reminder for you, for example a name."),
    )


class RoleForm(forms.Form):
    role = forms.TypedChoiceField(choices=Role.choices, coerce=Role)


class DepartmentSettingsForm(forms.ModelForm[Department]):
    """What a department's admin may choose."""

    default_language = forms.ChoiceField(
        label=_("Language of new recordings"),
        choices=[
            ("auto", _("Detect")),
            ("zh", _("Chinese")),
            ("en", _("English")),
            ("ja", _("Japanese")),
        ],
    )

    class Meta:
        model = Department
        fields = [
            "name",
            "default_language",
            "default_itn",
            "left_channel_name",
            "right_channel_name",
        ]
        labels = {
            "name": _("Department name"),
            "default_itn": _("Write numbers, dates and amounts as digits"),
            "left_channel_name": _("Left channel of stereo calls"),
            "right_channel_name": _("Right channel of stereo calls"),
        }

    def settings(self) -> DepartmentSettings:
        return DepartmentSettings(**self.cleaned_data)


class DayInput(forms.DateInput):
    """A date input. What is no day is not echoed: no browser shows it in one."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, str):
            try:
                date.fromisoformat(value)
            except ValueError:
                return None
        return super().format_value(value)


def day_field(label: StrOrPromise) -> forms.DateField:
    """A day between the first and the last that a form takes."""
    return forms.DateField(
        label=label,
        required=False,
        widget=DayInput(
            format="%Y-%m-%d",
            attrs={"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()},
        ),
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )


class AuditFilterForm(forms.Form):
    """Which part of the audit trail to show."""

    action = forms.ChoiceField(label=_("Action"), required=False)
    person = forms.CharField(label=_("Person"), max_length=64, required=False)
    since = day_field(_("From"))
    until = day_field(_("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("All")), *AuditAction.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error(
                "until",
                ValidationError(_("“To” lies before “From”."), "dates_reversed"),
            )
        return self.cleaned_data
