"""The department's recordings: filtered, in an order, page by page."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http.guards import requires
from accounts.http.preferences import remember
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from transcription.access.recordings import access_recording_to_edit
from transcription.forms.archive import ArchiveForm, presets
from transcription.models.recordings import Recording
from transcription.services.recordings.archive import archive as archived
from transcription.services.recordings.archive import with_jobs
from transcription.services.recordings.listing.paging import page_of
from transcription.services.recordings.listing.sorting import Order, Sort, order_of
from transcription.services.recordings.selection.choosing import MOST
from transcription.services.search.filters import tags_for
from transcription.views.recordings.outcomes import last_outcome

PAGE_SIZE = 50
DENSITIES = ("comfortable", "compact")
UNDO_OFFERED = "undo_offered"


@require_safe
@requires(Capability.READ)
def archive(request: DepartmentRequest) -> HttpResponseBase:
    """The list; ``?trashed=<uuid>`` offers to undo a deletion just made."""
    if request.GET.get("density") in DENSITIES:
        return _with_density(request)
    form = ArchiveForm(request.GET or None, membership=request.membership)
    order = order_of(request.GET.get("sort", ""))
    recordings = archived(request.membership, form.filters())
    page = page_of(
        recordings,
        order,
        size=PAGE_SIZE,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    rows = with_jobs(page.recordings)
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "total": recordings.count(),
        "at_once": MOST,
        "is_waiting": any(job and job.is_active for _recording, job in rows),
        "trashed": _just_trashed(request),
        "changed": last_outcome(request),
        "tags": tags_for(request.membership),
        "query": request.GET.urlencode(),
        "heads": {sort.value: _head(order, sort) for sort in Sort},
        **_filters(request, form),
    }
    return render(request, "transcription/recordings/archive/index.html", context)


def _filters(request: DepartmentRequest, form: ArchiveForm) -> dict[str, object]:
    """What is set, and what a click sets or takes away."""
    chosen = form.value("since"), form.value("until")
    return {
        "is_filtered": form.is_filtered,
        "chips": [(chip, _without(request, chip.name)) for chip in form.chips()],
        "clear": _without(request, *form.filter_names),
        "presets": [
            (preset, (preset.since, preset.until) == chosen)
            for preset in presets(timezone.localdate())
        ],
        "density": _density(request),
    }


@dataclass(frozen=True, slots=True)
class Head:
    """Of a column: the order after a click on it, and the one it has now, for ARIA."""

    after_click: str
    now: str


def _head(order: Order, sort: Sort) -> Head:
    now = "descending" if order.is_descending else "ascending"
    return Head(str(order.after_click(sort)), now if sort is order.sort else "")


def _without(request: DepartmentRequest, *names: str) -> str:
    """The list from its first row on, without these filters."""
    query = request.GET.copy()
    for name in ("before", "after", "trashed", *names):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}"


def _density(request: DepartmentRequest) -> str:
    chosen = request.COOKIES.get(settings.DENSITY_COOKIE_NAME, "")
    return chosen if chosen in DENSITIES else DENSITIES[0]


def _with_density(request: DepartmentRequest) -> HttpResponseBase:
    """The same list; the browser remembers how dense somebody wants it."""
    query = request.GET.copy()
    chosen = str(query.pop("density")[-1])
    response = redirect(f"{request.path}?{query.urlencode()}")
    remember(response, settings.DENSITY_COOKIE_NAME, chosen)
    return response


def _just_trashed(request: DepartmentRequest) -> Recording | None:
    """The recording of ``?trashed=``, once for each deletion: not on a reload."""
    try:
        uuid = UUID(request.GET.get("trashed", ""))
        found = access_recording_to_edit(request.membership, uuid, trashed=True)
    except (ValueError, Http404):
        return None
    offered = f"{uuid} {found.deleted_at}"
    if request.session.get(UNDO_OFFERED) == offered:
        return None
    request.session[UNDO_OFFERED] = offered
    return found
