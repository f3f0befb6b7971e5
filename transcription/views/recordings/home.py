"""The first page after the login."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from transcription.models.runs import JobState
from transcription.services.recordings.home import home_of


@require_safe
@requires(Capability.READ)
def home(request: DepartmentRequest) -> HttpResponse:
    """What is new, what failed, what waits to be checked, and one's own."""
    mine = {"uploader": request.membership.user.username}
    failed = {"status": JobState.FAILED.value}
    if not request.membership.can(Capability.READ_PRIVATE):
        failed |= mine  # as the list shows
    context = {
        "home": home_of(request.membership),
        "today_query": urlencode({"uploaded_since": timezone.localdate().isoformat()}),
        "my_query": urlencode(mine),
        "failed_query": urlencode(failed),
    }
    return render(request, "transcription/recordings/home/index.html", context)
