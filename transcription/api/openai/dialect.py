"""What all addresses below ``/v1/`` have in common."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from accounts.http.api_auth import KeyAuthentication
from transcription.api import nothing
from transcription.api.errors import (
    error_code,
    error_headers,
    field_errors,
    told_error,
)
from transcription.api.negotiation import AnyAccept
from transcription.api.openai.shape import error_document


@extend_schema(exclude=True)  # OpenAI's own document describes it
class OpenAiView(APIView):
    """A department's key, as bearer or Basic; errors as OpenAI's clients read them."""

    authentication_classes = [KeyAuthentication]
    content_negotiation_class = AnyAccept

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        return error_response


class NothingView(nothing.NothingView, OpenAiView):
    """404 in the dialect, whoever asks and however."""


def error_response(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler for the dialect."""
    known = told_error(error, context.get("request"))
    set_rollback()
    headers = error_headers(known)
    if known.status_code == HTTPStatus.CONFLICT:
        # The clients would send the file again, after a cancelled job for a new one.
        headers["X-Should-Retry"] = "false"
    return Response(told(known), status=known.status_code, headers=headers)


def told(known: exceptions.APIException) -> dict[str, object]:
    """The error as the dialect's document."""
    if isinstance(known, exceptions.ValidationError):
        first = field_errors(known)[0]
        # A list's field is named with the place in it: keywords.3
        field = first["field"].partition(".")[0]
        return error_document(known.status_code, first["code"], first["detail"], field)
    param = "model" if error_code(known) == "model_not_found" else None
    return error_document(known.status_code, error_code(known), known.detail, param)
