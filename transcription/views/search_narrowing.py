"""What stands around a search's results: what it is narrowed to, by what else it could
be, the order, and how much there is in all."""

from django.core.signing import BadSignature
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http.activity import polled
from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.forms.search import SearchForm
from transcription.forms.search_chips import search_chips
from transcription.forms.search_facets import ShownFacet, shown_facets
from transcription.forms.search_links import address_of, kept, read_signed, signed
from transcription.services.search.elsewhere import count_elsewhere, other_memberships
from transcription.services.search.overview import Overview, count_places, overview
from transcription.services.search.searching import SearchPage
from transcription.views.search_hints import voice_hints

# In the address of a page that counts before it is shown: nothing is fetched into it.
COUNTED = "counted"


def narrowing(
    request: DepartmentRequest, form: SearchForm, page: SearchPage | None
) -> dict[str, object]:
    """For the template of the page; without ``page`` nothing was found or asked."""
    chips = search_chips(form)
    around: dict[str, object] = {
        "chips": chips,
        "clear": request.path if len(chips) > 1 else "",
        "kept": kept(request.GET, "sort"),
    }
    if page is None or page.is_empty or form.value("recording"):
        return around
    around["asked"] = signed(request.membership, request.GET)
    if COUNTED in request.GET:
        found = _overview(request, form)
        return around | {"overview": found, "facets": _facets(form, found)}
    return around | {"counted": address_of(request.GET, **{COUNTED: "on"})}


def _overview(request: DepartmentRequest, form: SearchForm) -> Overview:
    return overview(
        membership=request.membership,
        query=form.query,
        filters=form.filters(),
        by_sound=form.by_sound,
    )


def _facets(form: SearchForm, found: Overview) -> list[ShownFacet]:
    return list(shown_facets(form, found.facets, found.total))


@polled
@require_safe
@requires(Capability.SEARCH)
def search_overview(request: DepartmentRequest) -> HttpResponse:
    """Into a page of results: by what they can be narrowed, and where the page does not
    know it (``count``) how many there are, of a search that was just made."""
    form = _asked_form(request)
    found = _overview(request, form)
    context = {
        "form": form,
        "page": found,
        "facets": _facets(form, found),
        "asked": request.GET["of"],
        "counts": "count" in request.GET,
        "others": other_memberships(request.membership),
        "voices": voice_hints(request, form),
        "by_sound": address_of(form.data, sound="on"),
    }
    return render(request, "transcription/search/_overview.html", context)


@polled
@require_safe
@requires(Capability.SEARCH)
def search_places(request: DepartmentRequest) -> HttpResponse:
    """Into a page of results: the number of places, of a search that was just made."""
    form = _asked_form(request)
    places = count_places(
        membership=request.membership,
        query=form.query,
        filters=form.filters(),
        by_sound=form.by_sound,
    )
    return render(request, "transcription/search/_places.html", {"page": places})


@require_safe
@requires(Capability.SEARCH)
def search_elsewhere(request: DepartmentRequest) -> HttpResponse:
    """Into the facets, when somebody asks for it: how many recordings the same question
    finds in the person's other departments."""
    form = _asked_form(request)
    found = count_elsewhere(
        membership=request.membership,
        origin=origin_of(request),
        query=form.query,
        filters_of=lambda other: SearchForm(form.data, membership=other).filters(),
        by_sound=form.by_sound,
    )
    query = address_of(form.data, "recording", "saved")
    context = {"found": found, "query": query}
    return render(request, "transcription/search/facets/_elsewhere.html", context)


def _asked_form(request: DepartmentRequest) -> SearchForm:
    """What the page of results was asked, or 404."""
    try:
        asked = read_signed(request.membership, request.GET.get("of", ""))
    except BadSignature:
        raise Http404 from None
    return SearchForm(asked, membership=request.membership)
