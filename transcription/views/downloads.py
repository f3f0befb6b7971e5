"""Headers of a file that somebody takes away."""

import re
from typing import TypeVar

from django.http import HttpResponseBase
from django.utils.http import content_disposition_header

_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


Response = TypeVar("Response", bound=HttpResponseBase)


def attachment(response: Response, name: str) -> Response:
    """The response as a download called ``name``, in RFC 5987 where it must be."""
    safe = _UNSAFE.sub("_", name).strip(" .") or "recording"
    header = content_disposition_header(as_attachment=True, filename=safe)
    response.headers["Content-Disposition"] = header or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
