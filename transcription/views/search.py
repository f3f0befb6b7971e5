"""The search page, and its continuations for htmx."""

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.forms.search import FILTER_FIELDS, SearchForm
from transcription.forms.search_builder import BuilderForm
from transcription.forms.search_links import address_of
from transcription.search.highlight import Part, parts
from transcription.services.search.groups import Group
from transcription.services.search.refusals import QuestionRefused
from transcription.services.search.searching import (
    Cursor,
    SearchPage,
    search_segments,
)
from transcription.views.media.player import media_url
from transcription.views.search_hints import nothing_found, probably_meant
from transcription.views.search_narrowing import narrowing
from transcription.views.search_way import carried, page_of


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording's hits with its address, and those that continue them."""

    group: Group
    address: str
    more: str  # the following hits of this recording, into this page
    alone: str  # a page of this recording's hits only
    sound: str  # what its hits are heard from; empty when no browser plays it

    @property
    def itself(self) -> list["FoundRecording"]:
        """For the template of hits, which also serves continuations."""
        return [self]


@require_safe
@vary_on_headers("HX-Request")
@requires(Capability.SEARCH)
def search(request: DepartmentRequest) -> HttpResponse:
    """Empty, with hits, or with a sentence that says why it cannot be asked. What was
    put together from fields is asked as what could have been typed."""
    if question := BuilderForm(request.GET).question():
        address = reverse(
            "transcription:search", kwargs={"department": request.department.slug}
        )
        return redirect(f"{address}?{urlencode({'q': question})}")
    form = SearchForm(request.GET, membership=request.membership)
    page: SearchPage | None = None
    refusal: Refused | None = None
    try:
        page = _page(request, form) if form.query else None
    except Refused as refused:
        refusal = refused
    context = {
        "form": form,
        "page": page,
        "refusal": refusal,
        "refused_parts": _refused_parts(form.query, refusal),
        "found": [_found(request, group) for group in page.groups] if page else [],
        "way": carried(request.GET),
        "next": _address(request.GET, page.next) if page and page.next else "",
        "everywhere": address_of(request.GET, "recording"),
        "is_continued": form.cursor() is not None,
        "from_start": address_of(request.GET),
        "by_sound": address_of(request.GET, sound="on"),
        "unfiltered": address_of(request.GET, *_FILTERS),
        "with_filters": address_of(request.GET, filters="on"),
        "meant": probably_meant(form, refusal),
        **narrowing(request, form, page),
        **(nothing_found(request, form) if page and page.is_empty else {}),
    }
    status = 422 if refusal else 200
    return render(request, _template(request, form), context, status=status)


def _page(request: DepartmentRequest, form: SearchForm) -> SearchPage:
    return search_segments(
        membership=request.membership,
        origin=origin_of(request),
        query=form.query,
        filters=form.filters(),
        cursor=form.cursor(),
        order=form.order,
        by_sound=form.by_sound,
    )


def _refused_parts(typed: str, refusal: Refused | None) -> list[Part]:
    """What was typed, with the place that was not understood."""
    if not isinstance(refusal, QuestionRefused):
        return []
    return parts(typed, [refusal.span])


_FILTERS = (*FILTER_FIELDS, "recording")


def _template(request: DepartmentRequest, form: SearchForm) -> str:
    cursor = form.cursor()
    if not request.htmx or cursor is None:
        return "transcription/search/index.html"
    if cursor.index is None:
        return "transcription/search/_results.html"
    return "transcription/search/_hits.html"


def _found(request: DepartmentRequest, group: Group) -> FoundRecording:
    given = request.GET
    more = ""
    if group.hits and group.hidden_count:
        narrowed = given.copy()
        if "recording" not in given:  # what is fetched into this page leads back to it
            narrowed["page"] = page_of(given)
        narrowed["recording"] = str(group.recording.uuid)
        more = _address(narrowed, Cursor(group.recording.uuid, group.hits[-1].index))
    alone = address_of(given, recording=str(group.recording.uuid))
    slug = request.department.slug
    address = reverse("transcription:recording", args=[slug, group.recording.uuid])
    sound = media_url(request, group.recording)
    return FoundRecording(group, address, more, alone, sound)


def _address(given: QueryDict, cursor: Cursor) -> str:
    at = "" if cursor.index is None else str(cursor.index)
    skip = str(cursor.skipped or "")
    return address_of(given, after=str(cursor.recording), at=at, skip=skip)
