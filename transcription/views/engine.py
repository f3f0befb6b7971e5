"""Which recogniser is running, and for the platform how to get a better one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Capability
from accounts.http import (
    DepartmentRequest,
    UserRequest,
    platform_admins_only,
    requires,
)
from transcription.services.engine_status import engine_status


@require_safe
@requires(Capability.READ)
def engine(request: DepartmentRequest) -> HttpResponse:
    """What runs, and how many wait."""
    context = {"engine": engine_status()}
    return render(request, "transcription/engine.html", context)


@require_safe
@platform_admins_only
def platform_engine(request: UserRequest) -> HttpResponse:
    """The same with every model of the catalogue and the commands that install it."""
    context = {"engine": engine_status()}
    return render(request, "transcription/platform_engine.html", context)
