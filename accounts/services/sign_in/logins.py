"""Logging in and out, and the password that it takes."""

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.people import User
from accounts.models.sign_in.sessions import session_of
from accounts.services.audit.writing import Origin, origin_of, record
from accounts.services.sign_in.password_history import is_too_old
from accounts.services.sign_in.recent_password import note_password
from accounts.services.sign_in.sessions import (
    end_after_new_password,
    end_surplus,
    note_activity,
    sweep,
)

# In the session: the person chooses a new password before anything else.
PASSWORD_TOO_OLD = "password_too_old"  # noqa: S105


def log_in(*, request: HttpRequest, user: User) -> int:
    """Begin a session for somebody whose password was right; how many others had to end
    because there are too many."""
    now = timezone.now()
    sweep(at=now)
    auth.login(request, user)
    note_password(request.session)
    origin = origin_of(request)
    note_activity(session=session_of(request), origin=origin, at=now)
    record(AuditAction.LOGIN, origin, user.audit_subject)
    if is_too_old(user=user, at=now):
        request.session[PASSWORD_TOO_OLD] = True
    return end_surplus(session=session_of(request), user=user, origin=origin)


def log_in_new(*, request: HttpRequest, user: User) -> None:
    """Begin a session for somebody who has just chosen a password."""
    user.backend = "django.contrib.auth.backends.ModelBackend"
    log_in(request=request, user=user)


def note_failure(*, origin: Origin, username: str, is_locked: bool) -> None:
    """Audit a wrong login. A name that nobody has may be a password typed into the
    wrong field, so it is not written down."""
    user = User.objects.filter(username=username.strip().lower()).first()
    record(
        AuditAction.LOGIN_FAILED,
        origin.by(None),
        user.audit_subject if user else Subject("user"),
        **({"locked": True} if is_locked else {}),
    )


def confirm_password(*, request: HttpRequest, user: User, password: str) -> bool:
    """Whether it is the person's own. Wrong ones are audited and lead to the same
    lockout as at the login: an open browser is no place to try passwords."""
    if not password:
        return False
    known = auth.authenticate(request, username=user.username, password=password)
    if known is None:
        is_locked = getattr(request, "axes_locked_out", False)
        origin = origin_of(request)
        note_failure(origin=origin, username=user.username, is_locked=is_locked)
    return known == user


def log_out(*, request: HttpRequest) -> None:
    if isinstance(request.user, User):
        record(AuditAction.LOGOUT, origin_of(request), request.user.audit_subject)
    auth.logout(request)


def end_idle_session(*, request: HttpRequest) -> None:
    """Log out somebody who has been away too long."""
    if isinstance(request.user, User):
        record(
            AuditAction.LOGOUT,
            origin_of(request),
            request.user.audit_subject,
            reason="idle",
        )
    auth.logout(request)


def change_password(*, request: HttpRequest, user: User, password: str) -> None:
    """Set the person's own password; every other browser has to log in again."""
    user.set_password(password)  # hashed before the database is held
    with transaction.atomic():
        user.must_change_password = False
        user.one_time_until = None
        user.save(update_fields=["password", "must_change_password", "one_time_until"])
        auth.update_session_auth_hash(request, user)
        note_password(request.session)
        request.session.pop(PASSWORD_TOO_OLD, None)
        end_after_new_password(user=user, session=session_of(request))
        record(AuditAction.PASSWORD, origin_of(request), user.audit_subject)
