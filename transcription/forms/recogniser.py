"""Orders of platform admins to the recogniser."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from transcription.models.recogniser import EngineAction
from transcription.services.recogniser.workers import loadable_engines


class EngineRequestForm(forms.Form):
    """One action; ``language`` says which engine to load."""

    action = forms.ChoiceField(choices=EngineAction.choices)
    language = forms.ChoiceField(label=_("Model"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        language = self.fields["language"]
        if isinstance(language, forms.ChoiceField):
            language.choices = [(e.language, e.label) for e in loadable_engines()]


class PauseForm(forms.Form):
    """Why: everybody who waits reads it."""

    reason = forms.CharField(
        label=_("Reason, for those who wait (optional)"),
        required=False,
        max_length=200,
    )
