"""Which part of the audit trail somebody wants to read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.days import day_field
from accounts.models.audit.events import AuditAction


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
