"""What can be asked of the search."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department
from transcription.forms.filters import RecordingFilterForm
from transcription.search.query import MAX_LENGTH
from transcription.services.search.searching import Cursor


class SearchForm(RecordingFilterForm):
    """A query, the filters without the state, and where a page begins. A
    value that makes no sense filters nothing."""

    q = forms.CharField(
        label=_("Words that were said"),
        required=False,
        strip=True,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "maxlength": MAX_LENGTH,
                "data-quick-search": True,
                "enterkeyhint": "search",
                "placeholder": _("Search what was said"),
            }
        ),
    )
    recording = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False)
    at = forms.IntegerField(required=False, min_value=0, max_value=2**20 - 1)

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, department=department, **kwargs)
        del self.fields["status"]
        if not self.query:
            self.fields["q"].widget.attrs["autofocus"] = True

    @property
    def query(self) -> str:
        """What was typed, even when it is too long to be asked."""
        return str(self.data.get("q", "")).strip()

    def cursor(self) -> Cursor | None:
        """Where the page begins."""
        after = self.value("after")
        return Cursor(after, self.value("at")) if isinstance(after, UUID) else None
