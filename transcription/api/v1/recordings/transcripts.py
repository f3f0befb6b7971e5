"""``…/transcript/`` and ``…/segments/``: the current text of a recording, read and
corrected."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.recordings import access_recording
from transcription.access.transcripts import (
    access_segment,
    access_segment_to_read,
    current_transcript,
)
from transcription.api.errors import Problem
from transcription.api.jobs import caller, record_view
from transcription.api.schema import problems
from transcription.api.serializers import SegmentSerializer, join
from transcription.api.v1.department import DepartmentView
from transcription.api.v1.paging import NumberedPages, PageQuery, asked, page_schema
from transcription.api.v1.versions import ETAG, IF_MATCH, seen_version, versioned
from transcription.models.recordings import Recording
from transcription.models.transcripts import Punctuation, Segment, Speaker, Transcript
from transcription.services.transcripts.corrections import (
    TEXT_MAX,
    correct_segment,
    segment_version,
    transcript_version,
    undo_correction,
)


class SpeakerSerializer(serializers.ModelSerializer[Speaker]):
    """A voice: the machine's label, and the name that people gave it."""

    channel = serializers.IntegerField(min_value=0, max_value=1, allow_null=True)

    class Meta:
        model = Speaker
        fields = ["label", "name", "channel"]


class TranscriptSerializer(serializers.ModelSerializer[Transcript]):
    """A transcript without its segments."""

    recording = serializers.UUIDField(source="recording.uuid")
    job = serializers.UUIDField(source="job.uuid")
    engine = serializers.CharField(source="job.engine")
    model_name = serializers.CharField(source="job.model_name")
    punctuation = serializers.ChoiceField(choices=Punctuation.choices, allow_blank=True)
    speakers = SpeakerSerializer(many=True)
    text = serializers.SerializerMethodField(
        help_text=_("What people read: after ITN and edits.")
    )
    text_raw = serializers.SerializerMethodField(
        help_text=_("What the engine recognised.")
    )

    class Meta:
        model = Transcript
        fields = [
            *("uuid", "recording", "job", "engine", "model_name", "language"),
            *("punctuation", "created_at", "speakers", "text", "text_raw"),
        ]

    def get_text(self, transcript: Transcript) -> str:
        return join(transcript.segments.values_list("text", flat=True))

    def get_text_raw(self, transcript: Transcript) -> str:
        return join(transcript.segments.values_list("text_raw", flat=True))


class SentenceSerializer(SegmentSerializer):
    """A segment that can be corrected."""

    index = serializers.IntegerField(min_value=0)
    edited_by = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField(
        help_text=_("The version, for If-Match.")
    )

    class Meta:
        model = Segment
        fields = [
            *("id", "index", *SegmentSerializer.Meta.fields),
            *("confidence", "edited_at", "edited_by", "version"),
        ]

    def get_edited_by(self, segment: Segment) -> str | None:
        return segment.edited_by.username if segment.edited_by else None

    def get_version(self, segment: Segment) -> str:
        return segment_version(segment)


class CorrectionSerializer(serializers.Serializer[None]):
    """What a person heard."""

    text = serializers.CharField(max_length=TEXT_MAX)


class TranscriptView(DepartmentView):
    """The text as a whole."""

    @extend_schema(
        operation_id="transcript",
        description=_("The current text of the recording, and who speaks in it."),
        parameters=[ETAG],
        responses={200: TranscriptSerializer, **problems(401, 403, 404, 429)},
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        found = access_recording(caller(request), uuid, Capability.READ)
        transcript = transcript_to_read(request, found)
        response = Response(TranscriptSerializer(transcript).data)
        return versioned(request, response, transcript_version(transcript))


class SegmentsView(DepartmentView):
    """The text sentence by sentence."""

    @extend_schema(
        operation_id="segments",
        description=_("The segments of the current text, in the order in which said."),
        parameters=[PageQuery],
        responses={
            200: page_schema(SentenceSerializer),
            **problems(400, 401, 403, 404, 429),
        },
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        found = access_recording(caller(request), uuid, Capability.READ)
        asked(PageQuery, request)
        transcript = transcript_to_read(request, found)
        pages = NumberedPages("index")
        segments = transcript.segments.select_related("speaker", "edited_by")
        rows = pages.rows(segments, request)
        return Response(pages.answer(SentenceSerializer(rows, many=True).data))


class SegmentView(DepartmentView):
    """One sentence."""

    @extend_schema(
        operation_id="segment",
        description=_("A segment of the current text."),
        parameters=[ETAG],
        responses={200: SentenceSerializer, **problems(401, 403, 404, 429)},
    )
    def get(self, request: Request, uuid: UUID, segment_id: int) -> HttpResponseBase:
        segment = access_segment_to_read(caller(request), uuid, segment_id)
        record_view(request, segment.transcript.job)
        return _one(request, segment)

    @extend_schema(
        operation_id="segment_correct",
        description=_(
            "Put what was said in the place of what was recognised, which is kept. "
            "Searches, exports and later readers get the correction."
        ),
        parameters=[IF_MATCH, ETAG],
        request=CorrectionSerializer,
        responses={
            200: SentenceSerializer,
            **problems(400, 401, 403, 404, 412, 415, 428, 429),
        },
    )
    def patch(self, request: Request, uuid: UUID, segment_id: int) -> HttpResponseBase:
        membership = caller(request)
        segment = access_segment(membership, uuid, segment_id)
        version = seen_version(request, segment_version(segment))
        correction = CorrectionSerializer(data=request.data)
        correction.is_valid(raise_exception=True)
        correct_segment(
            segment=segment,
            membership=membership,
            origin=origin_of(request),
            text=correction.validated_data["text"],
            version=version,
        )
        return _one(request, access_segment(membership, uuid, segment_id))


class CorrectionView(DepartmentView):
    """What a person made of a sentence."""

    @extend_schema(
        operation_id="segment_undo",
        description=_("Bring back what the machine wrote."),
        parameters=[IF_MATCH, ETAG],
        responses={
            200: SentenceSerializer,
            **problems(401, 403, 404, 412, 428, 429),
        },
    )
    def delete(self, request: Request, uuid: UUID, segment_id: int) -> HttpResponseBase:
        membership = caller(request)
        segment = access_segment(membership, uuid, segment_id)
        version = seen_version(request, segment_version(segment))
        undo_correction(segment=segment, origin=origin_of(request), version=version)
        return _one(request, access_segment(membership, uuid, segment_id))


def transcript_to_read(request: Request, recording: Recording) -> Transcript:
    """The current one, with its trace in the audit log, or the problem that there is
    none."""
    found = current_transcript(recording)
    if found is None:
        raise Problem(
            HTTPStatus.NOT_FOUND, "no_transcript", _("There is no transcript yet.")
        )
    record_view(request, found.job)
    return found


def _one(request: Request, segment: Segment) -> HttpResponseBase:
    response = Response(SentenceSerializer(segment).data)
    return versioned(request, response, segment_version(segment))
