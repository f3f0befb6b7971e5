"""What is typed to let somebody into a department, and in which role."""

from django import forms
from django.contrib.auth.forms import (
    UsernameField,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.access_requests import note_field
from accounts.forms.conflicts import version_field
from accounts.models.people import User
from accounts.roles import Role


class InviteForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    note = forms.CharField(
        label=_("Who to invite"),
        max_length=80,
        required=False,
        help_text=_("Only a note for yourself, for example a name."),
    )


class RoleForm(forms.Form):
    role = forms.TypedChoiceField(choices=Role.choices, coerce=Role)
    version = version_field()


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
