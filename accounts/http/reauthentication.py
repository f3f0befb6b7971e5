"""The password once more, before what an open browser must not do for a passer-by.

Tokens, roles, appointments, platform admins, e-mail addresses. The page carries the
form that was sent on in hidden fields: nothing typed is lost, no script is needed. API
tokens are not asked.
"""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import render

from accounts.http.redirects import redirect_inside
from accounts.http.requests import UserRequest
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.services.sign_in import logins
from accounts.services.sign_in.hashing_places import place
from accounts.services.sign_in.recent_password import (
    VALID_FOR,
    is_recent,
    note_password,
)

FIELD: Final = "confirm_password"
_NOT_CARRIED = frozenset({FIELD, "csrfmiddlewaretoken"})


def password_page(request: UserRequest) -> HttpResponseBase | None:
    """The page that asks for it; None once it was typed, and the view goes on.

    Call it with a POST, after the doors: whoever may not is told so first.
    """
    if is_recent(request.session):
        return None
    if _is_confirmed(request):
        _require_same_rights(request)
        note_password(request.session)
        return None
    ctx = {
        "carried": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in _NOT_CARRIED
            for value in values
        ],
        "action": request.get_full_path(),
        "is_wrong": FIELD in request.POST,
        "minutes": int(VALID_FOR.total_seconds() // 60),
        "back": redirect_inside(_page_before(request)).url,
    }
    return render(request, "accounts/sign_in/confirm_password.html", ctx)


def _is_confirmed(request: UserRequest) -> bool:
    password = request.POST.get(FIELD, "")
    if not password:
        return False
    with place(request, request.user.username):
        return logins.confirm_password(
            request=request, user=request.user, password=password
        )


def _require_same_rights(request: UserRequest) -> None:
    """Passwords are checked in turn (``services.sign_in.hashing``): somebody who was
    dismissed meanwhile has gone through the doors before, and does nothing more."""
    user = request.user
    person = User.objects.filter(
        pk=user.pk, is_active=True, is_platform_admin=user.is_platform_admin
    )
    is_same = person.exists()
    membership = getattr(request, "membership", None)
    if membership is not None:
        is_same &= Membership.objects.filter(
            pk=membership.pk, is_active=True, role=membership.role
        ).exists()
    if not is_same:
        raise PermissionDenied


def _page_before(request: UserRequest) -> str:
    """Where "cancel" leads: the page with the form, or the start page."""
    referer = request.headers.get("Referer", "")
    begin = f"{request.scheme}://{request.get_host()}"
    if FIELD in request.POST or not referer.startswith(f"{begin}/"):
        return ""
    return referer.removeprefix(begin)
