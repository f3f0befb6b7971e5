"""Logging in and out, passwords, and the list of sessions."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.people import User
from accounts.models.sign_in.sessions import (
    EndedSession,
    EndReason,
    Session,
    SessionStore,
    session_of,
    stored_key,
)
from accounts.services.audit.writing import Origin, origin_of, record
from accounts.services.refusal import AccountsRefused
from accounts.services.sign_in.login_pace import forget_quiet_networks
from accounts.services.sign_in.password_history import is_too_old
from accounts.services.sign_in.recent_password import note_password

# In the session: the person chooses a new password before anything else.
PASSWORD_TOO_OLD = "password_too_old"  # noqa: S105


def log_in(*, request: HttpRequest, user: User) -> int:
    """Begin a session for somebody whose password was right; how many others had to end
    because there are too many."""
    now = timezone.now()
    _sweep(now)
    auth.login(request, user)
    note_password(request.session)
    origin = origin_of(request)
    note_activity(session=session_of(request), origin=origin, at=now)
    record(AuditAction.LOGIN, origin, user.audit_subject)
    if is_too_old(user=user, at=now):
        request.session[PASSWORD_TOO_OLD] = True
    return _end_surplus(session=session_of(request), user=user, origin=origin)


def _sweep(now: datetime) -> None:
    """Remove what has run out."""
    Session.objects.filter(expire_date__lt=now).delete()
    told = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    EndedSession.objects.filter(ended_at__lt=told).delete()
    forget_quiet_networks(at=now)


@transaction.atomic
def _end_surplus(*, session: SessionStore, user: User, origin: Origin) -> int:
    """Where the sessions of a person are limited, the ones unused for longest end."""
    limit = settings.SESSIONS_PER_PERSON
    if not limit:
        return 0
    User.objects.select_for_update().get(pk=user.pk)  # of two logins one counts last
    session.save()  # until now the row does not know whose it is
    others = Session.objects.filter(user=user).exclude(session_key=session.stored_key)
    ended = _end(others.order_by("-last_activity")[limit - 1 :], EndReason.LIMIT)
    if ended:
        record(
            AuditAction.LOGOUT,
            origin,
            user.audit_subject,
            reason="limit",
            sessions=ended,
        )
    return ended


def _end(sessions: Iterable[Session], reason: EndReason) -> int:
    """End these, and remember why for the browsers that they are in."""
    keys = [session.session_key for session in sessions]
    EndedSession.objects.bulk_create(
        [
            EndedSession(session_key=key, reason=reason, ended_at=timezone.now())
            for key in keys
        ],
        ignore_conflicts=True,
    )
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def why_ended(session_key: str) -> EndReason | None:
    """Why the session that a browser still has the key of is no more, if somebody ended
    it."""
    ended = EndedSession.objects.filter(session_key=stored_key(session_key)).first()
    return EndReason(ended.reason) if ended else None


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


def note_activity(*, session: SessionStore, origin: Origin, at: datetime) -> None:
    """Put off the idle timeout, and keep the session list truthful."""
    session.seen(ip_address=origin.ip_address, user_agent=origin.user_agent, at=at)


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
        _end_sessions(
            user=user, reason=EndReason.PASSWORD, but=session_of(request).stored_key
        )
        record(AuditAction.PASSWORD, origin_of(request), user.audit_subject)


def _end_sessions(*, user: User, reason: EndReason, but: str = "") -> int:
    return _end(Session.objects.filter(user=user).exclude(session_key=but), reason)


def end_all_sessions(*, user: User) -> int:
    """Log the person out of every browser; the caller audits why."""
    return _end_sessions(user=user, reason=EndReason.CLOSED)


def end_session(*, user: User, origin: Origin, public_id: str) -> None:
    """End one of the person's own sessions, named as on the session page."""
    for session in Session.objects.filter(user=user):
        if session.public_id == public_id:
            _end([session], EndReason.ELSEWHERE)
            record(
                AuditAction.LOGOUT,
                origin,
                user.audit_subject,
                reason="ended",
                ip_address=session.ip_address,
            )
            return
    raise AccountsRefused("session_gone", _("That session has already ended."))


def end_other_sessions(*, user: User, origin: Origin, session: SessionStore) -> int:
    """End all of the person's sessions but the one that asks."""
    ended = _end_sessions(user=user, reason=EndReason.ELSEWHERE, but=session.stored_key)
    if ended:
        record(
            AuditAction.LOGOUT,
            origin,
            user.audit_subject,
            reason="ended",
            sessions=ended,
        )
    return ended
