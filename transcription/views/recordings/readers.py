"""Who read or played a recording, for supervisors and auditors."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from transcription.access.recordings import access_recording
from transcription.services.readers.people import heard_by, readers

PAGE_SIZE = 50


@require_safe
def recording_readers(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    found = access_recording(request.membership, uuid, Capability.VIEW_READERS)
    page = Paginator(readers(found), PAGE_SIZE).get_page(request.GET.get("page"))
    heard = heard_by(found, page.object_list)
    context = {"recording": found, "page": page, "heard": heard}
    return render(request, "transcription/recordings/readers.html", context)
