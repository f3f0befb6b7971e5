"""What is typed about a department."""

from typing import Any

from django import forms
from django.contrib.auth.forms import (
    UsernameField,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.conflicts import version_field
from accounts.models.departments import MAX_QUEUE_WEIGHT, Department
from accounts.models.people import User, username_validator
from accounts.services.departments import DepartmentSettings


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
    version = version_field()

    class Meta:
        model = Department
        fields = [
            "name",
            "default_language",
            "default_itn",
            "default_punctuation",
            "default_private",
            "left_channel_name",
            "right_channel_name",
        ]
        labels = {
            "name": _("Department name"),
            "default_itn": _("Write numbers, dates and amounts as digits"),
            "default_punctuation": _(
                "Add punctuation where the recogniser writes none"
            ),
            "default_private": _("New recordings are private"),
            "left_channel_name": _("Left channel of stereo calls"),
            "right_channel_name": _("Right channel of stereo calls"),
        }

        help_texts = {
            "default_private": _(
                "Only the uploader, the agent of the call, supervisors, admins and "
                "auditors can open a private recording."
            ),
        }

    def settings(self) -> DepartmentSettings:
        names = [name for name in self.cleaned_data if name != "version"]
        return DepartmentSettings(**{name: self.cleaned_data[name] for name in names})


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
    """What the platform says of a department."""

    queue_weight = forms.IntegerField(
        label=_("Weight in the queue"),
        help_text=_(
            "While several departments wait, one of weight 3 has three recordings "
            "transcribed for each one of weight 1."
        ),
        min_value=1,
        max_value=MAX_QUEUE_WEIGHT,
        required=False,
    )
    version = version_field()

    class Meta:
        model = Department
        fields = ["name", "is_active", "queue_weight"]
        labels = {"name": _("Department name"), "is_active": _("Open to its members")}

    def clean_queue_weight(self) -> int:
        """What is stored, where nothing is said."""
        return self.cleaned_data["queue_weight"] or self.instance.queue_weight
