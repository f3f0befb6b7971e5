"""The sessions of a person: noted, listed, ended, and why for those who come back."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.people import User
from accounts.models.sign_in.sessions import (
    EndedSession,
    EndReason,
    Session,
    SessionStore,
    stored_key,
)
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from accounts.services.sign_in.login_pace import forget_quiet_networks

# What the audit trail says of those that the person ended, by a click or a login.
_AUDITED: Final = {EndReason.LIMIT: "limit", EndReason.ELSEWHERE: "ended"}


def sweep(*, at: datetime) -> None:
    """Remove what has run out."""
    Session.objects.filter(expire_date__lt=at).delete()
    told = at - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    EndedSession.objects.filter(ended_at__lt=told).delete()
    forget_quiet_networks(at=at)


def note_activity(*, session: SessionStore, origin: Origin, at: datetime) -> None:
    """Put off the idle timeout, and keep the session list truthful."""
    session.seen(ip_address=origin.ip_address, user_agent=origin.user_agent, at=at)


def why_ended(session_key: str) -> EndReason | None:
    """Why the session that a browser still has the key of is no more, if somebody ended
    it."""
    ended = EndedSession.objects.filter(session_key=stored_key(session_key)).first()
    return EndReason(ended.reason) if ended else None


@transaction.atomic
def end_surplus(*, session: SessionStore, user: User, origin: Origin) -> int:
    """Where the sessions of a person are limited, the ones unused for longest end."""
    limit = settings.SESSIONS_PER_PERSON
    if not limit:
        return 0
    User.objects.select_for_update().get(pk=user.pk)  # of two logins one counts last
    session.save()  # until now the row does not know whose it is
    others = Session.objects.filter(user=user).exclude(session_key=session.stored_key)
    surplus = others.order_by("-last_activity")[limit - 1 :]
    return _end_audited(surplus, EndReason.LIMIT, user=user, origin=origin)


def end_all_sessions(*, user: User) -> int:
    """Log the person out of every browser; the caller audits why."""
    return _end(Session.objects.filter(user=user), EndReason.CLOSED)


def end_after_new_password(*, user: User, session: SessionStore) -> int:
    """All but the one in which it was chosen; the caller audits the password."""
    others = Session.objects.filter(user=user).exclude(session_key=session.stored_key)
    return _end(others, EndReason.PASSWORD)


def end_session(*, user: User, origin: Origin, public_id: str) -> None:
    """End one of the person's own sessions, named as on the session page."""
    for session in Session.objects.filter(user=user):
        if session.public_id == public_id:
            _end_audited(
                [session],
                EndReason.ELSEWHERE,
                user=user,
                origin=origin,
                ip_address=session.ip_address,
            )
            return
    raise Refused("session_gone", _("That browser is logged out already."))


def end_other_sessions(*, user: User, origin: Origin, session: SessionStore) -> int:
    """End all of the person's sessions but the one that asks."""
    others = Session.objects.filter(user=user).exclude(session_key=session.stored_key)
    return _end_audited(others, EndReason.ELSEWHERE, user=user, origin=origin)


def _end_audited(
    sessions: Iterable[Session],
    reason: EndReason,
    *,
    user: User,
    origin: Origin,
    **detail: object,
) -> int:
    """With one event for all of them; what it says, or else how many they were."""
    ended = _end(sessions, reason)
    if ended:
        record(
            AuditAction.LOGOUT,
            origin,
            user.audit_subject,
            reason=_AUDITED[reason],
            **(detail or {"sessions": ended}),
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
