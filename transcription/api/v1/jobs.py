"""``…/jobs/``: the department's orders to the recogniser."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.jobs import access_job, jobs_of
from transcription.api.jobs import accepted, caller, job_to_change
from transcription.api.schema import problems
from transcription.api.serializers import JobSerializer
from transcription.api.v1.department import DepartmentView, own_url
from transcription.api.v1.paging import NumberedPages, PageQuery, asked, page_schema
from transcription.models.jobs import TranscriptionJob
from transcription.models.runs import JobState
from transcription.services.jobs.orders import cancel_job, retry_job


class JobEntrySerializer(JobSerializer):
    """Where a job stands, without its text."""

    class Meta:
        model = TranscriptionJob
        fields = [name for name in JobSerializer.Meta.fields if name != "result"]

    result = None  # type: ignore[assignment]

    def get_job_url(self, job: TranscriptionJob) -> str:
        return own_url(self.context["request"], "job", job.uuid)


class JobQuery(PageQuery):
    """Which jobs."""

    recording = serializers.UUIDField(
        required=False, help_text=_("Of this recording only.")
    )
    state = serializers.ChoiceField(
        required=False, choices=JobState.choices, help_text=_("In this state only.")
    )


class JobsView(DepartmentView):
    """All jobs, the newest first."""

    @extend_schema(
        operation_id="jobs",
        description=_(
            "The jobs of the recordings that the key may know of, the newest first."
        ),
        parameters=[JobQuery],
        responses={
            200: page_schema(JobEntrySerializer),
            **problems(400, 401, 403, 404, 429),
        },
    )
    def get(self, request: Request) -> Response:
        membership = caller(request)
        require(membership, Capability.READ)
        query = asked(JobQuery, request)
        jobs = jobs_of(membership)
        if "recording" in query:
            jobs = jobs.filter(recording__uuid=query["recording"])
        if "state" in query:
            jobs = jobs.filter(state=query["state"])
        pages = NumberedPages()
        rows = pages.rows(jobs, request)
        return Response(pages.answer([_told(request, job) for job in rows]))


class DepartmentJobView(DepartmentView):
    """One job."""

    @extend_schema(
        operation_id="department_job",
        description=_("Where the job stands; its text is the recording's transcript."),
        responses={200: JobEntrySerializer, **problems(401, 403, 404, 429)},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        job = access_job(caller(request), uuid, Capability.READ)
        return Response(_told(request, job))


class DepartmentJobCancelView(DepartmentView):
    """Stop a job."""

    @extend_schema(
        operation_id="department_job_cancel",
        description=_("Ask for the job to stop; one that has ended stays as it is."),
        request=None,
        responses={202: JobEntrySerializer, **problems(401, 403, 404, 429)},
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        job = job_to_change(request, uuid)
        cancel_job(job=job, origin=origin_of(request))
        return accepted(request, job, JobEntrySerializer)


class DepartmentJobRetryView(DepartmentView):
    """Try a job again."""

    @extend_schema(
        operation_id="department_job_retry",
        description=_("Put the order into the queue again, with the same options."),
        request=None,
        responses={202: JobEntrySerializer, **problems(401, 403, 404, 409, 429)},
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        job = job_to_change(request, uuid)
        again = retry_job(job=job, origin=origin_of(request), notifies=False)
        return accepted(request, again, JobEntrySerializer)


def _told(request: Request, job: TranscriptionJob) -> dict[str, object]:
    return dict(JobEntrySerializer(job, context={"request": request}).data)
