"""Saving a search, and reading one as the search page would."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.conflicts import version_field
from accounts.models.members import Membership
from accounts.services.refusal import Refused
from transcription.forms.search import FILTER_FIELDS, SearchForm
from transcription.models.saved_searches import SavedSearch
from transcription.search.language.parsing import parse
from transcription.search.language.refusals import NotUnderstood
from transcription.services.saved_searches.keeping import search_version
from transcription.services.saved_searches.questions import PageQuestion
from transcription.services.search.asking import understood
from transcription.services.search.refusals import refused


def question_of(query_string: str, membership: Membership) -> PageQuestion:
    """What the search page understands of its parameters, or ``Refused``. Where it lets
    a filter that makes no sense filter nothing, this refuses: nobody sees it happen."""
    form = _read(query_string, membership)
    tree = understood(form.query, membership, by_sound=form.by_sound)
    return PageQuestion(form.query, tree, form.filters())


def _read(query_string: str, membership: Membership) -> SearchForm:
    form = SearchForm(QueryDict(query_string), membership=membership)
    for name in FILTER_FIELDS:
        if name not in form.errors:
            continue
        told = {"label": form.fields[name].label, "value": form.data.get(name, "")}
        sentence = _("%(label)s: there is no “%(value)s” here.") % told
        if not form.has_error(name, "invalid_choice"):
            sentence = f"{told['label']}: {form.errors[name][0]}"
        raise Refused("saved_search_filter", sentence)
    return form


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A saved question for a list: what was typed, the filters by their names, and why
    it cannot be asked any more."""

    typed: str
    filters: list[tuple[str, str]]
    trouble: str = ""


def question_text(query_string: str, membership: Membership) -> QuestionText:
    """Of a list's row: what is asked of the database is only what a filter names."""
    given = QueryDict(query_string)
    typed = given.get("q", "")
    form = SearchForm(given, membership=membership)
    filters = [
        (str(field.label), _("yes") if field.name == "sound" else str(field.value()))
        for field in form
        if field.name in (*FILTER_FIELDS, "sound") and field.value()
    ]
    try:
        parse(_read(query_string, membership).query, timezone.localdate())
    except NotUnderstood as reason:
        return QuestionText(typed, filters, refused(reason).sentence)
    except Refused as reason:
        return QuestionText(typed, filters, reason.sentence)
    return QuestionText(typed, filters)


class SaveSearchForm(forms.Form):
    """A name for a question of the search page."""

    name = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=SavedSearch.NAME_MAX
    )
    is_shared = forms.BooleanField(
        label=gettext_lazy("Share it with the department"), required=False
    )
    alerts = forms.BooleanField(
        label=gettext_lazy("Tell me when new recordings match"), required=False
    )
    question = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"


class ChangeSearchForm(SaveSearchForm):
    """The same of one that is there; alerts are each reader's own."""

    version = version_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["alerts"]

    @classmethod
    def of(cls, search: SavedSearch) -> "ChangeSearchForm":
        """Filled with what is stored."""
        return cls(
            initial={
                "name": search.name,
                "is_shared": search.is_shared,
                "question": search.question,
                "version": search_version(search),
            }
        )


class AlertsForm(forms.Form):
    """On or off."""

    alerts = forms.BooleanField(required=False)
