"""The landing page, health, the switches of theme and language, the error pages."""

import logging
import sys
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http.activity import polled
from accounts.http.guards import before_new_password
from accounts.http.navigation import Place
from accounts.http.preferences import remember
from accounts.http.redirects import redirect_inside
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.services.refusal import Refused
from portal.pages.context_processors import THEMES
from portal.pages.navigation import department_lines, platform_lines
from portal.pages.unavailable import in_dialect, unavailable
from transcription.api.dialects import dialect_of
from transcription.services.trouble import BUSY_SECONDS, first_line, trouble_of

logger = logging.getLogger(__name__)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's way in: to the login, the usual department, or the platform."""
    user = request.user
    if not isinstance(user, User):
        return redirect("accounts:login")
    memberships = Membership.objects.filter(
        user=user, is_active=True, department__is_active=True
    ).select_related("department")
    usual = memberships.filter(department=user.last_department).first()
    membership = usual or memberships.first()
    if membership is not None:
        return redirect(department_lines(membership, Place.WORK)[0].url)
    if user.is_platform_admin:
        return redirect(platform_lines()[0].url)
    return render(request, "no_department.html")


@before_new_password
@polled
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether this process answers and reaches its database, to whoever asks under
    whatever name (``HealthMiddleware``)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("The database does not answer: %s", first_line(error))
        again = {"Retry-After": str(BUSY_SECONDS)}
        return JsonResponse({"status": "database"}, status=503, headers=again)
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@before_new_password
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the system's choice in a cookie; then back."""
    chosen = request.POST.get("theme", "")
    response = redirect_inside(request.POST.get("next", ""))
    if chosen in THEMES:
        remember(response, settings.THEME_COOKIE_NAME, chosen)
    return response


@before_new_password
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie; then back."""
    chosen = request.POST.get("language", "")
    response = redirect_inside(request.POST.get("next", ""))
    if chosen in dict(settings.LANGUAGES):
        remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


def _error(
    request: HttpRequest, status: int, code: str, title: str, text: str
) -> HttpResponse:
    """A sentence and a next step; JSON for programs. To htmx the sentence alone: it has
    a corner of a page to draw into, and the page stays."""
    dialect = dialect_of(request.path_info)
    if dialect is not None:
        return in_dialect(dialect, status, code, f"{title} {text}")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": code, "message": f"{title} {text}"}, status=status)
    if "HX-Request" in request.headers:
        headers = {"X-Message": quote(f"{title} {text}")}
        return HttpResponse(status=status, headers=headers)
    context = {"error_title": title, "error_text": text, "status": status}
    # Whoever has logged in keeps the menu; the page belongs to none of its lines.
    is_known = isinstance(getattr(request, "user", None), User)
    context |= {"frame": "base.html" if is_known else "base_plain.html", "section": ""}
    return render(request, f"errors/{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, from Django itself: a broken header, too many files or fields."""
    code, title = "bad_request", _("This request could not be understood.")
    text = _("Go back, reload the page and try again.")
    if isinstance(exception, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        sentence = _("This is too large: at most %(limit)s MB are accepted here.")
        return too_large(request, sentence % {"limit": limit})
    if isinstance(exception, TooManyFilesSent):
        most = {"limit": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
        code, title = "too_many_files", _("At most %(limit)s files go at once.") % most
        text = _("Go back and choose fewer; send the rest afterwards.")
    elif isinstance(exception, TooManyFieldsSent):
        most = {"limit": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS}
        code = "too_many_fields"
        title = _("This form has too many fields: at most %(limit)s.") % most
        text = _("Go back and choose fewer lines; do the rest afterwards.")
    return _error(request, 400, code, title, text)


def too_large(request: HttpRequest, sentence: str) -> HttpResponse:
    """413: more than a form takes."""
    return _error(
        request,
        413,
        "too_large",
        sentence,
        _("Go back: what you typed is still there. Send it in several parts."),
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: a member without the right."""
    return _error(
        request,
        403,
        "forbidden",
        _("Your role does not allow this."),
        _("Ask an admin of your department if you need it."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: absent, somebody else's, or in the trash; all the same."""
    return _error(
        request,
        404,
        "not_found",
        _("There is nothing at this address."),
        _("It may have been removed, or it belongs to another department."),
    )


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """409: a service said no, and the view has no better place for its sentence."""
    again = _("Go back, reload the page and try again.")
    return _error(request, 409, refusal.code, refusal.sentence, again)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes what a form or a button sends."""
    return _error(
        request,
        405,
        "method_not_allowed",
        _("This address is not a page."),
        _("Go back and press the button there again."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is older than the session, or did not come from here."""
    request.refused_because = "csrf"  # type: ignore[attr-defined]
    return _error(
        request,
        403,
        "csrf",
        _("This form has expired."),
        _("Go back, reload the page and send it again."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: nothing that could fail again, so no database and no session. Trouble that
    passes by itself is a 503."""
    trouble = trouble_of(sys.exc_info()[1])
    if trouble is not None:
        return unavailable(request, trouble)
    title = _("Something went wrong on our side.")
    text = _(
        "Nothing you uploaded is lost. Try again; if it keeps happening, tell your "
        "admin."
    )
    dialect = dialect_of(request.path_info)
    if dialect is not None:
        return in_dialect(dialect, 500, "internal_error", f"{title} {text}")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(
            {"code": "server_error", "message": f"{title} {text}"}, status=500
        )
    context = {
        "error_title": title,
        "error_text": text,
        "status": 500,
        "home": settings.COOKIE_PATH,
    }
    # Without the request: the context of a page asks the session who it is for.
    return HttpResponse(render_to_string("errors/500.html", context), status=500)
