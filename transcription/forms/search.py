"""What can be asked of the search."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department
from transcription.forms.recordings import ArchiveForm
from transcription.search.query import MAX_LENGTH
from transcription.services.search.searching import Cursor, SearchFilters


class SearchForm(ArchiveForm):
    """A query, the archive's filters without the state, and where a page begins. A
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
        self.is_valid()

    @property
    def query(self) -> str:
        """What was typed, even when it is too long to be asked."""
        return str(self.data.get("q", "")).strip()

    def search_filters(self) -> SearchFilters:
        """What of the filters makes sense."""
        names = SearchFilters.__dataclass_fields__
        given = {name: self._value(name) for name in names}
        return SearchFilters(**{name: value for name, value in given.items() if value})

    def cursor(self) -> Cursor | None:
        """Where the page begins."""
        after = self._value("after")
        return Cursor(after, self._value("at")) if isinstance(after, UUID) else None

    @property
    def is_filtered(self) -> bool:
        return self.search_filters() != SearchFilters()

    def _value(self, name: str) -> Any:
        return self.cleaned_data.get(name) if self.is_bound else None
