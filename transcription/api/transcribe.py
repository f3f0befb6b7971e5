"""``POST /api/transcribe``: a recording in, its text out, in one round trip."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import require
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.tokens import ApiToken
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.api.jobs import answer, caller, purged
from transcription.api.schema import problems
from transcription.api.serializers import (
    JobSerializer,
    ResultSerializer,
    TranscribeSerializer,
)
from transcription.api.waiting import wait_until_finished
from transcription.models.jobs import SpeakerCount, TranscriptionJob
from transcription.models.runs import JobQueue, JobState
from transcription.services.hotwords.for_jobs import words_for_job
from transcription.services.jobs.idempotency import (
    KeyedOrder,
    find_keyed_job,
    keep_key,
    keyed_order,
)
from transcription.services.jobs.orders import retry_job
from transcription.services.jobs.repeats import find_same_order
from transcription.services.media.uploads import HashedUpload
from transcription.services.recordings.keeping import (
    CallDetails,
    FindExisting,
    UploadOptions,
    upload_recording,
)
from transcription.services.speech.settings import vad_for_order


class TranscribeView(APIView):
    """Transcribe one recording."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="transcribe",
        description=_(
            "The text when it is there within the server's waiting time (30 s unless "
            "the administrator changed it), else 202 with the job's address. The same "
            "file with the same options is recognised once; sending it again answers "
            "from the first."
        ),
        request={"multipart/form-data": TranscribeSerializer},
        responses={
            200: ResultSerializer,
            202: OpenApiResponse(
                JobSerializer,
                description=_("Not finished yet: ask the job's address again."),
            ),
            **problems(400, 401, 403, 409, 413, 415, 422, 429, 507),
        },
    )
    def post(self, request: Request) -> Response:
        """The text when it is there within the server's waiting time (30 s unless the
        administrator changed it), else 202 with the job's address. The same file with
        the same options is recognised once; sending it again answers from the first."""
        require(caller(request), Capability.UPLOAD)
        form = TranscribeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        job = _ordered_job(request, form.validated_data)
        try:
            wait_until_finished(job, settings.API_WAIT_SECONDS)
        except TranscriptionJob.DoesNotExist:
            raise purged() from None
        return answer(request, job)


def _ordered_job(request: Request, asked: Mapping[str, Any]) -> TranscriptionJob:
    file = asked["audio"]
    return order(
        request,
        file,
        options_of(asked, caller(request).department),
        details=CallDetails(
            agent=asked.get("agent") or "", is_private=asked.get("private")
        ),
        asked={name: value for name, value in asked.items() if value is not file},
    )


def order(
    request: Request,
    file: HashedUpload,
    options: UploadOptions,
    *,
    details: CallDetails,
    asked: Mapping[str, object],
    told_again: timedelta = timedelta(0),
) -> TranscriptionJob:
    """The job that a call means, in any dialect: an earlier one for the same order, or
    a new one. What failed is tried again, unless it did so within ``told_again``.
    ``asked`` is what the caller said, for an ``Idempotency-Key``."""
    membership = caller(request)
    key = _key(request, file, asked)
    find_same = _find_same(membership, file, options)
    job = upload_recording(
        membership=membership,
        origin=origin_of(request),
        file=file,
        options=options,
        details=details,
        queue=JobQueue.INTERACTIVE,
        find_existing=lambda: (key and find_keyed_job(key, membership)) or find_same(),
    ).job
    if job.state == JobState.FAILED and not _ended_within(job, told_again):
        job = retry_job(job=job, origin=origin_of(request), notifies=False)
    if key is not None:
        keep_key(key, job)
    return job


def _key(
    request: Request, file: HashedUpload, asked: Mapping[str, object]
) -> KeyedOrder | None:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return None
    token = cast(ApiToken, request.auth)
    return keyed_order(token=token, key=key, sha256=file.sha256, asked=asked)


def _find_same(
    membership: Membership, file: HashedUpload, options: UploadOptions
) -> FindExisting:
    department = membership.department
    return partial(
        find_same_order,
        membership=membership,
        sha256=file.sha256,
        language=options.language,
        use_itn=options.use_itn,
        use_punctuation=options.use_punctuation,
        speakers=options.speakers,
        hotwords=words_for_job(
            department=department, list_uuids=None, extra=options.extra_hotwords
        ),
        vad=vad_for_order(department, options.vad),
    )


def _ended_within(job: TranscriptionJob, time: timedelta) -> bool:
    ended = job.finished_at
    return ended is not None and timezone.now() - ended < time


def options_of(asked: Mapping[str, Any], department: Department) -> UploadOptions:
    """What was asked for, and the department's defaults for the rest."""
    itn, punctuation = asked.get("itn"), asked.get("punctuation")
    if punctuation is None:
        punctuation = department.default_punctuation
    return UploadOptions(
        language=asked.get("language") or department.default_language,
        use_itn=department.default_itn if itn is None else itn,
        use_punctuation=punctuation,
        hotword_list_uuids=None,
        extra_hotwords=asked.get("hotwords") or (),
        speakers=asked.get("speakers") or SpeakerCount.OFF,
        notifies=False,
    )
