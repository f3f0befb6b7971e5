"""The saved searches of a person and their department, and what each has found."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of, record_view
from accounts.services.refusal import Refused
from transcription.access.saved_searches import access_saved_search
from transcription.forms.saved_searches import question_of, question_text
from transcription.models.saved_searches import SavedSearch
from transcription.search.language.tree import words_of
from transcription.services.notices.reading import mark_read, notices_of
from transcription.services.saved_searches.limits import PER_PERSON, SHARED
from transcription.services.saved_searches.listing import (
    hits_of_search,
    mark_looked,
    saved_searches_of,
    seen_until,
)

PAGE_SIZE = 50
HITS_PER_PAGE = 25
_KEY = "deleted_saved_search"


@require_safe
@requires(Capability.SEARCH)
def saved_searches(request: DepartmentRequest) -> HttpResponse:
    """All that the person sees, those with the latest hits first."""
    found = saved_searches_of(request.membership)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "search": search,
            "text": question_text(search.question, request.membership),
            "may_change": search.may_be_changed_by(request.membership),
        }
        for search in page.object_list
    ]
    context = {
        "page": page,
        "rows": rows,
        "limit": PER_PERSON,
        "shared_limit": SHARED,
        "deleted": request.session.pop(_KEY, None),
    }
    return render(request, "transcription/search/saved/index.html", context)


@require_safe
def saved_search(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """The recordings that came since it was saved and match; then none of them is news
    to this person."""
    search = access_saved_search(request.membership, uuid)
    seen = seen_until(search, request.membership)
    hits = hits_of_search(search, request.membership)
    page = Paginator(hits, HITS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "search": search,
        "page": page,
        "seen": seen,
        "text": question_text(search.question, request.membership),
        "said": _said(request, search),
        "open_url": search_page(search),
        "may_change": search.may_be_changed_by(request.membership),
    }
    record_view(origin_of(request), search.audit_subject)
    _looked(request, search)
    return render(request, "transcription/search/saved/hits.html", context)


@require_safe
def saved_search_open(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Ask it on the search page."""
    search = access_saved_search(request.membership, uuid)
    _looked(request, search)
    return redirect(search_page(search))


def remember_deleted(request: DepartmentRequest, search: SavedSearch) -> None:
    """For the list that comes next."""
    request.session[_KEY] = {"name": search.name, "uuid": str(search.uuid)}


def _looked(request: DepartmentRequest, search: SavedSearch) -> None:
    mark_looked(search, request.membership)
    mark_read(notices_of(request.membership).filter(saved_search=search))


def search_page(search: SavedSearch) -> str:
    """Where it is asked, and can be asked otherwise."""
    kwargs = {"department": search.department.slug}
    address = reverse("transcription:search", kwargs=kwargs)
    return f"{address}?{search.question}&{urlencode({'saved': str(search.uuid)})}"


def _said(request: DepartmentRequest, search: SavedSearch) -> str:
    """What of the question is found in a transcript."""
    try:
        question = question_of(search.question, request.membership)
    except Refused:
        return ""
    words = [
        question.typed[slice(*words.span)].strip('"“”「」『』＂')
        for words in words_of(question.tree)
    ]
    return " ".join(dict.fromkeys(words))
