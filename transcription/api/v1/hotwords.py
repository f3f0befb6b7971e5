"""``…/hotword-lists/``: what new jobs use, and the draft of it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.versions import version_of
from transcription.access.hotwords import (
    access_hotword_list,
    access_hotword_list_to_read,
    hotword_lists_of,
)
from transcription.api.jobs import caller
from transcription.api.schema import problems
from transcription.api.v1.department import DepartmentView, own_url
from transcription.api.v1.paging import NumberedPages, PageQuery, asked, page_schema
from transcription.api.v1.versions import ETAG, IF_MATCH, seen_version, versioned
from transcription.models.hotwords.lists import HotwordList, HotwordListVersion
from transcription.services.hotwords.drafts import draft_lines, published_versions
from transcription.services.hotwords.lists import AddReport, replace_words
from transcription.services.hotwords.overrides import lists_off
from transcription.services.hotwords.versions import NOTE_MAX, publish_list

LINES_MAX, LINE_MAX = 20_000, 300


class HotwordListSerializer(serializers.ModelSerializer[HotwordList]):
    """A list, and its last published version."""

    url = serializers.SerializerMethodField()
    is_company = serializers.SerializerMethodField(
        help_text=_("Whether it is the company's; only platform admins change those.")
    )
    is_used = serializers.SerializerMethodField(
        help_text=_("Whether the department's new jobs use it.")
    )
    number = serializers.SerializerMethodField(
        help_text=_("Of the version that new jobs use; null before the first.")
    )
    word_count = serializers.SerializerMethodField()
    change_count = serializers.IntegerField(
        min_value=0, help_text=_("By how many words the draft differs from it.")
    )

    class Meta:
        model = HotwordList
        fields = [
            *("uuid", "url", "name", "is_company", "is_used", "number"),
            *("word_count", "change_count", "created_at", "updated_at"),
        ]

    def get_url(self, hotword_list: HotwordList) -> str:
        return own_url(self.context["request"], "hotword_list", hotword_list.uuid)

    def get_is_company(self, hotword_list: HotwordList) -> bool:
        return hotword_list.department_id is None

    def get_is_used(self, hotword_list: HotwordList) -> bool:
        is_off = hotword_list.pk in self.context["off"]
        return hotword_list.is_enabled and not is_off and bool(self._of(hotword_list))

    def get_number(self, hotword_list: HotwordList) -> int | None:
        version = self._of(hotword_list)
        return version.number if version else None

    def get_word_count(self, hotword_list: HotwordList) -> int:
        version = self._of(hotword_list)
        return version.word_count if version else 0

    def _of(self, hotword_list: HotwordList) -> HotwordListVersion | None:
        versions: Mapping[int, HotwordListVersion] = self.context["versions"]
        return versions.get(hotword_list.pk)


class HotwordListWordsSerializer(HotwordListSerializer):
    """The same with the words of that version."""

    words = serializers.SerializerMethodField(
        help_text=_("“word|variant|variant”: the variants say how else people say it.")
    )

    class Meta(HotwordListSerializer.Meta):
        fields = [*HotwordListSerializer.Meta.fields, "words"]

    def get_words(self, hotword_list: HotwordList) -> list[str]:
        version = self._of(hotword_list)
        return list(version.lines) if version else []


class HotwordDraftSerializer(serializers.Serializer[None]):
    """All words of a draft."""

    words = serializers.ListField(
        child=serializers.CharField(max_length=LINE_MAX),
        max_length=LINES_MAX,
        help_text=_("“word|variant|variant”: the variants say how else people say it."),
    )


class HotwordProblemSerializer(serializers.Serializer[None]):
    """A word that was not taken."""

    text = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class SavedDraftSerializer(HotwordDraftSerializer):
    """The draft as it is now, and what was not taken."""

    problems = HotwordProblemSerializer(many=True)


class PublishSerializer(serializers.Serializer[None]):
    """What the version is about."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=NOTE_MAX)


