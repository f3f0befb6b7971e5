"""The OpenAPI document, the page that shows it, and what both need to know."""

from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers

from accounts.models.people import User
from transcription.api.problem import PROBLEM_TYPE
from transcription.api.v1 import words as v1_words

_PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(min_value=400, max_value=599),
        "code": serializers.CharField(
            help_text=_("Stable; the list is in docs/api.md.")
        ),
        "detail": serializers.CharField(help_text=_("A sentence for people.")),
    },
)


# Before any view: a head over 16 KB, and a database that is busy or away.
_ANYWHERE = (431, 503)


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """For a view's ``responses``: the problem documents that it may answer with."""
    return {
        (status, PROBLEM_TYPE): OpenApiResponse(
            _PROBLEM, description=_("A problem document (RFC 9457).")
        )
        for status in (*statuses, *_ANYWHERE)
    }


class SchemaView(SpectacularAPIView):  # type: ignore[misc]
    """The document. It names no department and no person, so everybody may read it."""

    authentication_classes = ()


# Swagger UI sets style attributes on its own elements and draws data: images.
@csp_update({"style-src": ["'unsafe-inline'"]})
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from our own static files, in the portal's frame for who has one."""
    is_known = isinstance(request.user, User)
    context = {
        "frame": "base.html" if is_known else "base_plain.html",
        "transcribe_url": request.build_absolute_uri(reverse("api:transcribe")),
    }
    return render(request, "api_docs.html", context)


def keep_empty_choices(
    result: dict[str, Any], generator: object, request: object, public: bool
) -> dict[str, Any]:
    """A hook of drf-spectacular, before the one that gives choices a component: that
    one forgets which answers may be empty or null."""
    for name, component in result.get("components", {}).get("schemas", {}).items():
        if not name.endswith("Request"):
            for field in component.get("properties", {}).values():
                _say_empty(field)
    return result


def _say_empty(field: dict[str, Any]) -> None:
    choices = field.get("enum", ())
    kinds: list[dict[str, Any]] = []
    if "" in choices:
        kinds.append({"type": "string", "maxLength": 0})
    if None in choices or "null" in field.get("type", ()):
        kinds.append({"type": "null"})
    if not choices or not kinds:
        return
    named = {"type": "string", "enum": [choice for choice in choices if choice]}
    for key in ("enum", "type", "x-spec-enum-id"):
        field.pop(key, None)
    field["anyOf"] = [named, *kinds]


def describe_components(
    result: dict[str, Any], generator: object, request: object, public: bool
) -> dict[str, Any]:
    """A hook of drf-spectacular: docstrings are for programmers and cannot be
    translated, so what the components and operations are is said here."""
    words = {
        "Job": _("Where a job stands, with the result when it has succeeded."),
        "JobError": _("Why a job failed."),
        "Problem": _("What went wrong (RFC 9457)."),
        "Result": _("A transcript."),
        "Segment": _("What one speaker said in one go."),
        "TranscribeRequest": _("The recording, and how to transcribe it."),
        "Word": _("A word of the raw text with its time."),
        **v1_words.COMPONENTS,
    }
    for name, component in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Page"):
            component["description"] = v1_words.PAGE
        elif name in words:
            component["description"] = words[name]
    _describe_operations(result)
    return result


def operation_words() -> dict[str, v1_words.Words]:
    """Of each operation its heading for people, and what it does in three words."""
    recordings, jobs = _("Transcription"), _("Jobs")
    return {
        "transcribe": (recordings, _("Send a recording, get its text")),
        "job": (jobs, _("Look at a job")),
        "job_cancel": (jobs, _("Cancel a job")),
        "job_retry": (jobs, _("Transcribe again")),
        **v1_words.OPERATIONS,
    }


def _describe_operations(result: dict[str, Any]) -> None:
    words = operation_words()
    for path in result.get("paths", {}).values():
        for operation in path.values():
            tag, operation["summary"] = words[operation["operationId"]]
            operation["tags"] = [tag]
