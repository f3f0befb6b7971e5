"""Which recogniser is running, for a department."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from transcription.services.kinds import KINDS
from transcription.services.recogniser.status import engine_status


@require_safe
@requires(Capability.READ)
def engine(request: DepartmentRequest) -> HttpResponse:
    """What runs, and how many wait."""
    context = {"engine": engine_status(KINDS)}
    return render(request, "transcription/recogniser/department.html", context)
