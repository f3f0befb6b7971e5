"""The guards of views: who gets no further."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import (
    Http404,
    HttpResponseBase,
)

from accounts.access import require
from accounts.http.redirects import redirect_to_login
from accounts.http.requests import DepartmentRequest, UserRequest
from accounts.models.members import Membership
from accounts.roles import Capability

P = ParamSpec("P")
DepartmentView = Callable[Concatenate["DepartmentRequest", P], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
UserView = Callable[Concatenate["UserRequest", P], HttpResponseBase]


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


def takes_files(view: View) -> View:
    """Declares, beside the address, that a POST brings files: large, as they come, and
    not as a form is taken (``portal.http.request_limits``)."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def before_new_password(view: View) -> View:
    """Whoever has to choose a new password first may still come here."""
    view.is_before_new_password = True  # type: ignore[attr-defined]
    return view
