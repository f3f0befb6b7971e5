"""The archive's filters, what is set of them, and the days that people ask for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.forms.chips import Chip
from accounts.forms.days import day_field
from transcription.forms.filters import RecordingFilterForm
from transcription.services.search.filters import RecordingFilters

SORTS: Final = [
    ("-upload", _("Newest upload first")),
    ("upload", _("Oldest upload first")),
    ("-call", _("Newest call first")),
    ("call", _("Oldest call first")),
    ("-length", _("Longest first")),
    ("length", _("Shortest first")),
    ("title", _("By title")),
    ("-title", _("By title, from the end")),
    ("agent", _("By agent")),
    ("-agent", _("By agent, from the end")),
]


class ArchiveForm(RecordingFilterForm):
    """The archive's filters, and its order."""

    uploaded_since = day_field(_("Uploaded from"))
    uploaded_until = day_field(_("Uploaded to"))
    q = forms.CharField(label=_("Title or number"), required=False, max_length=100)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=SORTS)

    def filters(self) -> RecordingFilters:
        """See ``RecordingFilterForm``."""
        return replace(super().filters(), title=self.value("q") or "")

    @property
    def uses_more_filters(self) -> bool:
        """Whether one of those that are folded away has something in it."""
        folded = ("agent", "tag", "language", "uploaded_since", "uploaded_until")
        return any(self[name].value() for name in folded)

    @property
    def filter_names(self) -> list[str]:
        """The fields that narrow the list."""
        return ["q", *(name for name in self.fields if name not in ("q", "sort"))]

    def chips(self) -> list[Chip]:
        """Of every filter that is set and makes sense."""
        return [
            Chip(name, str(self.fields[name].label), self._said(name, value))
            for name in self.filter_names
            if (value := self.value(name))
        ]

    def _said(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField) and isinstance(value, str):
            return str(dict(field.choices)[value])  # type: ignore[arg-type]
        return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True, slots=True)
class Preset:
    """Days that have a name, both included."""

    label: Promise | str
    since: date
    until: date


def presets(today: date) -> Iterator[Preset]:
    """Seen from a day of the installation's time zone. Weeks begin on Monday."""
    week = timedelta(days=7)
    yesterday = today - timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=6)
    first = today.replace(day=1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    last_first = (first - timedelta(days=1)).replace(day=1)
    yield Preset(_("Today"), today, today)
    yield Preset(_("Yesterday"), yesterday, yesterday)
    yield Preset(_("This week"), monday, sunday)
    yield Preset(_("Last week"), monday - week, sunday - week)
    yield Preset(_("This month"), first, next_first - timedelta(days=1))
    yield Preset(_("Last month"), last_first, first - timedelta(days=1))
