"""Every error of the API as RFC 9457 problem JSON: a code for machines, a sentence for
people. The codes are listed in docs/api.md and never change their meaning."""

import errno
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.signals import got_request_exception
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.services.refusal import Refused
from transcription.api.problem import PROBLEM_TYPE, problem
from transcription.services.trouble import first_line, trouble_of

logger = logging.getLogger(__name__)

# Refusals that mean another thing than "this request is wrong", which is 400.
REFUSAL_STATUS = {
    "changed_meanwhile": HTTPStatus.PRECONDITION_FAILED,
    "in_trash": HTTPStatus.CONFLICT,
    "job_active": HTTPStatus.CONFLICT,
    "key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "nothing_to_publish": HTTPStatus.CONFLICT,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_format": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "disk_full": HTTPStatus.INSUFFICIENT_STORAGE,
    "storage_failed": HTTPStatus.SERVICE_UNAVAILABLE,
}


class Problem(exceptions.APIException):
    """An error that a view raises: status, stable code, sentence, further members."""

    def __init__(
        self, status: HTTPStatus, code: str, sentence: StrOrPromise, **members: object
    ) -> None:
        super().__init__(sentence, code)
        self.status_code = status
        self.members = members
        self.wait: int | None = None  # seconds until it is worth trying again


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: whatever was raised becomes a problem document."""
    known = told_error(error, context.get("request"))
    set_rollback()
    return Response(
        _document(known),
        status=known.status_code,
        headers=error_headers(known),
        content_type=PROBLEM_TYPE,
    )


def told_error(error: Exception, request: object) -> exceptions.APIException:
    """Whatever was raised, as what callers are told, in any dialect. A bug is logged
    and told to nobody."""
    known = _as_api_error(error)
    if known is None and (trouble := trouble_of(error)) is not None:
        logger.warning("%s: %s", trouble.code, first_line(error))
        known = Problem(trouble.status, trouble.code, f"{trouble.title} {trouble.text}")
        known.wait = trouble.retry_after
    if known is None:
        # Tell Django's own listeners (log mails, the test client) that this is a bug.
        logger.error("Unexpected error in the API", exc_info=error)
        got_request_exception.send(sender=None, request=request)
        known = Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "internal_error",
            _(
                "Something went wrong. Tell your admin; the server's log has the "
                "details."
            ),
        )
    return known


def _as_api_error(error: Exception) -> exceptions.APIException | None:
    """Our own, Django's and DRF's errors in DRF's words; None for a bug."""
    for kind, translate in _TRANSLATIONS:
        if isinstance(error, kind):
            return translate(error)
    return None


def _refused(error: Refused) -> Problem:
    status = REFUSAL_STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
    return Problem(status, error.code, error.sentence)


def _unreadable(error: UnreadablePostError) -> Problem:
    if error.errno == errno.EFBIG:
        return Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            _("The file is larger than this server accepts."),
        )
    if isinstance(error.__cause__, TimeoutError):
        return Problem(
            HTTPStatus.REQUEST_TIMEOUT,
            "body_timeout",
            _("The request arrived too slowly."),
        )
    return Problem(
        HTTPStatus.BAD_REQUEST,
        "body_incomplete",
        _("The request ended before all of it had arrived."),
    )


# The first row that fits: DRF's two with words of our own stand before the rest of its
# errors, RequestDataTooBig before SuspiciousOperation.
_TRANSLATIONS: tuple[
    tuple[type[Exception], Callable[[Any], exceptions.APIException]], ...
] = (
    (
        exceptions.ParseError,
        lambda _error: exceptions.ParseError(_("The request could not be understood.")),
    ),
    (
        exceptions.UnsupportedMediaType,
        lambda _error: Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            _(
                "This address does not take content of this type; the API's page says "
                "which it takes."
            ),
        ),
    ),
    (exceptions.APIException, lambda error: error),
    (Refused, _refused),
    (
        Http404,
        lambda _error: exceptions.NotFound(_("There is nothing at this address.")),
    ),
    (
        PermissionDenied,
        lambda _error: exceptions.PermissionDenied(
            _("Your role in this department does not allow this.")
        ),
    ),
    (
        RequestDataTooBig,
        lambda _error: Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "fields_too_large",
            _("The form fields are too large."),
        ),
    ),
    (UnreadablePostError, _unreadable),
    (
        SuspiciousOperation,  # too many fields or files, a forged file name, …
        lambda _error: Problem(
            HTTPStatus.BAD_REQUEST,
            "malformed_request",
            _("The request could not be understood."),
        ),
    ),
)


def _document(error: exceptions.APIException) -> dict[str, object]:
    status = error.status_code
    if isinstance(error, exceptions.ValidationError):
        errors = field_errors(error)
        return problem(status, "invalid_request", errors[0]["detail"], errors=errors)
    members = error.members if isinstance(error, Problem) else {}
    return problem(status, error_code(error), error.detail, **members)


def error_code(error: exceptions.APIException) -> str:
    """The code for machines."""
    codes = error.get_codes()
    return codes if isinstance(codes, str) else "error"


def field_errors(error: exceptions.ValidationError) -> list[dict[str, str]]:
    """What is wrong with which field: field, code and sentence."""
    return _flat(error.get_full_details())


def _flat(details: Any, field: str = "") -> list[dict[str, str]]:
    """DRF's nested details as a flat list of field, code and sentence."""
    if isinstance(details, dict) and "message" in details and "code" in details:
        return [
            {"field": field, "code": details["code"], "detail": str(details["message"])}
        ]
    found: list[dict[str, str]] = []
    if isinstance(details, dict):
        for name, inner in details.items():
            found += _flat(inner, f"{field}.{name}" if field else str(name))
    else:
        for inner in details:
            found += _flat(inner, field)
    return found


def error_headers(error: exceptions.APIException) -> dict[str, str]:
    """How to prove who one is, and when to come again."""
    headers: dict[str, str] = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers
