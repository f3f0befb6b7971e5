"""The facets of a search's results, each value with the search after a click on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from transcription.forms.search import SearchForm
from transcription.forms.search_links import address_of
from transcription.models.recordings import Direction, Language
from transcription.search.language.narrowing import alike, says, without_facts
from transcription.search.language.tree import FactName
from transcription.search.language.writing import quoted
from transcription.services.search.facets import Facet, FacetName, FacetValue

SHOWN: Final = 8  # values that need no click
LABELS: Final[dict[FacetName, StrOrPromise]] = {
    FacetName.AGENT: _("Agent"),
    FacetName.TAG: _("Tag"),
    FacetName.DIRECTION: _("Direction"),
    FacetName.MONTH: _("Month"),
    FacetName.LANGUAGE: _("Language"),
}
# As they are typed in the language of the page.
_NAMES: Final[dict[FactName, StrOrPromise]] = {
    FactName.AGENT: pgettext_lazy("typed", "agent:"),
    FactName.TAG: pgettext_lazy("typed", "tag:"),
    FactName.DIRECTION: pgettext_lazy("typed", "direction:"),
    FactName.FROM: pgettext_lazy("typed", "from:"),
    FactName.TO: pgettext_lazy("typed", "to:"),
    FactName.LANGUAGE: pgettext_lazy("typed", "language:"),
}
_VALUES: Final[dict[tuple[FactName, str], StrOrPromise]] = {
    (FactName.DIRECTION, Direction.INBOUND): pgettext_lazy("typed", "in"),
    (FactName.DIRECTION, Direction.OUTBOUND): pgettext_lazy("typed", "out"),
    (FactName.LANGUAGE, Language.ZH): pgettext_lazy("typed", "chinese"),
    (FactName.LANGUAGE, Language.EN): pgettext_lazy("typed", "english"),
    (FactName.LANGUAGE, Language.JA): pgettext_lazy("typed", "japanese"),
}
_FIELDS: Final = {
    FactName.AGENT: "agent",
    FactName.TAG: "tag",
    FactName.FROM: "since",
    FactName.TO: "until",
    FactName.LANGUAGE: "language",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value, and the address after a click on it, which chooses it or gives it up."""

    label: str
    count: int
    is_chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class ShownFacet:
    """What it is called, and its values: those that are seen at once, and the rest."""

    name: FacetName
    label: StrOrPromise
    choices: tuple[Choice, ...]

    @property
    def first(self) -> tuple[Choice, ...]:
        """Those that are seen at once."""
        return self.choices[:SHOWN]

    @property
    def rest(self) -> tuple[Choice, ...]:
        """Those that a click shows."""
        return self.choices[SHOWN:]

    @property
    def chosen_count(self) -> int:
        """How many are chosen."""
        return sum(choice.is_chosen for choice in self.choices)


def shown_facets(
    form: SearchForm, facets: tuple[Facet, ...], total: int
) -> Iterator[ShownFacet]:
    """Those that narrow, or have narrowed, the search that found ``total`` recordings.
    Its question could be understood."""
    for facet in facets:
        choices = tuple(_choice(form, value) for value in facet.values)
        narrows = any(0 < choice.count < total for choice in choices)
        if narrows or any(choice.is_chosen for choice in choices):
            yield ShownFacet(facet.name, LABELS[facet.name], choices)


def _choice(form: SearchForm, value: FacetValue) -> Choice:
    typed, today = form.query, timezone.localdate()
    fields = _filled_in(form, value)
    is_chosen = bool(fields) or says(typed, value.facts, today)
    if is_chosen:
        question = without_facts(typed, value.facts, today)
    else:
        facts = (f"{_NAMES[name]}{_written(name, said)}" for name, said in value.facts)
        question = " ".join((typed, *facts))
    address = address_of(form.data, *fields, q=question)
    return Choice(value.label, value.count, is_chosen, address)


def _filled_in(form: SearchForm, value: FacetValue) -> tuple[str, ...]:
    """The fields that say the same; none unless they say all of it."""
    fields = []
    for fact in value.facts:
        name = _FIELDS.get(fact[0], "")
        given = form.value(name) if name else None
        if given is None or alike((fact[0], _plain(given))) != alike(fact):
            return ()
        fields.append(name)
    return tuple(fields)


def _plain(given: object) -> str | date:
    return given if isinstance(given, date) else str(given)


def _written(name: FactName, value: str | date) -> StrOrPromise:
    if isinstance(value, date):
        return f"{value:%Y-%m}"  # the first and the last day of a month
    return _VALUES.get((name, value)) or quoted(value)
