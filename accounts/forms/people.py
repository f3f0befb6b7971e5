"""What is typed about a person: by themselves, or by a platform admin."""

from django import forms
from django.contrib.auth.forms import (
    UsernameField,
)
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.access_requests import note_field
from accounts.forms.conflicts import version_field
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.people import Account

# Chinese has another word for the name of a person than for that of a thing.
PERSON_LABELS = {"display_name": pgettext_lazy("of a person", "Name")}


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["display_name", "email"]
        labels = PERSON_LABELS


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
    version = version_field()

    class Meta:
        model = User
        fields = ["display_name", "email", "is_platform_admin", "is_active"]
        labels = PERSON_LABELS | {"is_active": _("May log in")}
        help_texts = NewUserForm.Meta.help_texts

    def account(self) -> Account:
        wanted = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return Account(**wanted)
