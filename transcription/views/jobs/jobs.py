"""What the engine is doing with a recording: look, cancel, order again."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.http.activity import polled
from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.recordings import (
    access_recording,
    access_recording_to_edit,
    may_edit,
)
from transcription.access.transcripts import current_transcript
from transcription.forms.recordings import RetryForm
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.runs import JobState
from transcription.services.jobs.orders import cancel_job, retry_job
from transcription.services.recordings.archive import watched
from transcription.services.runs.errors import sentence

WATCH_MAX = 100


@polled
@require_safe
def job_status(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """The newest job as a fragment that asks again while it runs, or as JSON."""
    found = access_recording(request.membership, uuid, Capability.READ)
    job = found.jobs.first()
    if not request.accepts("text/html"):
        return JsonResponse(_as_json(job))
    context = {
        "recording": found,
        "job": job,
        "may_edit": may_edit(request.membership, found),
        "may_retry": may_edit(request.membership, found)
        and request.membership.can(Capability.UPLOAD),
        "options_form": RetryForm(recording=found),
        "transcript": current_transcript(found),
        "is_update": True,
    }
    return render(request, "transcription/jobs/_job.html", context)


def _as_json(job: TranscriptionJob | None) -> dict[str, object]:
    if job is None:
        return {"state": None}
    failed = bool(job.error_code)
    return {
        "state": job.state,
        "state_label": job.get_state_display(),
        "percent": job.progress_percent,
        "eta_ms": job.eta_ms,
        "is_active": job.is_active,
        "code": job.error_code,
        "message": sentence(job.error_code, job.error_detail) if failed else "",
    }


@polled
@require_safe
@requires(Capability.READ)
def job_states(request: DepartmentRequest) -> HttpResponse:
    """The cells of an archive page that waits: ``?watch=<uuid>,<uuid>…``."""
    uuids = _uuids(request.GET.get("watch", ""))
    rows = watched(request.membership, uuids)
    active = [r.uuid for r, job in rows if job and job.is_active]
    context = {"rows": rows, "watch": ",".join(map(str, active))}
    return render(request, "transcription/jobs/_states.html", context)


def _uuids(raw: str) -> list[UUID]:
    try:
        return [UUID(part) for part in raw.split(",")[:WATCH_MAX] if part]
    except ValueError:
        raise Http404 from None


@require_POST
def job_cancel(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Stop the newest job, at once or at its next progress report."""
    found = access_recording_to_edit(request.membership, uuid)
    job = _newest(found)
    if cancel_job(job=job, origin=origin_of(request)):
        if job.state == JobState.CANCELED:
            messages.info(request, _("The transcription was canceled."))
        else:
            messages.info(request, _("The transcription is being canceled."))
    return _back(request, uuid)


@require_POST
def job_retry(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Order a new job: with the same options, or with those of the form, which must be
    filled in when corrections would be lost."""
    found = access_recording_to_edit(request.membership, uuid)
    require(request.membership, Capability.UPLOAD)
    form = RetryForm(request.POST, recording=found)
    is_changed = "language" in request.POST or form.corrections > 0
    if is_changed and not form.is_valid():
        context = {"recording": found, "form": form}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "transcription/jobs/retry.html", context, status=status)
    retry_job(
        job=_newest(found),
        origin=origin_of(request),
        options=form.options() if is_changed else None,
    )
    messages.success(request, _("The recording is in the queue again."))
    return _back(request, uuid)


def _newest(recording: Recording) -> TranscriptionJob:
    job = recording.jobs.select_related("recording", "department").first()
    if job is None:
        raise Http404
    return job


def _back(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    slug = request.department.slug
    return redirect("transcription:recording", department=slug, uuid=uuid)
