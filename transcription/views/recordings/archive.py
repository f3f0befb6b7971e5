"""The department's recordings, filtered, page by page."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from transcription.access.recordings import access_recording_to_edit
from transcription.forms.filters import ArchiveForm
from transcription.models.recordings import Recording
from transcription.services.recordings.archive import archive as archived
from transcription.services.recordings.archive import with_jobs

PAGE_SIZE = 25
UNDO_OFFERED = "undo_offered"


@require_safe
@requires(Capability.READ)
def archive(request: DepartmentRequest) -> HttpResponse:
    """The list; ``?trashed=<uuid>`` offers to undo a deletion just made."""
    form = ArchiveForm(request.GET or None, department=request.department)
    paginator = Paginator(archived(request.department, form.filters()), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    rows = with_jobs(page.object_list)
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "is_filtered": form.is_filtered,
        "is_waiting": any(job and job.is_active for _recording, job in rows),
        "trashed": _just_trashed(request),
    }
    return render(request, "transcription/recordings/archive/index.html", context)


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
