"""``ETag`` and ``If-Match``: nobody writes over what they have not seen."""

from http import HTTPStatus

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from transcription.api.errors import Problem

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=_(
        "The ETag of what is to be changed, as it was read; * changes it whatever it "
        "is now."
    ),
)
ETAG = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200],
    description=_("The version, for If-Match."),
)


def versioned(request: Request, response: Response, version: str) -> HttpResponseBase:
    """The answer with its version; 304 for a reader who has it already."""
    etag = quote_etag(version)
    response.headers["ETag"] = etag
    if request.method not in ("GET", "HEAD"):
        return response
    found = get_conditional_response(request._request, etag=etag, response=response)
    return found or response


def seen_version(request: Request, current: str) -> str:
    """What the writer has read of it, to hand to the service that compares again with
    what is stored by then; empty for whoever does not ask to be told."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Problem(
            HTTPStatus.PRECONDITION_REQUIRED,
            "version_required",
            _("Send If-Match with the ETag of what you have read."),
        )
    if header == "*":
        return ""
    # Whoever compresses an answer on its way makes its ETag a weak one.
    seen = [etag.removeprefix("W/").strip('"') for etag in parse_etags(header)]
    return current if current in seen else (seen or ["none"])[0]
