"""Requests that have passed the department's door, and the guards of views."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login as login_with_next
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import (
    MAX_URL_REDIRECT_LENGTH,
    url_has_allowed_host_and_scheme,
)
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.access import require
from accounts.models import Department, Membership, User
from accounts.roles import Capability

LONGEST_QUERY = 100

P = ParamSpec("P")
DepartmentView = Callable[Concatenate["DepartmentRequest", P], HttpResponseBase]
UserView = Callable[Concatenate["UserRequest", P], HttpResponseBase]


class UserRequest(HttpRequest):
    """A request by somebody who has logged in."""

    user: User
    htmx: HtmxDetails


class DepartmentRequest(UserRequest):
    """A request under ``/d/<slug>/`` after ``DepartmentMiddleware`` let it in."""

    membership: Membership
    department: Department


def requires(
    capability: Capability,
) -> Callable[[DepartmentView[P]], DepartmentView[P]]:
    """Guard a view that has no object of its own: 403 unless the role allows it.

    ``DepartmentMiddleware`` is told too, and refuses before the body is read.
    """

    def decorate(view: DepartmentView[P]) -> DepartmentView[P]:
        @wraps(view)
        def guarded(
            request: DepartmentRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            require(request.membership, capability)
            return view(request, *args, **kwargs)

        guarded.required_capability = capability  # type: ignore[attr-defined]
        return guarded

    return decorate


def opened_by(
    door: Callable[Concatenate[Membership, P], object],
) -> Callable[[DepartmentView[P]], DepartmentView[P]]:
    """For a view that takes large files into an object: ``DepartmentMiddleware`` tries
    the object's door, with the arguments of the address, before the body is read. The
    view goes through it again, for the object."""

    def decorate(view: DepartmentView[P]) -> DepartmentView[P]:
        view.door = door  # type: ignore[attr-defined]
        return view

    return decorate


def redirect_to_login(request: HttpRequest) -> HttpResponseBase:
    """The login page, which leads back to the page the person was on.

    htmx would swap the login page into a corner of that page, so it is told to leave.
    """
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx:
        back = path_within(request, htmx.current_url or "") or reverse("home")
        return HttpResponseClientRedirect(login_with_next(back).url)
    if request.method not in ("GET", "HEAD"):
        return login_with_next(resolve_url(settings.LOGIN_REDIRECT_URL))
    return login_with_next(request.get_full_path())


def typed_query(request: HttpRequest) -> str:
    """What somebody looks for in a list of people. NUL is no text in PostgreSQL, and a
    pattern over 50,000 bytes an error in SQLite."""
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]


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


def logged_in(view: UserView[P]) -> UserView[P]:
    """Guard a view that belongs to the person: the login page for everybody else."""

    @wraps(view)
    def guarded(
        request: UserRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request)
        return view(request, *args, **kwargs)

    return guarded


def platform_admins_only(view: UserView[P]) -> UserView[P]:
    """Guard a page of the platform: for everybody else it does not exist."""

    @wraps(view)
    def guarded(
        request: UserRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request)
        if not request.user.is_platform_admin:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
