"""What people type to get an API token."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.members import Membership
from accounts.models.people import User


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
