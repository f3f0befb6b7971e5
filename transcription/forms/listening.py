"""What a page's scripts tell of its person: what was heard, and what was copied."""

import re
from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from transcription.services.readers.stretches import Stretch

_MOST: Final = 200  # stretches told at once
_LONGEST_MS: Final = 7 * 24 * 3600 * 1000
_STRETCH: Final = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


class HeardForm(forms.Form):
    """``0-2500,5000-6000``: stretches in milliseconds."""

    stretches = forms.CharField(max_length=_MOST * 20)

    def clean_stretches(self) -> list[Stretch]:
        told = str(self.cleaned_data["stretches"]).split(",")
        found = [_STRETCH.fullmatch(one) for one in told]
        stretches = [(int(one[1]), int(one[2])) for one in found if one]
        is_whole = len(stretches) == len(told) <= _MOST
        if not is_whole or any(not a < b <= _LONGEST_MS for a, b in stretches):
            raise ValidationError(_("These are no times of a recording."), "no_times")
        return stretches


class CopiedForm(forms.Form):
    """How many sentences were copied, or parts of them."""

    sentences = forms.IntegerField(min_value=1, max_value=10**6)
