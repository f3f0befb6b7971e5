"""Where a recording has speech, with parameters that people may try out."""

from http import HTTPStatus
from uuid import UUID

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
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import require
from accounts.forms.conflicts import Conflict, conflict_of, conflict_status
from accounts.http.activity import polled
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.versions import ChangedMeanwhile
from transcription.access.recordings import access_recording
from transcription.access.speech import access_vad_run
from transcription.forms.speech import VadForm
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.models.speech import VadRun
from transcription.services.readers.noting import note_view
from transcription.services.recogniser.detectors import VadParameters
from transcription.services.speech.reading import (
    FORMATS,
    drawing_of,
    export_vad,
    regions_of,
    speech_ms,
)
from transcription.services.speech.runs import (
    cancel_vad,
    order_vad,
    parameters_of,
)
from transcription.services.speech.settings import (
    department_vad,
    keep_vad,
    parameters_for_jobs,
    reset_vad,
    vad_version,
)
from transcription.views.media.downloads import attachment
from transcription.views.media.player import media_url, start_seconds

PAGE_SIZE = 200
EARLIER_RUNS = 6


@require_http_methods(["GET", "HEAD", "POST"])
def vad(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """The newest run, or ``?run=``; a POST orders another one."""
    found = access_recording(request.membership, uuid, Capability.READ)
    if request.method == "POST":
        require(request.membership, Capability.UPLOAD)
        form = VadForm(request.POST, start=VadParameters())
        if form.is_valid():
            return _order(request, found, form)
        return _page(request, found, _shown(request, found), form)
    run = _shown(request, found)
    note_view(recording=found, origin=origin_of(request))
    initial = parameters_of(run) if run else parameters_for_jobs(request.department)
    version = vad_version(request.department)
    return _page(request, found, run, VadForm(None, start=initial, version=version))


def _order(
    request: DepartmentRequest, found: Recording, form: VadForm
) -> HttpResponseBase:
    try:
        run = order_vad(
            recording=found,
            origin=origin_of(request),
            parameters=form.parameters(),
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _page(request, found, _shown(request, found), form)
    return redirect(f"{_url(request, found)}?run={run.uuid}")


def _shown(request: DepartmentRequest, found: Recording) -> VadRun | None:
    if wanted := request.GET.get("run"):
        try:
            run_uuid = UUID(wanted)
        except ValueError:
            raise Http404 from None
        return access_vad_run(request.membership, found.uuid, run_uuid, Capability.READ)
    runs = VadRun.objects.filter(recording=found)
    return runs.select_related("recording", "department").first()


def _page(
    request: DepartmentRequest,
    found: Recording,
    run: VadRun | None,
    form: VadForm,
    conflict: Conflict | None = None,
) -> HttpResponse:
    regions = regions_of(run) if run and run.state == JobState.SUCCEEDED else []
    spoken = speech_ms(regions)
    runs = VadRun.objects.filter(recording=found).select_related("requested_by")
    context = {
        "recording": found,
        "run": run,
        "form": form,
        "conflict": conflict,
        "used": parameters_for_jobs(request.department),
        "kept": department_vad(request.department),
        "may_keep": request.membership.can(Capability.MANAGE_DEPARTMENT),
        "drawing": drawing_of(found, run),
        "page": Paginator(regions, PAGE_SIZE).get_page(request.GET.get("page")),
        "region_count": len(regions),
        "speech_ms": spoken,
        "has_channels": any(region.name for region in regions),
        "formats": FORMATS,
        "earlier": runs[:EARLIER_RUNS],
        "may_order": request.membership.can(Capability.UPLOAD),
        "media_url": media_url(request, found),
        "peaks": found.waveform,
        "lanes": _lanes(found),
        "start": start_seconds(request.GET.get("t", "")),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if conflict:
        status = conflict_status(request)
    return render(request, "transcription/speech/index.html", context, status=status)


def _lanes(found: Recording) -> list[dict[str, object]]:
    """The player's channels, in the colours of the drawing."""
    drawing = drawing_of(found, None)
    if drawing is None or len(drawing.lanes) < 2:
        return []
    return [{"name": lane.name, "colour": lane.colour} for lane in drawing.lanes]


@polled
@require_safe
def vad_status(request: DepartmentRequest, uuid: UUID, run: UUID) -> HttpResponse:
    """A fragment that asks again while the run is active; then the page is reloaded."""
    found = access_vad_run(request.membership, uuid, run, Capability.READ)
    if not found.is_active:
        return HttpResponseClientRefresh()
    context = {
        "run": found,
        "recording": found.recording,
        "may_order": request.membership.can(Capability.UPLOAD),
    }
    return render(request, "transcription/speech/_status.html", context)


@require_POST
def vad_cancel(request: DepartmentRequest, uuid: UUID, run: UUID) -> HttpResponseBase:
    """Stop a run, at once or after the window that is being looked at."""
    found = access_vad_run(request.membership, uuid, run, Capability.UPLOAD)
    if cancel_vad(run=found, origin=origin_of(request)):
        messages.info(request, _("The trial run is being canceled."))
    return redirect(f"{_url(request, found.recording)}?run={found.uuid}")


@require_POST
def vad_keep(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Every later job of the department cuts speech like this."""
    found = access_recording(request.membership, uuid, Capability.MANAGE_DEPARTMENT)
    if "theirs" in request.POST:  # of a conflict: what is stored stands
        return redirect(_url(request, found))
    form = VadForm(request.POST, start=VadParameters())
    if not form.is_valid():
        return _page(request, found, _shown(request, found), form)
    try:
        is_new = keep_vad(
            department=request.department,
            origin=origin_of(request),
            parameters=form.parameters(),
            version=form.cleaned_data["version"],
        )
    except ChangedMeanwhile as changed:
        theirs = VadForm(None, start=parameters_for_jobs(request.department))
        conflict = conflict_of(request, changed, form, theirs)
        return _page(request, found, _shown(request, found), form, conflict)
    if is_new:
        messages.success(request, _("New transcriptions of the department use this."))
    return redirect(_url(request, found))


@require_POST
def vad_reset(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Every later job of the department cuts speech as the portal does."""
    found = access_recording(request.membership, uuid, Capability.MANAGE_DEPARTMENT)
    if reset_vad(department=request.department, origin=origin_of(request)):
        messages.success(request, _("The portal's own values are used again."))
    return redirect(_url(request, found))


@require_safe
def vad_export(
    request: DepartmentRequest, uuid: UUID, run: UUID, fmt: str
) -> HttpResponseBase:
    """The regions as a file."""
    found = access_vad_run(request.membership, uuid, run, Capability.READ)
    if fmt not in FORMATS:
        raise Http404
    if found.state != JobState.SUCCEEDED:
        messages.info(request, _("There is nothing to export yet."))
        return redirect(f"{_url(request, found.recording)}?run={found.uuid}")
    exported = export_vad(run=found, origin=origin_of(request), fmt=fmt)
    response = HttpResponse(exported.content, content_type=exported.content_type)
    return attachment(response, f"{found.recording.title}.vad.{exported.extension}")


def _url(request: DepartmentRequest, found: Recording) -> str:
    kwargs = {"department": request.department.slug, "uuid": found.uuid}
    return reverse("transcription:vad", kwargs=kwargs)
