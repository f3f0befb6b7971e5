"""The way from a search's results to a recording and back: its address carries what was
asked, as ``in.q``, ``in.tag`` and so on, and nothing else of where it leads."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.recordings import access_recording
from transcription.forms.search import SearchForm
from transcription.models.recordings import Recording
from transcription.services.search.hits import Hit
from transcription.services.search.inside import Inside, found_inside, neighbour
from transcription.services.search.searching import Cursor

PREFIX: Final = "in."
_LONGEST: Final = 4_000  # characters of an address; a question has 500 at most
# Not of the question: where a page's further hits begin, and what the builder sent.
_NOT_CARRIED: Final = ("at",)
_NO_MORE: Final = {
    "next": _("This is the last recording of the results."),
    "previous": _("This is the first recording of the results."),
}


def carried(given: QueryDict) -> str:
    """What a link to a recording takes along of the search's address. Further hits of a
    recording that were fetched into a page lead back to the ``page``."""
    asked = {n: str(value) for n, value in given.items() if n not in _NOT_CARRIED}
    if "page" in given:
        asked.pop("recording", None)
        asked["after"], _dot, asked["skip"] = asked.pop("page").partition(".")
    kept = {name: value for name, value in asked.items() if value}
    return urlencode({f"{PREFIX}{name}": value for name, value in kept.items()})


def page_of(given: QueryDict) -> str:
    """The page that further hits are fetched into, as their address says it."""
    return f"{given.get('after', '')}.{given.get('skip', '')}"


def _place(page: Cursor | None) -> dict[str, str]:
    if page is None:
        return {"after": "", "skip": ""}
    return {"after": str(page.recording), "skip": str(page.skipped or "")}


def asked_before(request: DepartmentRequest) -> QueryDict:
    """What was carried here, under its own names; empty for who came otherwise."""
    asked = QueryDict(mutable=True)
    for name, value in request.GET.items():
        if name.startswith(PREFIX):
            asked[name.removeprefix(PREFIX)] = str(value)
    return asked if len(asked.urlencode()) <= _LONGEST else QueryDict()


@dataclass(frozen=True, slots=True)
class Way:
    """Where one can go from a recording of the results. ``number`` is the hit's, from
    1; addresses that lead nowhere are empty."""

    back: str
    inside: Inside | None
    number: int | None = None
    previous_hit: str = ""
    next_hit: str = ""
    previous_recording: str = ""
    next_recording: str = ""

    @property
    def total(self) -> int:
        return len(self.inside.matches) if self.inside else 0

    @property
    def said(self) -> str:
        """To find it in the transcript."""
        return self.inside.said if self.inside else ""


def way_of(request: DepartmentRequest, recording: Recording) -> Way | None:
    """The way back, for who came from results."""
    asked = asked_before(request)
    form = SearchForm(asked, membership=request.membership)
    if not form.query or not request.membership.can(Capability.SEARCH):
        return None
    slug = request.department.slug
    search = reverse("transcription:search", kwargs={"department": slug})
    back = f"{search}?{asked.urlencode()}#found-{recording.uuid}"
    try:
        inside = found_inside(
            membership=request.membership,
            origin=origin_of(request),
            query=form.query,
            recording=recording,
            by_sound=form.by_sound,
        )
    except Refused:
        return Way(back, None)
    way = Way(back, inside)
    if not form.value("recording"):
        way = replace(
            way,
            previous_recording=_step(slug, recording, "previous", asked),
            next_recording=_step(slug, recording, "next", asked),
        )
    return _way(request, recording, asked, way)


def _way(
    request: DepartmentRequest, recording: Recording, asked: QueryDict, way: Way
) -> Way:
    """With the hits beside the one that was opened; behind the last is the next
    recording's first."""
    inside = way.inside or Inside(recording.pk)
    number = inside.number_of(_index(request))
    here = -1 if number is None else number
    beside = inside.hits([here - 1, here + 1])
    slug = request.department.slug
    links = {at: hit_link(slug, recording, hit, asked) for at, hit in beside.items()}
    last = f"{way.previous_recording}&hit=last" if way.previous_recording else ""
    return replace(
        way,
        number=None if number is None else number + 1,
        previous_hit=links.get(here - 1, last),
        next_hit=links.get(here + 1, way.next_recording),
    )


def _index(request: DepartmentRequest) -> int | None:
    given = request.GET.get("hit", "")
    return int(given) if given.isdecimal() and len(given) < 8 else None


def _step(slug: str, recording: Recording, to: str, asked: QueryDict) -> str:
    kwargs = {"department": slug, "uuid": recording.uuid, "to": to}
    address = reverse("transcription:search_step", kwargs=kwargs)
    return f"{address}?{asked.urlencode()}"


def hit_link(slug: str, recording: Recording, hit: Hit | None, asked: QueryDict) -> str:
    """A recording of the results, at a hit."""
    kwargs = {"department": slug, "uuid": recording.uuid}
    address = reverse("transcription:recording", kwargs=kwargs)
    if hit is None:
        return f"{address}?{carried(asked)}"
    place = f"t={hit.start_ms / 1000:g}&hit={hit.index}"
    return f"{address}?{place}&{carried(asked)}#s{hit.segment.pk}"


@require_safe
@requires(Capability.SEARCH)
def search_step(request: DepartmentRequest, uuid: UUID, to: str) -> HttpResponse:
    """To the next recording of the results, or the one before, at its first hit (or
    with ``hit=last`` at its last); where there is none, back to this one."""
    found = access_recording(request.membership, uuid, Capability.READ)
    if to not in _NO_MORE:
        raise Http404
    asked = request.GET.copy()
    is_last = asked.pop("hit", [""])[-1] == "last"
    form = SearchForm(asked, membership=request.membership)
    slug = request.department.slug
    try:
        beside = neighbour(
            membership=request.membership,
            origin=origin_of(request),
            query=form.query,
            filters=form.filters(),
            order=form.order,
            page=form.cursor(),
            recording=found,
            is_next=to == "next",
            by_sound=form.by_sound,
        )
    except Refused:
        return redirect(
            f"{reverse('transcription:search', args=[slug])}?{asked.urlencode()}"
        )
    if beside is None:
        messages.info(request, _NO_MORE[to])
        return redirect(hit_link(slug, found, None, asked))
    for name, value in _place(beside.page).items():
        asked[name] = value
    number = len(beside.inside.matches) - 1 if is_last else 0
    hit = beside.inside.hits([number]).get(number)
    return redirect(hit_link(slug, beside.recording, hit, asked))
