"""``/api/jobs/<uuid>``: where a job stands, cancelling it, trying it again."""

from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models.members import Membership
from accounts.models.tokens import ApiToken
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.jobs import access_job
from transcription.access.recordings import may_edit
from transcription.api.errors import Problem
from transcription.api.schema import problems
from transcription.api.serializers import (
    JobSerializer,
    ResultSerializer,
    finished_transcript,
    job_path,
)
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState
from transcription.services.jobs.orders import cancel_job, retry_job
from transcription.services.readers.noting import note_view
from transcription.services.runs.errors import sentence

RETRY_AFTER_SECONDS = "2"


class JobView(APIView):
    """One job."""

    @extend_schema(
        operation_id="job",
        description=_("Where the job stands; with the result when it has succeeded."),
        responses={**problems(401, 403, 404, 409, 429), 200: JobSerializer},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        """Where the job stands; with the result when it has succeeded."""
        job = access_job(caller(request), uuid, Capability.READ)
        if job.state == JobState.SUCCEEDED:
            record_view(request, job)
        return Response(JobSerializer(job, context={"request": request}).data)


class CancelView(APIView):
    """Stop a job."""

    @extend_schema(
        operation_id="job_cancel",
        description=_("Ask for the job to stop; one that has ended stays as it is."),
        request=None,
        responses={**problems(401, 403, 404, 409, 429), 202: JobSerializer},
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        """Ask for the job to stop; one that has ended stays as it is."""
        job = job_to_change(request, uuid)
        cancel_job(job=job, origin=origin_of(request))
        return accepted(request, job)


class RetryView(APIView):
    """Try a failed or canceled job again."""

    @extend_schema(
        operation_id="job_retry",
        description=_("Put the order into the queue again, with the same options."),
        request=None,
        responses={**problems(401, 403, 404, 409, 429), 202: JobSerializer},
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        """Put the order into the queue again, with the same options."""
        job = job_to_change(request, uuid)
        job = retry_job(job=job, origin=origin_of(request), notifies=False)
        return accepted(request, job)


def caller(request: Request) -> Membership:
    """Whom the token acts as."""
    return cast(ApiToken, request.auth).membership


def job_to_change(request: Request, uuid: UUID) -> TranscriptionJob:
    """One's own upload's job, or anybody's for those who may edit anything."""
    job = access_job(caller(request), uuid, Capability.UPLOAD)
    if not may_edit(caller(request), job.recording):
        raise PermissionDenied(Capability.EDIT_ANY)
    return job


def accepted(
    request: Request,
    job: TranscriptionJob,
    serializer: type[JobSerializer] = JobSerializer,
) -> Response:
    """202: the job and where to ask for it."""
    job.refresh_from_db()
    told = serializer(job, context={"request": request}).data
    headers = {"Location": told["job_url"], "Retry-After": RETRY_AFTER_SECONDS}
    return Response(told, status=HTTPStatus.ACCEPTED, headers=headers)


def answer(request: Request, job: TranscriptionJob) -> Response:
    """The result, 202 while there is none, or the problem that ended the job."""
    if job.is_active:
        return accepted(request, job)
    transcript = finished_transcript(job)
    if transcript is not None:
        record_view(request, job)
        return Response(ResultSerializer(transcript).data)
    raise end_without_text(request, job)


def end_without_text(request: Request, job: TranscriptionJob) -> Problem:
    """What to raise of a job that was canceled or has failed."""
    found = {
        "recording": str(job.recording.uuid),
        "job": str(job.uuid),
        "job_url": request.build_absolute_uri(job_path(job)),
    }
    if job.state == JobState.CANCELED:
        return Problem(
            HTTPStatus.CONFLICT, "canceled", _("The job was canceled."), **found
        )
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        job.error_code,
        sentence(job.error_code),
        **found,
    )


def purged() -> Problem:
    """What to raise when the recording went away while somebody waited for its text."""
    return Problem(HTTPStatus.GONE, "purged", _("The recording was removed meanwhile."))


def record_view(request: Request, job: TranscriptionJob) -> None:
    """A transcript left through the API: the audit trail says to whom."""
    note_view(recording=job.recording, origin=origin_of(request), through_api=job.uuid)
