"""Which part of the audit trail somebody wants to read."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.chips import Chip
from accounts.forms.days import day_field
from accounts.models.audit.events import AuditAction


class AuditFilterForm(forms.Form):
    """Which part of the audit trail to show."""

    about = forms.CharField(
        label=_("Object"),
        max_length=200,
        required=False,
        widget=forms.TextInput(
            attrs={"placeholder": _("Title or number of a recording, name")}
        ),
    )
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
                ValidationError(
                    _("The end date is before the start date."), "dates_reversed"
                ),
            )
        return self.cleaned_data

    def chips(self) -> list[Chip]:
        """Of every filter that is set and makes sense."""
        return [
            Chip(name, str(self.fields[name].label), self._said(name, value))
            for name, value in self.cleaned_data.items()
            if value
        ]

    def noted(self) -> dict[str, dict[str, str]]:
        """What is set, for the trail's entry of an export; nothing when it is all."""
        given = {name: str(v) for name, v in self.cleaned_data.items() if v}
        return {"filters": given} if given else {}

    def _said(self, name: str, value: object) -> str:
        if name == "action":
            return str(AuditAction(str(value)).label)
        return value.isoformat() if isinstance(value, date) else str(value)
