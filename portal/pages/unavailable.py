"""The answer while the machine is in trouble, in the form that the caller reads."""

import json
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from transcription.api.problem import PROBLEM_TYPE, problem
from transcription.services.trouble import Trouble


def unavailable(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """503 or 507 with ``Retry-After``. Asks neither database nor session for anything:
    they may be what is in trouble."""
    response = _document(request, trouble) if _wants_json(request) else _page(trouble)
    response.headers["Retry-After"] = str(trouble.retry_after)
    response.headers["Cache-Control"] = "no-store"
    # What app.js says when a fragment could not be had.
    response.headers["X-Message"] = quote(f"{trouble.title} {trouble.text}")
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/") or "json" in request.headers.get(
        "Accept", ""
    )


def _document(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    sentence = f"{trouble.title} {trouble.text}"
    # ``message`` is what the scripts of pages show.
    document = problem(trouble.status, trouble.code, sentence, message=sentence)
    return HttpResponse(
        json.dumps(document, ensure_ascii=False),
        status=trouble.status,
        content_type=PROBLEM_TYPE,
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
