"""What platform admins type about departments and accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import PERSON_LABELS
from accounts.models import Department, User, username_validator
from accounts.roles import Role


class NewDepartmentForm(forms.ModelForm[Department]):
    """A department and its first admin, who may be somebody new."""

    slug = forms.SlugField(
        label=_("Address"),
        max_length=40,
        help_text=_(
            "Letters, digits and hyphens. It becomes part of the department's "
            "address and cannot be changed later."
        ),
        error_messages={"invalid": _("Use letters, digits, hyphens and underscores.")},
    )
    admin_username = UsernameField(
        label=_("First admin's user name"),
        max_length=64,
        validators=[username_validator],
        help_text=_(
            "If nobody has this user name yet, an account is made and its one-time "
            "password is shown."
        ),
    )
    admin_display_name = forms.CharField(
        label=_("First admin's name"),
        max_length=64,
        required=False,
        help_text=_("Needed for a new account only."),
    )

    class Meta:
        model = Department
        fields = ["name", "slug"]
        labels = {"name": _("Department name")}

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def clean_admin_username(self) -> str:
        return str(self.cleaned_data["admin_username"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        admin = User.objects.filter(username=cleaned.get("admin_username", "")).first()
        cleaned["admin"] = admin
        if admin is None and not cleaned.get("admin_display_name"):
            self.add_error(
                "admin_display_name",
                ValidationError(
                    _("Nobody has this user name yet: give the new admin's name."),
                    "name_needed",
                ),
            )
        return cleaned


class DepartmentForm(forms.ModelForm[Department]):
    class Meta:
        model = Department
        fields = ["name", "is_active"]
        labels = {"name": _("Department name"), "is_active": _("Open to its members")}


def note_field() -> forms.CharField:
    """Why, for the second person, where one has to agree."""
    return forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For whoever has to agree to it."),
    )


class AppointForm(forms.Form):
    """Who becomes an admin of a department that needs one."""

    username = UsernameField(label=_("User name"), max_length=64)
    note = note_field()

    def clean_username(self) -> User:
        user = User.objects.filter(
            username=self.cleaned_data["username"].lower(), is_active=True
        ).first()
        if user is None:
            raise ValidationError(
                _("There is no active account with this user name."), "no_such_user"
            )
        return user


class NewUserForm(forms.ModelForm[User]):
    """An account made by a platform admin, if wished already in a department."""

    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.filter(is_active=True),
        required=False,
        empty_label=_("None yet"),
    )
    role = forms.TypedChoiceField(
        label=_("Role"), choices=Role.choices, coerce=Role, initial=Role.MEMBER
    )
    note = note_field()

    class Meta:
        model = User
        fields = ["username", "display_name", "email", "is_platform_admin"]
        labels = PERSON_LABELS
        field_classes = {"username": UsernameField}
        help_texts = {
            "is_platform_admin": _(
                "Runs departments, accounts and the engine; reads no recordings."
            )
        }

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()


class UserForm(forms.ModelForm[User]):
    note = note_field()

    class Meta:
        model = User
        fields = ["display_name", "email", "is_platform_admin", "is_active"]
        labels = PERSON_LABELS | {"is_active": _("May log in")}
        help_texts = NewUserForm.Meta.help_texts
