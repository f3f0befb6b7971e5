"""A question put together from plain fields."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from transcription.models.recordings import Direction
from transcription.search.composing import Wanted, compose
from transcription.search.language.names import OPERATORS

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
