"""What a request for access says to people, in the reader's language."""

from django.utils.translation import gettext as _

from accounts.models.access_requests import AccessKind, AccessRequest
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.access_requests.rules import (
    admins_of_all,
    guard_of_request,
    second_persons,
    who_is_shown,
)


def person_of(request: AccessRequest) -> str:
    """The name, and the user name that nobody can change."""
    if request.target is not None:
        return f"{request.target} ({request.target.username})"
    details = request.details
    return f"{details.get('display_name', '')} ({details.get('username', '')})"


def describe_request(request: AccessRequest) -> str:
    """One sentence: what is to be done, or was done, to whom and where."""
    words = {
        "person": person_of(request),
        "department": str(request.department or ""),
        "role": _role(request),
    }
    match request.kind:
        case AccessKind.APPOINT:
            return _("%(person)s becomes %(role)s of %(department)s.") % words
        case AccessKind.RESET:
            return _("%(person)s gets a new one-time password.") % words
        case AccessKind.ENABLE:
            return _("%(person)s may log in again.") % words
        case AccessKind.PLATFORM_ADMIN:
            return _("%(person)s becomes a platform admin.") % words
    return _describe_new_account(request, words)


def _describe_new_account(request: AccessRequest, words: dict[str, str]) -> str:
    if request.department is None:
        return _("A new account, %(person)s, as a platform admin.") % words
    if request.details.get("is_platform_admin"):
        return (
            _(
                "A new account, %(person)s, as %(role)s of %(department)s and as a "
                "platform admin."
            )
            % words
        )
    return _("A new account, %(person)s, as %(role)s of %(department)s.") % words


def _role(request: AccessRequest) -> str:
    role = str(request.details.get("role", ""))
    return str(Role(role).label) if role in Role.values else role


def say_who_is_shown(request: AccessRequest, reader: User) -> str:
    """Before anybody agrees: who will be shown the one-time password. Whoever may agree
    reads what follows if they do; everybody else, what it depends on."""
    asked_by = request.asked_by
    if asked_by is None or not request.makes_password:
        return ""
    guard = guard_of_request(request)
    others = second_persons(guard, asked_by=asked_by)
    if others.filter(pk=reader.pk).exists():
        shown = who_is_shown(guard, asked_by=asked_by, agreed_by=reader)
        if shown == reader:
            return _(
                "You are then shown the one-time password, once, and hand it over."
            )
    elif (others & admins_of_all(guard)).exists():
        return _(
            "If an admin of every department that it opens agrees, they are shown the "
            "one-time password, once, and hand it over; otherwise %(name)s does."
        ) % {"name": asked_by}
    return _(
        "%(name)s is then shown the one-time password, once, and hands it over."
    ) % {"name": asked_by}
