"""What stands around a search's results: what it is narrowed to, by what else it could
be, the order, and how many places there are."""

from django.core.signing import BadSignature
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http.activity import polled
from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from transcription.forms.search import SearchForm
from transcription.forms.search_chips import search_chips
from transcription.forms.search_facets import shown_facets
from transcription.forms.search_links import kept, read_signed, signed
from transcription.services.search.searching import SearchPage, count_places


def narrowing(
    request: DepartmentRequest, form: SearchForm, page: SearchPage | None
) -> dict[str, object]:
    """For the template of the page; without ``page`` nothing was found or asked."""
    chips = search_chips(form)
    is_open = page is not None and page.places is None
    wants_places = is_open and form.cursor() is None
    return {
        "chips": chips,
        "clear": request.path if len(chips) > 1 else "",
        "facets": list(shown_facets(form, page.facets, page.total)) if page else [],
        "asked": signed(request.membership, request.GET) if wants_places else "",
        "kept": kept(request.GET, "sort"),
    }


@polled
@require_safe
@requires(Capability.SEARCH)
def search_places(request: DepartmentRequest) -> HttpResponse:
    """Into a page of results: the number of places, of a search that was just made."""
    try:
        asked = read_signed(request.membership, request.GET.get("of", ""))
    except BadSignature:
        raise Http404 from None
    form = SearchForm(asked, membership=request.membership)
    places = count_places(
        membership=request.membership,
        query=form.query,
        filters=form.filters(),
        by_sound=form.by_sound,
    )
    return render(request, "transcription/search/_places.html", {"page": places})
