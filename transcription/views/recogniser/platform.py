"""The recogniser, for platform admins: workers, speed, queues, and what they order."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http.activity import polled
from accounts.http.guards import platform_admins_only
from accounts.http.requests import UserRequest
from accounts.services.audit.writing import origin_of
from transcription.access.recogniser import access_engine_worker
from transcription.forms.recogniser import EngineRequestForm, PauseForm
from transcription.services.kinds import KINDS, resume_intake
from transcription.services.recogniser.load.queue_lines import chore_lines
from transcription.services.recogniser.load.speed import SPANS, speed_over_time
from transcription.services.recogniser.orders import ask_worker
from transcription.services.recogniser.status import engine_status
from transcription.services.recogniser.workers import (
    batch_settings,
    loadable_engines,
    worker_lines,
)
from transcription.services.runs.queue.pause import pause_intake
from transcription.services.watching.holding import folder_lines


@require_safe
@platform_admins_only
def engine(request: UserRequest) -> HttpResponse:
    """Everything about it on one page; ``?span=month`` draws thirty days."""
    return _page(request, PauseForm(), HTTPStatus.OK)


def _page(request: UserRequest, form: PauseForm, status: HTTPStatus) -> HttpResponse:
    span = request.GET.get("span", "")
    context = {
        **_workers(),
        "engine": engine_status(KINDS),
        "chores": chore_lines(KINDS),
        "speed": speed_over_time(
            span if span in SPANS else SPANS[0], request.GET.get("model", "")
        ),
        "settings": batch_settings(),
        "watch_folders": folder_lines(),
        "pause_form": form,
    }
    return render(
        request, "transcription/recogniser/platform.html", context, status=status
    )


def _workers() -> dict[str, object]:
    return {"workers": worker_lines(KINDS), "loadable": loadable_engines()}


@polled
@require_safe
@platform_admins_only
def engine_workers(request: UserRequest) -> HttpResponse:
    """The workers' table as a fragment that asks again."""
    return render(request, "transcription/recogniser/_workers.html", _workers())


@require_POST
@platform_admins_only
def engine_request(request: UserRequest, worker_id: int) -> HttpResponseBase:
    """Ask a worker to load, unload or clear."""
    worker = access_engine_worker(request.user, worker_id)
    form = EngineRequestForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This is nothing that a worker can be asked for."))
    elif ask_worker(
        worker=worker,
        action=form.cleaned_data["action"],
        language=form.cleaned_data["language"],
        origin=origin_of(request),
    ):
        messages.success(request, _("Requested. The worker does it between two tasks."))
    else:
        messages.info(request, _("The same request is waiting already."))
    return redirect("platform:engine")


@require_POST
@platform_admins_only
def intake_pause(request: UserRequest) -> HttpResponseBase:
    """Workers claim nothing from now on."""
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    pause_intake(origin=origin_of(request), reason=form.cleaned_data["reason"])
    messages.success(request, _("Paused. Uploads are accepted and wait."))
    return redirect("platform:engine")


@require_POST
@platform_admins_only
def intake_resume(request: UserRequest) -> HttpResponseBase:
    """Workers claim again."""
    resume_intake(origin=origin_of(request))
    messages.success(request, _("Workers take what waits."))
    return redirect("platform:engine")
