"""``…/recordings/``: the archive, one recording, its details, the trash."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.recordings import access_recording, access_recording_to_edit
from transcription.api.jobs import caller
from transcription.api.schema import problems
from transcription.api.v1.department import DepartmentView
from transcription.api.v1.paging import asked, page_schema
from transcription.api.v1.recordings.fields import (
    RecordingChangeSerializer,
    RecordingQuery,
    RecordingSerializer,
    TrashQuery,
    filters_of,
    one,
    page_of_recordings,
)
from transcription.api.v1.recordings.upload import UploadSerializer, take_upload
from transcription.api.v1.versions import ETAG, IF_MATCH, seen_version
from transcription.services.recordings.archive import archive, trashed
from transcription.services.recordings.details import details_version, edit_recording
from transcription.services.recordings.keeping import restore_recording, trash_recording


class RecordingsView(DepartmentView):
    """The archive, and what comes into it."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="recordings",
        description=_(
            "The department's recordings that the key may know of, with the filters "
            "of the page."
        ),
        parameters=[RecordingQuery],
        responses={
            200: page_schema(RecordingSerializer),
            **problems(400, 401, 403, 404, 429),
        },
    )
    def get(self, request: Request) -> Response:
        membership = caller(request)
        require(membership, Capability.READ)
        query = asked(RecordingQuery, request)
        found = archive(membership, filters_of(request, membership))
        return Response(page_of_recordings(request, found, query))

    @extend_schema(
        operation_id="recording_upload",
        description=_(
            "Keep a recording and order its transcription. The file that the "
            "department has already is not kept twice: that recording is the answer."
        ),
        parameters=[ETAG],
        request={"multipart/form-data": UploadSerializer},
        responses={
            200: RecordingSerializer,
            201: RecordingSerializer,
            **problems(400, 401, 403, 404, 413, 415, 429, 507),
        },
    )
    def post(self, request: Request) -> HttpResponseBase:
        return take_upload(request)


class TrashView(DepartmentView):
    """The trash."""

    @extend_schema(
        operation_id="trash",
        description=_("What was deleted and can be brought back."),
        parameters=[TrashQuery],
        responses={
            200: page_schema(RecordingSerializer),
            **problems(400, 401, 403, 404, 429),
        },
    )
    def get(self, request: Request) -> Response:
        membership = caller(request)
        require(membership, Capability.READ)
        query = asked(TrashQuery, request)
        found = trashed(membership).prefetch_related("tags")
        return Response(page_of_recordings(request, found, query))


class RecordingView(DepartmentView):
    """One recording."""

    @extend_schema(
        operation_id="recording",
        description=_("What is known about the recording."),
        parameters=[ETAG],
        responses={200: RecordingSerializer, **problems(401, 403, 404, 429)},
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        found = access_recording(caller(request), uuid, Capability.READ)
        return one(request, found)

    @extend_schema(
        operation_id="recording_change",
        description=_(
            "Change what is known about the recording. What is left out stays as it is."
        ),
        parameters=[IF_MATCH, ETAG],
        request=RecordingChangeSerializer,
        responses={
            200: RecordingSerializer,
            **problems(400, 401, 403, 404, 409, 412, 415, 428, 429),
        },
    )
    def patch(self, request: Request, uuid: UUID) -> HttpResponseBase:
        membership = caller(request)
        found = access_recording_to_edit(membership, uuid)
        version = seen_version(request, details_version(found))
        change = RecordingChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        edit_recording(
            recording=found,
            origin=origin_of(request),
            details=change.details(found),
            version=version,
        )
        return one(request, access_recording(membership, uuid, Capability.READ))

    @extend_schema(
        operation_id="recording_delete",
        description=_("Move the recording to the trash; its job is stopped."),
        responses={
            204: OpenApiResponse(description=_("It is in the trash.")),
            **problems(401, 403, 404, 429),
        },
    )
    def delete(self, request: Request, uuid: UUID) -> Response:
        membership = caller(request)
        found = access_recording_to_edit(membership, uuid)
        trash_recording(
            recording=found, membership=membership, origin=origin_of(request)
        )
        return Response(status=HTTPStatus.NO_CONTENT)


class RestoreView(DepartmentView):
    """Out of the trash."""

    @extend_schema(
        operation_id="recording_restore",
        description=_(
            "Bring the recording back from the trash; what the deletion stopped goes "
            "on."
        ),
        parameters=[ETAG],
        request=None,
        responses={200: RecordingSerializer, **problems(401, 403, 404, 429)},
    )
    def post(self, request: Request, uuid: UUID) -> HttpResponseBase:
        membership = caller(request)
        found = access_recording_to_edit(membership, uuid, trashed=True)
        if not restore_recording(recording=found, origin=origin_of(request)):
            raise Http404  # somebody was quicker
        return one(request, access_recording(membership, uuid, Capability.READ))
