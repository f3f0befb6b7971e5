"""What of many recordings is to be packed, and as what."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from transcription.exports import FORMATS
from transcription.forms.selection import ticked
from transcription.services.recordings.selection.choosing import Selection
from transcription.services.search.filters import RecordingFilters

_SAID: Final = {
    "txt": _("TXT, text with times"),
    "srt": _("SRT, subtitles"),
    "vtt": _("VTT, web subtitles"),
    "csv": _("CSV, for Excel or WPS"),
    "json": _("JSON, for programs"),
}
# Of what an engine wrote and a person reads, which.
TEXTS: Final = [("normal", _("Normalised")), ("raw", _("As spoken"))]


class ChosenForm(forms.Form):
    """The recordings that are ticked, or all that the filters let through."""

    all = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(required=False)

    def selection(self, filters: RecordingFilters) -> Selection:
        """Call it on a valid form."""
        if self.cleaned_data["all"]:
            return Selection(filters=filters)
        return Selection(uuids=ticked(self.data))


class ExportForm(ChosenForm):
    """With the files that each gets in the archive."""

    formats = forms.MultipleChoiceField(
        label=_("Transcript as"),
        choices=[(one, _SAID[one]) for one in FORMATS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["txt"],
    )
    text = forms.ChoiceField(
        label=_("Text in TXT, SRT and VTT"),
        choices=TEXTS,
        widget=forms.RadioSelect,
        required=False,
        initial="normal",
        help_text=_("CSV and JSON have both."),
    )
    with_sound = forms.BooleanField(label=_("With the sound files"), required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("formats") and not data.get("with_sound"):
            raise ValidationError(
                _("Choose a format, or the sound files."), "nothing_to_pack"
            )
        return data
