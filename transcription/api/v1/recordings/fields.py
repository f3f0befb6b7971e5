"""A recording as the API tells it, how a list is asked for, what can be changed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models.members import Membership
from transcription.api.jobs import caller
from transcription.api.v1.department import own_url
from transcription.api.v1.paging import PageQuery, link, wrong_cursor
from transcription.api.v1.versions import versioned
from transcription.forms.archive import SORTS, ArchiveForm
from transcription.forms.filters import STATUS_CHOICES, RecordingFilterForm
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Direction, Language, Recording, Tag
from transcription.models.runs import JobState
from transcription.services.jobs.options import CallDetails
from transcription.services.recordings.agents import agent_label
from transcription.services.recordings.archive import archive, with_jobs
from transcription.services.recordings.details import TAGS_MAX, details_version
from transcription.services.recordings.listing.paging import is_cursor, page_of
from transcription.services.recordings.listing.sorting import order_of
from transcription.services.search.filters import RecordingFilters

AGENT_MAX = 140  # as the page's field


class RecordingSerializer(serializers.ModelSerializer[Recording]):
    """What people know about a recording, and where its newest job stands."""

    url = serializers.SerializerMethodField()
    size_bytes = serializers.IntegerField(min_value=0)
    duration_ms = serializers.IntegerField(min_value=0, allow_null=True)
    channel_count = serializers.IntegerField(min_value=1, allow_null=True)
    sample_rate = serializers.IntegerField(min_value=1, allow_null=True)
    agent = serializers.CharField(source="agent_name")
    tags = serializers.SerializerMethodField()
    uploaded_by = serializers.SerializerMethodField()
    language = serializers.SerializerMethodField()
    job = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()

    class Meta:
        model = Recording
        fields = [
            *("uuid", "url", "title", "original_name", "media_format", "size_bytes"),
            *("duration_ms", "channel_count", "sample_rate", "language", "agent"),
            *("phone_number", "direction", "recorded_at", "tags", "is_private"),
            *("uploaded_by", "created_at", "deleted_at", "job", "state"),
        ]

    def get_url(self, recording: Recording) -> str:
        return recording_url(self.context["request"], recording)

    def get_tags(self, recording: Recording) -> list[str]:
        return [tag.name for tag in recording.tags.all()]

    def get_uploaded_by(self, recording: Recording) -> str | None:
        return recording.uploaded_by.username if recording.uploaded_by else None

    def get_language(self, recording: Recording) -> str | None:
        return getattr(recording, "language", None)

    def get_job(self, recording: Recording) -> str | None:
        job = self._job(recording)
        return str(job.uuid) if job else None

    def get_state(self, recording: Recording) -> JobState | None:
        job = self._job(recording)
        return JobState(job.state) if job else None

    def _job(self, recording: Recording) -> TranscriptionJob | None:
        jobs: dict[int, TranscriptionJob] = self.context["jobs"]
        return jobs.get(recording.pk)


def recording_url(request: Request, recording: Recording) -> str:
    """The recording's address on this server."""
    return own_url(request, "recording", recording.uuid)


def told(request: Request, recordings: Iterable[Recording]) -> list[dict[str, Any]]:
    """Recordings as the archive reads them, each with its newest job."""
    rows = with_jobs(recordings)
    jobs = {recording.pk: job for recording, job in rows if job}
    told = RecordingSerializer(
        [recording for recording, _job in rows],
        many=True,
        context={"request": request, "jobs": jobs},
    )
    return list(told.data)


