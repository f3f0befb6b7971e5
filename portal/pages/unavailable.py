"""The answer while the machine is in trouble, in the form that the caller reads."""

import json
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from transcription.api.dialects import OWN, Dialect, dialect_of
from transcription.services.trouble import Trouble


def unavailable(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """503 or 507 with ``Retry-After``. Asks neither database nor session for anything:
    they may be what is in trouble."""
    dialect = _dialect(request)
    response = _page(trouble) if dialect is None else _document(dialect, trouble)
    response.headers["Retry-After"] = str(trouble.retry_after)
    response.headers["Cache-Control"] = "no-store"
    # What app.js says when a fragment could not be had.
    response.headers["X-Message"] = quote(f"{trouble.title} {trouble.text}")
    return response


def _dialect(request: HttpRequest) -> Dialect | None:
    """How a program wants it said; None for people."""
    is_json = "json" in request.headers.get("Accept", "")
    return dialect_of(request.path_info) or (OWN if is_json else None)


def _document(dialect: Dialect, trouble: Trouble) -> HttpResponse:
    sentence = f"{trouble.title} {trouble.text}"
    document = dialect.document(trouble.status, trouble.code, sentence)
    return HttpResponse(
        json.dumps(document, ensure_ascii=False),
        status=trouble.status,
        content_type=dialect.content_type,
    )


def _page(trouble: Trouble) -> HttpResponse:
    context = {
        "error_title": trouble.title,
        "error_text": trouble.text,
        "status": int(trouble.status),
        "home": settings.COOKIE_PATH,
    }
    page = render_to_string("errors/500.html", context)
    return HttpResponse(page, status=trouble.status)
