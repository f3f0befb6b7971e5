"""What was thrown away, and for how long it can be brought back."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.recordings import (
    access_recording,
    access_recording_to_edit,
    may_edit,
)
from transcription.services.recordings.archive import trashed
from transcription.services.recordings.keeping import purge_recording, restore_recording

PAGE_SIZE = 25


@require_safe
@requires(Capability.READ)
def trash(request: DepartmentRequest) -> HttpResponse:
    """The department's trash, as much of it as the person may know of; each may
    restore what they may delete."""
    page = Paginator(trashed(request.membership), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    kept = timedelta(days=settings.TRASH_DAYS)
    rows = [
        (found, found.deleted_at and found.deleted_at + kept, may_restore)
        for found in page.object_list
        for may_restore in [may_edit(request.membership, found)]
    ]
    context = {"page": page, "rows": rows, "days": settings.TRASH_DAYS}
    return render(request, "transcription/recordings/archive/trash.html", context)


@require_POST
def restore(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Back into the archive; ``page`` is the page of the trash to come back to."""
    found = access_recording_to_edit(request.membership, uuid, trashed=True)
    if not restore_recording(recording=found, origin=origin_of(request)):
        raise Http404  # somebody was quicker
    messages.success(
        request, _("“%(title)s” is back in the archive.") % {"title": found.title}
    )
    slug = request.department.slug
    if "page" in request.GET:  # from the trash, where the next one is restored
        listed = reverse("transcription:trash", args=[slug])
        return redirect(f"{listed}?{request.GET.urlencode()}")
    return redirect("transcription:recording", department=slug, uuid=uuid)


@require_http_methods(["GET", "HEAD", "POST"])
def purge(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Remove a trashed recording for good; asks first, on a page of its own."""
    found = access_recording(request.membership, uuid, Capability.PURGE, trashed=True)
    if request.method != "POST":
        return render(
            request, "transcription/recordings/archive/purge.html", {"recording": found}
        )
    if not purge_recording(recording=found, origin=origin_of(request)):
        raise Http404  # somebody was quicker
    messages.success(
        request, _("“%(title)s” was removed for good.") % {"title": found.title}
    )
    return redirect("transcription:trash", department=request.department.slug)
