"""The reason, for the second person."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models.access_requests import AccessRequest


def note_field() -> forms.CharField:
    """Why, for the second person, where one has to agree."""
    return forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For whoever has to agree to it."),
    )


class DecisionForm(forms.Form):
    """Agree, refuse with a reason, or take one's own request back."""

    action = forms.ChoiceField(
        choices=[("approve", ""), ("refuse", ""), ("cancel", "")],
        error_messages={
            "required": _("Choose one of the buttons."),
            "invalid_choice": _("Choose one of the buttons."),
        },
    )
    reason = forms.CharField(
        max_length=AccessRequest._meta.get_field("reason").max_length, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("action") == "refuse" and not cleaned.get("reason"):
            self.add_error(
                "reason",
                ValidationError(_("Say why, in a few words."), "reason_needed"),
            )
        return cleaned

    def sentence(self) -> str:
        """The first mistake, for a page that shows the form elsewhere."""
        return next(str(e) for errors in self.errors.values() for e in errors)
