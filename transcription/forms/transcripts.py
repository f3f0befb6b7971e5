"""Forms about reading a transcript. What makes no sense in an address is left out."""

from django import forms
from django.conf import settings
from django.http import HttpRequest

from transcription.models.transcripts import Transcript
from transcription.services.transcripts.pages import (
    Pages,
    page_with,
    pages_of,
)

TEXTS = ("normal", "raw")
FIND_MAX = 100


def text_of(request: HttpRequest) -> str:
    """Which text is read: as the address says, else as somebody chose before."""
    said = request.GET.get("text") or request.COOKIES.get(settings.TEXT_COOKIE_NAME)
    return said if said in TEXTS else TEXTS[0]


class PlaceForm(forms.Form):
    """Where in a transcript: a page, a sentence, a second; the first that is there."""

    page = forms.IntegerField(min_value=1, max_value=10**6, required=False)
    s = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    t = forms.FloatField(min_value=0, max_value=10**6, required=False)

    def page_in(self, transcript: Transcript, pages: Pages | None = None) -> int:
        """The page that holds the place, else the first."""
        self.is_valid()
        place = self.cleaned_data
        pages = pages or pages_of(transcript)
        if page := place.get("page"):
            return min(int(page), max(1, pages.count))
        if segment := place.get("s"):
            return page_with(transcript, segment) or 1
        seconds = place.get("t")
        return 1 if seconds is None else pages.at(round(1000 * seconds))


class FindForm(forms.Form):
    """What is looked for in one transcript."""

    q = forms.CharField(max_length=FIND_MAX, required=False)

    def wanted(self) -> str:
        """Empty for what is too long or no text."""
        self.is_valid()
        return str(self.cleaned_data.get("q", ""))
