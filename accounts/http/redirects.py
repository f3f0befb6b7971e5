"""To the login page, and to addresses of this portal only."""

from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login as login_with_next
from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import (
    MAX_URL_REDIRECT_LENGTH,
    url_has_allowed_host_and_scheme,
)
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


def redirect_to_login(request: HttpRequest) -> HttpResponseBase:
    """The login page, which leads back to the page the person was on.

    htmx would swap the login page into a corner of that page, so it is told to leave.
    A script that keeps what somebody types is told so, and the page stays.
    """
    if "application/json" in request.headers.get("Accept", ""):
        refusal = {"code": "login_needed", "message": _("You are logged out.")}
        return JsonResponse(refusal, status=HTTPStatus.UNAUTHORIZED)
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx:
        back = path_within(request, htmx.current_url or "") or reverse("home")
        return HttpResponseClientRedirect(login_with_next(back).url)
    if request.method not in ("GET", "HEAD"):
        return login_with_next(resolve_url(settings.LOGIN_REDIRECT_URL))
    return login_with_next(request.get_full_path())


def path_within(request: HttpRequest, address: str) -> str:
    """The path and query of an address that a header names, if it is one of this
    portal; empty for any other, and for what is no address at all."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.netloc != request.get_host():
        return ""
    return urlunsplit(parts._replace(scheme="", netloc=""))


def redirect_inside(target: str, otherwise: str = "home") -> HttpResponseRedirect:
    """To the path that a form or a link named, if it is one of this portal; otherwise
    to the named page. Not ``django.shortcuts.redirect``, which takes a word without a
    slash for a view's name and raises when there is none."""
    is_path = target.startswith("/") and target.isprintable()
    is_short = len(target) <= MAX_URL_REDIRECT_LENGTH
    if not (is_path and is_short) or not url_has_allowed_host_and_scheme(
        target, allowed_hosts=None
    ):
        target = reverse(otherwise)
    return HttpResponseRedirect(target)
