"""``…/export/<format>/``: a transcript as a file."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.recordings import access_recording
from transcription.api.jobs import caller
from transcription.api.negotiation import AnyAccept
from transcription.api.schema import problems
from transcription.api.v1.department import DepartmentView
from transcription.api.v1.paging import asked
from transcription.api.v1.recordings.transcripts import transcript_to_read
from transcription.exports import FORMATS
from transcription.forms.exports import TEXTS
from transcription.services.recordings.exports import export_transcript

_FORMAT = OpenApiParameter(
    "fmt",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    enum=FORMATS,
    description=_("The format of the file."),
)
_TYPES = (
    *("text/plain", "application/x-subrip", "text/vtt", "text/csv"),
    "application/json",
)


class ExportQuery(serializers.Serializer[None]):
    """Which text."""

    text = serializers.ChoiceField(
        required=False,
        choices=TEXTS,
        help_text=_("normal: what people read; raw: what the engine recognised."),
    )


class ExportView(DepartmentView):
    """A transcript as a file."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        operation_id="export",
        description=_("The transcript as a file: TXT, SRT, VTT, CSV or JSON."),
        parameters=[_FORMAT, ExportQuery],
        responses={
            **{
                (200, content_type): OpenApiResponse(
                    OpenApiTypes.STR if "json" not in content_type else dict,
                    description=_("The file."),
                )
                for content_type in _TYPES
            },
            **problems(400, 401, 403, 404, 429),
        },
    )
    def get(self, request: Request, uuid: UUID, fmt: str) -> HttpResponse:
        found = access_recording(caller(request), uuid, Capability.READ)
        if fmt not in FORMATS:
            raise Http404
        query = asked(ExportQuery, request)
        exported = export_transcript(
            recording=found,
            transcript=transcript_to_read(request, found),
            origin=origin_of(request),
            fmt=fmt,
            raw=query.get("text") == "raw",
        )
        response = HttpResponse(exported.content, content_type=exported.content_type)
        name = f"{found.uuid}.{exported.extension}"
        response.headers["Content-Disposition"] = (
            content_disposition_header(as_attachment=True, filename=name) or ""
        )
        return response