class HotwordVersionSerializer(serializers.ModelSerializer[HotwordListVersion]):
    """What was published."""

    number = serializers.IntegerField(min_value=1)
    word_count = serializers.IntegerField(min_value=0)

    class Meta:
        model = HotwordListVersion
        fields = ["number", "word_count", "note", "published_at"]


class HotwordListsView(DepartmentView):
    """The department's lists and the company's."""

    @extend_schema(
        operation_id="hotword_lists",
        description=_("The hotword lists of the department and of the company."),
        parameters=[PageQuery],
        responses={
            200: page_schema(HotwordListSerializer),
            **problems(400, 401, 403, 404, 429),
        },
    )
    def get(self, request: Request) -> Response:
        membership = caller(request)
        require(membership, Capability.READ)
        asked(PageQuery, request)
        pages = NumberedPages("pk")
        rows = pages.rows(hotword_lists_of(membership), request)
        context = _context(request, rows)
        told = HotwordListSerializer(rows, many=True, context=context)
        return Response(pages.answer(told.data))


class HotwordListView(DepartmentView):
    """One list."""

    @extend_schema(
        operation_id="hotword_list",
        description=_("A list with the words that new jobs use."),
        responses={200: HotwordListWordsSerializer, **problems(401, 403, 404, 429)},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        found = access_hotword_list_to_read(caller(request), uuid)
        context = _context(request, [found])
        return Response(HotwordListWordsSerializer(found, context=context).data)


class HotwordDraftView(DepartmentView):
    """What people edit of a list."""

    @extend_schema(
        operation_id="hotword_draft",
        description=_(
            "The words of the draft, which no job uses before it is published."
        ),
        parameters=[ETAG],
        responses={200: HotwordDraftSerializer, **problems(401, 403, 404, 429)},
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        found = access_hotword_list(caller(request), uuid, Capability.READ)
        lines = draft_lines(found)
        return versioned(request, Response({"words": lines}), version_of(lines))

    @extend_schema(
        operation_id="hotword_draft_replace",
        description=_(
            "Make the draft these words. What cannot be a hotword is left out and told."
        ),
        parameters=[IF_MATCH, ETAG],
        request=HotwordDraftSerializer,
        responses={
            200: SavedDraftSerializer,
            **problems(400, 401, 403, 404, 412, 415, 428, 429),
        },
    )
    def put(self, request: Request, uuid: UUID) -> HttpResponseBase:
        found = access_hotword_list(caller(request), uuid, Capability.MANAGE_HOTWORDS)
        version = seen_version(request, version_of(draft_lines(found)))
        sent = HotwordDraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        report = replace_words(
            hotword_list=found,
            origin=origin_of(request),
            text="\n".join(sent.validated_data["words"]),
            version=version,
        )
        lines = draft_lines(found)
        told = {"words": lines, "problems": _problems(report)}
        return versioned(request, Response(told), version_of(lines))


class HotwordPublishView(DepartmentView):
    """The draft becomes what new jobs use."""

    @extend_schema(
        operation_id="hotword_publish",
        description=_("Make the draft what new jobs use; it becomes a version."),
        request=PublishSerializer,
        responses={
            201: HotwordVersionSerializer,
            **problems(400, 401, 403, 404, 409, 415, 429),
        },
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        found = access_hotword_list(caller(request), uuid, Capability.MANAGE_HOTWORDS)
        sent = PublishSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = publish_list(
            hotword_list=found,
            origin=origin_of(request),
            note=sent.validated_data.get("note", ""),
        )
        return Response(HotwordVersionSerializer(made).data, HTTPStatus.CREATED)


def _context(request: Request, lists: list[HotwordList]) -> dict[str, Any]:
    return {
        "request": request,
        "versions": published_versions(lists),
        "off": lists_off(caller(request).department),
    }


def _problems(report: AddReport) -> list[dict[str, str]]:
    return [
        {"text": one.text, "code": one.code, "detail": str(one.message)}
        for one in report.problems
    ]
