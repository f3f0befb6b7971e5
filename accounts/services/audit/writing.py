"""The one way to write the audit trail.

Services and the reads that matter (view, play, search, export) call ``record``; nothing
else creates an ``AuditEvent``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.audit.subjects import Subject
from accounts.models.people import User

SAME_READ: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an action came from; all empty for a command on the server itself."""

    user: User | None = None
    ip_address: str | None = None
    user_agent: str = ""

    def by(self, user: User | None) -> "Origin":
        """The same place, for what somebody else does or who is nobody yet."""
        return replace(self, user=user)


# What the program calls itself (``services.audit.words.source``); no browser may.
OWN_NAMES: Final = frozenset({"system", "demo"})
SYSTEM = Origin(user_agent="system")


def origin_of(request: HttpRequest) -> Origin:
    """The caller of a request. Behind nginx, ``REMOTE_ADDR`` is set by uvicorn's
    ``--proxy-headers`` from trusted proxies only, so no header is read here."""
    user = getattr(request, "user", None)
    user_agent = request.META.get("HTTP_USER_AGENT", "")[:200]
    return Origin(
        user=user if isinstance(user, User) else None,
        ip_address=request.META.get("REMOTE_ADDR") or None,
        user_agent=f"“{user_agent}”" if user_agent in OWN_NAMES else user_agent,
    )


def record(
    action: AuditAction, origin: Origin, about: Subject, /, **detail: object
) -> None:
    """Append one event. The details must be JSON and hold no transcript text."""
    _event(action, origin, about, detail).save()


def record_each(
    action: AuditAction,
    origin: Origin,
    events: Iterable[tuple[Subject, Mapping[str, object]]],
    /,
) -> None:
    """Append an event for each subject with its details, in one query."""
    AuditEvent.objects.bulk_create(
        _event(action, origin, about, detail) for about, detail in events
    )


def _event(
    action: AuditAction, origin: Origin, about: Subject, detail: Mapping[str, object]
) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=origin.user,
        actor_name=origin.user.username if origin.user else "",
        department_id=about.department_id,
        object_type=about.kind,
        object_id=str(about.pk),
        object_name=about.name[:200],
        ip_address=origin.ip_address,
        user_agent=origin.user_agent,
        detail=dict(detail),
    )


def record_view(origin: Origin, about: Subject, /) -> None:
    """Somebody reads it. Reading on within ``SAME_READ`` is the same read."""
    recent = AuditEvent.objects.filter(
        action=AuditAction.VIEW,
        actor=origin.user,
        object_type=about.kind,
        object_id=str(about.pk),
        at__gte=timezone.now() - SAME_READ,
    )
    if not recent.exists():
        record(AuditAction.VIEW, origin, about)
