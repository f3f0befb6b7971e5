"""The parameters of a trial run of voice-activity detection."""

from dataclasses import asdict, fields
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.conflicts import version_field
from transcription.models.speech import VAD_RANGES
from transcription.services.recogniser.detectors import VadParameters


class VadForm(forms.Form):
    """Milliseconds, within what makes sense to fsmn-vad and to the pipeline."""

    end_silence_ms = forms.IntegerField(
        label=_("End of speech after silence of (ms)"),
        min_value=VAD_RANGES["end_silence_ms"][0],
        max_value=VAD_RANGES["end_silence_ms"][1],
        help_text=_("Less of it makes more and shorter regions."),
    )
    max_segment_ms = forms.IntegerField(
        label=_("Longest region (ms)"),
        min_value=VAD_RANGES["max_segment_ms"][0],
        max_value=VAD_RANGES["max_segment_ms"][1],
        help_text=_("Recognisers take up to 30 seconds at once."),
    )
    gap_ms = forms.IntegerField(
        label=_("Join regions closer than (ms)"),
        min_value=VAD_RANGES["gap_ms"][0],
        max_value=VAD_RANGES["gap_ms"][1],
        help_text=_(
            "Transcription joins 200 ms, and 600 ms where the recogniser gives word "
            "times."
        ),
    )
    pad_ms = forms.IntegerField(
        label=_("Padding on both sides (ms)"),
        min_value=VAD_RANGES["pad_ms"][0],
        max_value=VAD_RANGES["pad_ms"][1],
        help_text=_("A little silence around speech helps the recogniser."),
    )

    version = version_field()

    def __init__(self, data: Any, *, start: VadParameters, version: str = "") -> None:
        super().__init__(data, initial=asdict(start) | {"version": version})
        for field in self.visible_fields():
            field.field.widget.attrs |= {"step": 10, "inputmode": "numeric"}

    def clean_max_segment_ms(self) -> int:
        longest: int = self.cleaned_data["max_segment_ms"]
        end_silence = self.cleaned_data.get("end_silence_ms")
        if end_silence is not None and longest <= end_silence:
            raise ValidationError(
                _("This must be longer than the silence that ends speech."),
                code="shorter_than_silence",
            )
        return longest

    def parameters(self) -> VadParameters:
        """What was chosen; call it on a valid form."""
        typed = {
            field.name: self.cleaned_data[field.name] for field in fields(VadParameters)
        }
        return VadParameters(**typed)
