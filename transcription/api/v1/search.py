"""``…/search/``: what was said, in the language of the search page."""

from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.api.jobs import caller
from transcription.api.schema import problems
from transcription.api.v1.department import DepartmentView
from transcription.api.v1.paging import CURSOR_MAX, asked, link, wrong_cursor
from transcription.api.v1.recordings.fields import (
    RecordingFilterQuery,
    recording_url,
    refuse_wrong,
)
from transcription.forms.search import ORDERS, SearchForm
from transcription.models.recordings import Recording
from transcription.search.highlight import SOUND, WRITTEN, Part
from transcription.search.language.parsing import MAX_LENGTH
from transcription.services.search.groups import AboutHit, Group
from transcription.services.search.hits import Hit
from transcription.services.search.searching import Cursor, search_segments

_FOUND: Final = {WRITTEN: "words", SOUND: "sound"}


class SearchQuery(RecordingFilterQuery):
    """What the search page can be asked."""

    q = serializers.CharField(
        max_length=MAX_LENGTH,
        help_text=_(
            "As typed on the page: words, “phrases”, OR, -without, NEAR/10s, tag:, "
            "agent:, speaker:, from:, to: and brackets."
        ),
    )
    sound = serializers.BooleanField(
        required=False, default=False, help_text=_("Also what sounds like it.")
    )
    recording = serializers.UUIDField(
        required=False, help_text=_("More hits of this recording only.")
    )
    sort = serializers.ChoiceField(
        required=False, choices=ORDERS, help_text=_("The order of the recordings.")
    )
    cursor = serializers.CharField(
        required=False,
        max_length=CURSOR_MAX,
        help_text=_("Where the page begins, as next says it."),
    )


class PartSerializer(serializers.Serializer[None]):
    """A piece of a text; ``found``: it is what was looked for."""

    text = serializers.CharField()
    found = serializers.ChoiceField(
        choices=[("words", _("as written")), ("sound", _("sounds alike"))],
        allow_null=True,
    )


class HitSerializer(serializers.Serializer[None]):
    """A segment in which something was found."""

    segment = serializers.IntegerField(min_value=0)
    index = serializers.IntegerField(min_value=0)
    start_ms = serializers.IntegerField(min_value=0)
    speaker = serializers.CharField()
    parts = PartSerializer(many=True)
    raw_parts = PartSerializer(many=True)


class AboutHitSerializer(serializers.Serializer[None]):
    """What is known about a recording, in which something was found."""

    field = serializers.ChoiceField(
        choices=[
            ("title", _("Title")),
            ("agent", _("Agent")),
            ("number", _("Number")),
            ("file", _("File name")),
        ]
    )
    parts = PartSerializer(many=True)


class FoundRecordingSerializer(serializers.ModelSerializer[Recording]):
    """Which recording it is."""

    url = serializers.URLField()
    agent = serializers.CharField(source="agent_name")

    class Meta:
        model = Recording
        fields = ["uuid", "url", "title", "agent", "recorded_at", "created_at"]


class FoundSerializer(serializers.Serializer[None]):
    """A recording with what was found in it."""

    recording = FoundRecordingSerializer()
    hit_count = serializers.IntegerField(min_value=0)
    hits = HitSerializer(many=True)
    about = AboutHitSerializer(many=True)


class SearchAnswerSerializer(serializers.Serializer[None]):
    """A page of results."""

    next = serializers.URLField(
        allow_null=True,
        help_text=_("The address of the page; null where there is none."),
    )
    total = serializers.IntegerField(
        min_value=0,
        allow_null=True,
        help_text=_("Of the recordings; null where it would cost too much to count."),
    )
    is_capped = serializers.BooleanField(
        help_text=_("There are more than were counted.")
    )
    results = FoundSerializer(many=True)


class SearchView(DepartmentView):
    """The department's recordings, searched."""

    @extend_schema(
        operation_id="search",
        description=_(
            "Recordings in which something was said or is known, ten a page, each with "
            "its first hits. The question is written into the audit log."
        ),
        parameters=[SearchQuery],
        responses={
            200: SearchAnswerSerializer,
            **problems(400, 401, 403, 404, 429),
        },
    )
    def get(self, request: Request) -> Response:
        membership = caller(request)
        require(membership, Capability.SEARCH)
        query = asked(SearchQuery, request)
        data = request.query_params.copy()
        data["sound"] = "on" if query["sound"] else ""
        form = SearchForm(data, membership=membership)
        refuse_wrong(form)
        page = search_segments(
            membership=membership,
            origin=origin_of(request),
            query=form.query,
            filters=form.filters(),
            cursor=_cursor(query.get("cursor", "")),
            order=form.order,
            by_sound=form.by_sound,
        )
        answer = {
            "next": link(request, _written(page.next)),
            "total": page.total,
            "is_capped": page.is_capped,
            "results": [_found(request, group) for group in page.groups],
        }
        return Response(answer)


def _cursor(text: str) -> Cursor | None:
    """As ``_written`` wrote it."""
    if not text:
        return None
    try:
        recording, index, skipped = text.split(".")
        found = Cursor(UUID(recording), _number(index), _number(skipped) or 0)
    except ValueError:
        raise wrong_cursor() from None
    return found


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise ValueError(text)
    return int(text)


def _written(cursor: Cursor | None) -> str:
    if cursor is None:
        return ""
    index = "" if cursor.index is None else cursor.index
    return f"{cursor.recording}.{index}.{cursor.skipped or ''}"


def _found(request: Request, group: Group) -> dict[str, Any]:
    recording = group.recording
    return {
        "recording": {
            "uuid": recording.uuid,
            "url": recording_url(request, recording),
            "title": recording.title,
            "agent": recording.agent_name,
            "recorded_at": recording.recorded_at,
            "created_at": recording.created_at,
        },
        "hit_count": group.hit_count,
        "hits": [_hit(hit) for hit in group.hits],
        "about": [_about(hit) for hit in group.about],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "segment": hit.segment.pk,
        "index": hit.index,
        "start_ms": hit.start_ms,
        "speaker": hit.speaker,
        "parts": _parts([*hit.lead, *hit.parts]),
        "raw_parts": _parts(hit.raw_parts),
    }


def _about(hit: AboutHit) -> dict[str, Any]:
    return {"field": hit.kind.name.lower(), "parts": _parts(hit.parts)}


def _parts(parts: list[Part]) -> list[dict[str, str | None]]:
    return [{"text": text, "found": _FOUND.get(mark)} for text, mark in parts]
