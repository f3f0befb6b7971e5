"""Every 403 of somebody who is known goes into the audit trail, pages and API alike."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from accounts.audit import origin_of
from accounts.models import ApiToken, Department, User
from accounts.services.refused import Attempt, note_refusal

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
        if response.status_code == HTTPStatus.FORBIDDEN:
            user = getattr(request, "user", None)
            if isinstance(user, User):
                note_refusal(
                    user=user,
                    origin=origin_of(request),
                    department=_department_of(request),
                    attempt=_attempt(request),
                )
        return response


def _department_of(request: HttpRequest) -> Department | None:
    """Set by the department's door, or by the API token."""
    department = getattr(request, "department", None)
    token = getattr(request, "auth", None)
    if isinstance(token, ApiToken):
        department = token.membership.department
    return department if isinstance(department, Department) else None


def _attempt(request: HttpRequest) -> Attempt:
    match = request.resolver_match
    method = request.method if request.method in _METHODS else "?"
    path = request.path
    for name in _SECRET_PARTS:
        if match and (secret := match.kwargs.get(name)):
            path = path.replace(secret, "…")
    return Attempt(
        pattern=f"{method} {match.route if match else ''}",
        address=f"{method} {path}",
        reason=getattr(request, "refused_because", ""),
        is_api=isinstance(getattr(request, "auth", None), ApiToken),
    )
