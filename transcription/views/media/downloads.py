"""Headers of a file that somebody takes away."""

import re
from typing import TypeVar

from django.http import HttpResponseBase
from django.utils.http import content_disposition_header

_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
Response = TypeVar("Response", bound=HttpResponseBase)


def attachment(response: Response, name: str) -> Response:
    """The response as a download called ``name``, in RFC 5987 where it must be."""
    header = content_disposition_header(as_attachment=True, filename=_safe(name))
    response.headers["Content-Disposition"] = header or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _safe(name: str) -> str:
    """No path, no hidden file; a name of dots alone keeps its extension."""
    stem, dot, extension = _UNSAFE.sub("_", name).rpartition(".")
    if not dot or not extension.isalnum():
        stem, dot, extension = f"{stem}{dot}{extension}", "", ""
    return f"{stem.strip(' .') or 'recording'}{dot}{extension}"