def one(
    request: Request, recording: Recording, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponseBase:
    """The recording with its version, after its door."""
    document = told(request, [_listed(caller(request), recording)])[0]
    response = Response(document, status=status)
    return versioned(request, response, details_version(recording))


def _listed(membership: Membership, recording: Recording) -> Recording:
    """As the archive reads it."""
    found = archive(membership).filter(pk=recording.pk).first()
    if found is None:
        raise Http404  # thrown away meanwhile
    return found


class TrashQuery(PageQuery):
    """The order of a list of recordings."""

    sort = serializers.ChoiceField(
        required=False,
        default="-upload",
        choices=SORTS,
        help_text=_("The order; a minus turns it round."),
    )


class RecordingFilterQuery(serializers.Serializer[None]):
    """Which recordings: what the archive and the search have in common."""

    since = serializers.DateField(
        required=False, help_text=_("The call, else the upload, on this day or later.")
    )
    until = serializers.DateField(
        required=False,
        help_text=_("The call, else the upload, on this day or earlier."),
    )
    uploader = serializers.CharField(
        required=False, help_text=_("The user name of who uploaded it.")
    )
    agent = serializers.CharField(
        required=False,
        max_length=64,
        help_text=_("A part of the name of who took the call, or the user name."),
    )
    tag = serializers.CharField(
        required=False, max_length=Tag.NAME_MAX, help_text=_("The name of a tag.")
    )
    language = serializers.ChoiceField(
        required=False, choices=Language.choices, help_text=_("What is spoken.")
    )


class RecordingQuery(RecordingFilterQuery, TrashQuery):
    """The archive's filters, its order, and which page."""

    q = serializers.CharField(
        required=False,
        max_length=100,
        help_text=_("A part of the title or of the number."),
    )
    uploaded_since = serializers.DateField(
        required=False, help_text=_("Uploaded on this day or later.")
    )
    uploaded_until = serializers.DateField(
        required=False, help_text=_("Uploaded on this day or earlier.")
    )
    status = serializers.ChoiceField(
        required=False,
        choices=[(word, label) for word, label in STATUS_CHOICES if word],
        help_text=_("Where the newest job stands."),
    )


def filters_of(request: Request, membership: Membership) -> RecordingFilters:
    """The archive's, as the page reads them."""
    form = ArchiveForm(request.query_params, membership=membership)
    refuse_wrong(form)
    return form.filters()


def refuse_wrong(form: RecordingFilterForm) -> None:
    """A page ignores a filter that makes no sense and says so; a program must know."""
    if not form.is_valid():
        raise serializers.ValidationError(
            {
                name: [
                    exceptions.ErrorDetail(str(said), error.code or "invalid")
                    for error in errors
                    for said in error.messages
                ]
                for name, errors in form.errors.as_data().items()
            }
        )


def page_of_recordings(
    request: Request, recordings: QuerySet[Recording], query: dict[str, Any]
) -> dict[str, object]:
    """The archive's own pages: a cursor is the place of a row in an order."""
    order = order_of(query["sort"])
    asked = query.get("cursor", "")
    is_back, cursor = asked.startswith("-"), asked.removeprefix("-")
    if asked and not is_cursor(cursor, order):
        raise wrong_cursor()
    rows = page_of(
        recordings,
        order,
        size=query["limit"],
        before=cursor if is_back else "",
        after="" if is_back else cursor,
    )
    return {
        "next": link(request, rows.next),
        "previous": link(request, rows.previous and f"-{rows.previous}"),
        "results": told(request, rows.recordings),
    }


class CallFields(serializers.Serializer[None]):
    """What is said of a call, changed or sent with its sound. The years are those that
    survive the conversion to UTC."""

    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    phone_number = serializers.CharField(
        required=False, allow_blank=True, max_length=32
    )
    direction = serializers.ChoiceField(
        required=False, allow_blank=True, choices=Direction.choices
    )
    recorded_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        validators=[
            MinValueValidator(datetime(1900, 1, 1, tzinfo=UTC)),
            MaxValueValidator(datetime(2999, 12, 31, tzinfo=UTC)),
        ],
    )


class RecordingChangeSerializer(CallFields):
    """What people may change about a recording; all of it may be left out."""

    agent = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=AGENT_MAX,
        help_text=_(
            "Who took the call: a member's user name or name, or another name."
        ),
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=Tag.NAME_MAX),
        required=False,
        max_length=TAGS_MAX,
    )
    is_private = serializers.BooleanField(required=False)

    def details(self, recording: Recording) -> CallDetails:
        """The recording's details with what was sent in their place."""
        sent = self.validated_data
        return CallDetails(
            title=sent.get("title", recording.title),
            agent=sent.get("agent", agent_label(recording)),
            phone_number=sent.get("phone_number", recording.phone_number),
            direction=sent.get("direction", recording.direction),
            recorded_at=sent.get("recorded_at", recording.recorded_at),
            tags=tuple(sent.get("tags", (tag.name for tag in recording.tags.all()))),
            is_private=sent.get("is_private"),
        )
