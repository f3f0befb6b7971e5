"""Every 403 of somebody who is known goes into the audit trail, pages and API alike,
and every 401 of an API token that was revoked, or whose person is shut out."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.services.audit.refused import Attempt, note_refusal
from accounts.services.audit.writing import origin_of

_REFUSALS = (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED)
# Any other word is somebody's invention, and would be an address of its own.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Parts of an address that open something.
_SECRET_PARTS = ("secret",)


class RefusalAuditMiddleware:
    """Looks at the answer, so no door can forget to tell."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in _REFUSALS:
            token = getattr(request, "presented_token", None)
            if isinstance(token, ApiToken):
                _note(request, token.membership.user, token.membership.department)
            elif response.status_code == HTTPStatus.FORBIDDEN:
                user = getattr(request, "user", None)
                if isinstance(user, User):
                    _note(request, user, getattr(request, "department", None))
        return response


def _note(request: HttpRequest, user: User, department: Department | None) -> None:
    note_refusal(
        user=user,
        origin=origin_of(request),
        department=department,
        attempt=_attempt(request),
    )


def _attempt(request: HttpRequest) -> Attempt:
    match = request.resolver_match
    method = request.method if request.method in _METHODS else "?"
    path = request.path
    for name in _SECRET_PARTS:
        if match and (secret := match.kwargs.get(name)):
            path = path.replace(secret, "…")
    is_api = hasattr(request, "presented_token")
    is_dead = is_api and not isinstance(getattr(request, "auth", None), ApiToken)
    return Attempt(
        pattern=f"{method} {match.route if match else ''}",
        address=f"{method} {path}",
        reason="token" if is_dead else getattr(request, "refused_because", ""),
        is_api=is_api,
    )
