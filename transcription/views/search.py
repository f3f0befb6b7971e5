"""The search page, and its continuations for htmx."""

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.forms.search import SearchForm
from transcription.services.search.searching import (
    Cursor,
    Group,
    SearchPage,
    search_segments,
)


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording's hits with the addresses that continue them."""

    group: Group
    more: str  # the following hits of this recording, into this page
    alone: str  # a page of this recording's hits only

    @property
    def itself(self) -> list["FoundRecording"]:
        """For the template of hits, which also serves continuations."""
        return [self]


@require_safe
@vary_on_headers("HX-Request")
@requires(Capability.SEARCH)
def search(request: DepartmentRequest) -> HttpResponse:
    """Empty, with hits, or with a sentence that says why it cannot be asked."""
    form = SearchForm(request.GET, department=request.department)
    page: SearchPage | None = None
    refusal: Refused | None = None
    if form.query:
        try:
            page = search_segments(
                membership=request.membership,
                origin=origin_of(request),
                query=form.query,
                filters=form.filters(),
                cursor=form.cursor(),
            )
        except Refused as refused:
            refusal = refused
    context = {
        "form": form,
        "page": page,
        "refusal": refusal,
        "found": [_found(request.GET, group) for group in page.groups] if page else [],
        "next": _address(request.GET, page.next) if page and page.next else "",
        "everywhere": _without(request.GET, *_NARROWING),
        "is_continued": form.cursor() is not None,
        "from_start": _without(request.GET, "after", "at"),
        "unfiltered": _without(request.GET, *_FILTERS),
    }
    status = 422 if refusal else 200
    return render(request, _template(request, form), context, status=status)


_NARROWING = ("recording", "after", "at")
_FILTERS = ("since", "until", "uploader", "tag", "agent", "language", *_NARROWING)


def _template(request: DepartmentRequest, form: SearchForm) -> str:
    cursor = form.cursor()
    if not request.htmx or cursor is None:
        return "transcription/search/index.html"
    if cursor.index is None:
        return "transcription/search/_results.html"
    return "transcription/search/_hits.html"


def _found(given: QueryDict, group: Group) -> FoundRecording:
    more = ""
    if group.hits and group.hidden_count:
        narrowed = given.copy()
        narrowed["recording"] = str(group.recording.uuid)
        more = _address(narrowed, Cursor(group.recording.uuid, group.hits[-1].index))
    alone = _without(given, *_NARROWING, recording=str(group.recording.uuid))
    return FoundRecording(group, more, alone)


def _address(given: QueryDict, cursor: Cursor) -> str:
    at = {} if cursor.index is None else {"at": str(cursor.index)}
    return _without(given, "after", "at", after=str(cursor.recording), **at)


def _without(given: QueryDict, *names: str, **values: str) -> str:
    """The same search without these parameters, with those."""
    query = given.copy()
    for name in names:
        query.pop(name, None)
    for name, value in values.items():
        query[name] = value
    return f"?{query.urlencode()}"
