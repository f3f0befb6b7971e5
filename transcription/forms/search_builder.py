"""A question put together from plain fields."""

from datetime import date
from typing import Final, Self

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from transcription.models.recordings import Direction
from transcription.search.composing import Piece, Says, Wanted, compose, pieces
from transcription.search.language.facts import Said, meaning
from transcription.search.language.names import (
    OPERATORS,
    FieldName,
    PeriodName,
    WhereName,
)
from transcription.search.language.refusals import NotUnderstood
from transcription.search.language.scanning import tokens
from transcription.search.language.tree import All, Fact, FactName

_Choice = tuple[StrOrPromise, StrOrPromise]
_EITHER: Final = pgettext_lazy("typed", "OR")
# What would be typed, in the language of the page, and what it is called.
_PARTS: Final[list[_Choice]] = [
    ("", _("Anywhere in the call")),
    (pgettext_lazy("typed", "first30s"), _("First 30 seconds")),
    (pgettext_lazy("typed", "first1m"), _("First minute")),
    (pgettext_lazy("typed", "first5m"), _("First 5 minutes")),
    (pgettext_lazy("typed", "last30s"), _("Last 30 seconds")),
    (pgettext_lazy("typed", "last1m"), _("Last minute")),
]
_DIRECTIONS: Final[list[_Choice]] = [
    ("", _("All")),
    (pgettext_lazy("typed", "in"), Direction.INBOUND.label),
    (pgettext_lazy("typed", "out"), Direction.OUTBOUND.label),
]
_PERIODS: Final[list[_Choice]] = [
    ("", _("Any time")),
    (pgettext_lazy("typed", "today"), _("Today")),
    (pgettext_lazy("typed", "yesterday"), _("Yesterday")),
    (pgettext_lazy("typed", "week"), _("Last 7 days")),
    (pgettext_lazy("typed", "month"), _("Last month until today")),
    (pgettext_lazy("typed", "year"), _("Last year until today")),
]
_LENGTHS: Final[list[_Choice]] = [
    ("", _("Any length")),
    (pgettext_lazy("typed", "1m"), _("1 minute")),
    (pgettext_lazy("typed", "5m"), _("5 minutes")),
    (pgettext_lazy("typed", "10m"), _("10 minutes")),
    (pgettext_lazy("typed", "30m"), _("30 minutes")),
]
_CONDITIONS: Final[dict[FieldName, str]] = {
    WhereName.SPEAKER: "b_speaker",
    WhereName.WITHIN: "b_part",
    FactName.AGENT: "b_agent",
    FactName.TAG: "b_tag",
    FactName.DIRECTION: "b_direction",
    PeriodName.LAST: "b_period",
    FactName.LONGER: "b_longer",
}
_WORDS: Final = {Says.WORD: "b_all", Says.NONE: "b_none"}


def _words(label: StrOrPromise, which: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"data-words": which, "autocomplete": "off"})
    return forms.CharField(label=label, required=False, widget=widget)


def _text(label: StrOrPromise, name: StrOrPromise) -> forms.CharField:
    widget = forms.TextInput(attrs={"data-name": name, "autocomplete": "off"})
    return forms.CharField(label=label, required=False, widget=widget)


def _choice(
    label: StrOrPromise, name: StrOrPromise, choices: list[_Choice]
) -> forms.ChoiceField:
    widget = forms.Select(attrs={"data-name": name})
    return forms.ChoiceField(
        label=label, required=False, choices=choices, widget=widget
    )


class BuilderForm(forms.Form):
    """Fields for what the search language can say most often. What makes no sense goes
    into the question, too, where it is answered with a sentence."""

    b_all = _words(_("All of these words"), "all")
    b_phrase = _words(_("Exactly this phrase"), "phrase")
    b_any = _words(_("One of these words"), "any")
    b_none = _words(_("None of these words"), "none")
    b_speaker = _text(_("Said by"), pgettext_lazy("typed", "speaker:"))
    b_part = _choice(_("Where"), pgettext_lazy("typed", "within:"), _PARTS)
    b_agent = _text(_("Agent"), pgettext_lazy("typed", "agent:"))
    b_tag = _text(_("Tag"), pgettext_lazy("typed", "tag:"))
    b_direction = _choice(
        _("Direction"), pgettext_lazy("typed", "direction:"), _DIRECTIONS
    )
    b_period = _choice(_("Period"), pgettext_lazy("typed", "last:"), _PERIODS)
    b_longer = _choice(_("Longer than"), pgettext_lazy("typed", "longer:"), _LENGTHS)
    b_rest = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, typed: str, today: date) -> Self:
        """Filled with what was typed, as far as the fields can say it; the rest stays
        as it was typed."""
        form = cls()
        if not typed:
            return form
        try:
            found = pieces(typed, today)
        except NotUnderstood:
            form.initial = {"b_rest": typed}
            return form
        for piece in found:
            name, said = form._placed(piece, today)
            before = form.initial.get(name, "")
            form.initial[name] = f"{before} {said}".strip()
        return form

    def question(self) -> str:
        """As it would be typed; empty when nothing is filled in."""
        conditions = tuple(
            (str(field.widget.attrs["data-name"]), self._given(name))
            for name, field in self.fields.items()
            if "data-name" in field.widget.attrs
        )
        wanted = Wanted(
            all_of=self._given("b_all"),
            phrase=self._given("b_phrase"),
            any_of=self._given("b_any"),
            none_of=self._given("b_none"),
            conditions=conditions,
            rest=self._given("b_rest"),
        )
        return compose(wanted, str(_EITHER))

    @property
    def either(self) -> StrOrPromise:
        """What is typed between alternatives."""
        return _EITHER

    @property
    def operators(self) -> str:
        """The words that are put in quotes to be found themselves."""
        return " ".join(OPERATORS)

    def _given(self, name: str) -> str:
        return str(self.data.get(name, ""))

    def _placed(self, piece: Piece, today: date) -> tuple[str, str]:
        """The field that says it, and what it says: a phrase that is one too many is
        one of all the words."""
        taken = self.initial
        if piece.says in (Says.WORD, Says.NONE):
            return _WORDS[piece.says], piece.value
        if piece.says is Says.PHRASE:
            return "b_all" if "b_phrase" in taken else "b_phrase", piece.value
        if piece.says is Says.ANY and "b_any" not in taken:
            return "b_any", piece.value
        name = _CONDITIONS.get(piece.field) if piece.field else None
        if name and name not in taken and (value := self._said(name, piece, today)):
            return name, value
        return "b_rest", piece.text

    def _said(self, name: str, piece: Piece, today: date) -> str:
        """The value, or the choice that means the same; empty when there is none."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            return piece.value
        asked = _meant(f"{piece.field}:{piece.value}", today)
        values = filter(None, map(str, dict(field.choices)))  # type: ignore[arg-type]
        same = (one for one in values if _meant(f"{piece.field}:{one}", today) == asked)
        return next(same, "")


def _meant(condition: str, today: date) -> object:
    """To be compared: without where it stands."""
    match meaning(next(tokens(condition)), today):
        case Said(where=where):
            return where
        case Fact(value=value):
            return value
        case All(parts=parts):
            return [part.value for part in parts if isinstance(part, Fact)]
