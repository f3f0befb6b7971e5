"""The answer while the machine is in trouble, in the form that the caller reads."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from transcription.api.dialects import Dialect, dialect_for
from transcription.services.trouble import Trouble


def unavailable(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """503 or 507 with ``Retry-After``. Asks neither database nor session for anything:
    they may be what is in trouble."""
    dialect = dialect_for(request.path_info, request.headers.get("Accept", ""))
    response = _page(trouble) if dialect is None else _document(dialect, trouble)
    response.headers["Retry-After"] = str(trouble.retry_after)
    response.headers["Cache-Control"] = "no-store"
    # What app.js says when a fragment could not be had.
    response.headers["X-Message"] = quote(f"{trouble.title} {trouble.text}")
    return response


def _document(dialect: Dialect, trouble: Trouble) -> HttpResponse:
    sentence = f"{trouble.title} {trouble.text}"
    return in_dialect(dialect, trouble.status, trouble.code, sentence)


def in_dialect(dialect: Dialect, status: int, code: str, sentence: str) -> HttpResponse:
    """The error as programs read it."""
    return JsonResponse(
        dialect.document(status, code, sentence),
        status=status,
        content_type=dialect.content_type,
        json_dumps_params={"ensure_ascii": False},
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
