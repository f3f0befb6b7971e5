"""Saved searches on the search page."""

from typing import Any
from uuid import UUID

from django import template
from django.template import Context

from transcription.access.saved_searches import find_saved_search
from transcription.forms.saved_searches import ChangeSearchForm, SaveSearchForm
from transcription.forms.search_chips import readable
from transcription.models.saved_searches import SavedSearch
from transcription.services.saved_searches.listing import saved_searches_of
from transcription.services.saved_searches.questions import canonical

register = template.Library()

SHOWN = 8


@register.inclusion_tag("transcription/search/saved/_on_page.html", takes_context=True)
def saved_searches(context: Context) -> dict[str, object]:
    """Of a question that was asked: a form that saves it, or changes the one it came
    from. Of an empty page: the saved ones."""
    request = context["request"]
    shown: dict[str, Any] = {"request": request, "csrf_token": context["csrf_token"]}
    question = canonical(request.GET.urlencode())
    if not request.GET.get("q", "").strip():
        found = saved_searches_of(request.membership)
        searches = list(found[: SHOWN + 1])
        return shown | {"searches": searches[:SHOWN], "has_more": len(searches) > SHOWN}
    if context.get("page") is None or request.GET.get("recording"):
        return shown
    name = readable(context["form"])[: SavedSearch.NAME_MAX]
    initial = {"name": name, "question": question}
    shown["form"] = SaveSearchForm(initial=initial, auto_id="save-%s")
    if origin := _origin(request):
        change = ChangeSearchForm.of(origin)
        change.initial["question"] = question
        is_other = origin.question != question
        may_change = origin.may_be_changed_by(request.membership)
        shown |= {"origin": origin, "change": change if may_change else None}
        shown["is_other"] = is_other
    return shown


def _origin(request: Any) -> SavedSearch | None:
    """The saved search that the page was opened from."""
    try:
        uuid = UUID(request.GET.get("saved", ""))
    except ValueError:
        return None
    return find_saved_search(request.membership, uuid)
