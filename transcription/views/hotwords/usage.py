"""What a department's hotwords did: every word that its new jobs use, counted."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from transcription.services.hotwords.usage import WordUse, usage_of

WORDS_PER_PAGE: Final = 100
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

# Sorting: a column, and whether its largest values come first.
_SORTS: Final[dict[str, tuple[Callable[[WordUse], Any], bool]]] = {
    "hits": (lambda use: use.hits, True),
    "undone": (lambda use: use.undone, True),
    "last": (lambda use: use.last_hit or _NEVER, True),
    "added": (lambda use: use.added_at, True),
    "word": (lambda use: use.text.casefold(), False),
    "list": (lambda use: use.hotword_list.name, False),
}
_CHOICES: Final[dict[str, tuple[Any, Callable[[WordUse], bool]]]] = {
    "": (_("All words"), lambda use: True),
    "idle": (_("Never hit in 90 days"), lambda use: use.is_idle),
    "undone": (_("Taken out by people"), lambda use: use.undone > 0),
}


@require_safe
@requires(Capability.READ)
def hotword_usage(request: DepartmentRequest) -> HttpResponse:
    """Sorted by ``sort``, those that ``show`` names and that have ``q`` in them."""
    usage = usage_of(request.membership)
    query = request.GET.get("q", "").strip()
    found = usage.with_letters(query)
    sort = request.GET.get("sort", "hits")
    key, is_reverse = _SORTS.get(sort, _SORTS["hits"])
    show = request.GET.get("show", "")
    shows = _CHOICES.get(show, _CHOICES[""])[1]
    chosen = sorted(filter(shows, found), key=key, reverse=is_reverse)
    context = {
        "page": Paginator(chosen, WORDS_PER_PAGE).get_page(request.GET.get("page")),
        "total": len(usage.words),
        "counted_at": usage.counted_at,
        "reads_private": request.membership.can(Capability.READ_PRIVATE),
        "query": query,
        "sort": sort if sort in _SORTS else "hits",
        "show": show if show in _CHOICES else "",
        "choices": [
            (name, label, sum(map(matches, found)))
            for name, (label, matches) in _CHOICES.items()
        ],
    }
    return render(request, "transcription/hotwords/usage/index.html", context)
