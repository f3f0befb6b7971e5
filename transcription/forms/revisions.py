"""Forms of the page that looks for a hotword in the archive."""

import re

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.services.refusal import Refused
from transcription.services.revisions.revisions import (
    HotwordSpec,
    checked_word,
)


class ArchiveWordForm(forms.Form):
    """The word, and where a further page begins; ``cleaned_data["word"]`` is a
    ``HotwordSpec``."""

    word = forms.CharField(
        label=_("Word"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}
        ),
    )
    below = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def clean_word(self) -> HotwordSpec:
        """The word with its spoken variants."""
        try:
            return checked_word(self.cleaned_data["word"])
        except Refused as refused:
            raise forms.ValidationError(refused.sentence, refused.code) from None


class ChosenSentencesForm(ArchiveWordForm):
    """The word and the sentences that are to have it. ``confirmed`` is how many they
    were when somebody agreed to it."""

    confirmed = forms.IntegerField(required=False)

    def sentence_ids(self) -> list[int]:
        """Those that can be ids; what they may be is the service's to say."""
        given = QueryDict("") if not isinstance(self.data, QueryDict) else self.data
        texts = given.getlist("sentence")
        return [int(text) for text in texts if re.fullmatch(r"[0-9]{1,18}", text)]
