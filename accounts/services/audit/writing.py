"""The one way to write the audit trail.

Services and the reads that matter (view, play, search, export) call ``record``; nothing
else creates an ``AuditEvent``.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User

SAME_READ: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an action came from; all empty for a command on the server itself."""

    user: User | None = None
    ip_address: str | None = None
    user_agent: str = ""


# What the program calls itself (``audit_words.source``); no browser may.
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
    *,
    action: AuditAction,
    origin: Origin,
    department: Department | None = None,
    object_type: str = "",
    object_id: object = "",
    object_name: str = "",
    detail: dict[str, object] | None = None,
) -> None:
    """Append one event. ``detail`` must be JSON and hold no transcript text."""
    AuditEvent.objects.create(
        action=action,
        actor=origin.user,
        actor_name=origin.user.username if origin.user else "",
        department=department,
        object_type=object_type,
        object_id=str(object_id),
        object_name=object_name[:200],
        ip_address=origin.ip_address,
        user_agent=origin.user_agent,
        detail=detail or {},
    )


def record_view(
    *,
    origin: Origin,
    department: Department,
    object_type: str,
    object_id: object,
    object_name: str,
) -> None:
    """Somebody reads the object. Reading on within ``SAME_READ`` is the same read."""
    recent = AuditEvent.objects.filter(
        action=AuditAction.VIEW,
        actor=origin.user,
        object_type=object_type,
        object_id=str(object_id),
        at__gte=timezone.now() - SAME_READ,
    )
    if not recent.exists():
        record(
            action=AuditAction.VIEW,
            origin=origin,
            department=department,
            object_type=object_type,
            object_id=object_id,
            object_name=object_name,
        )
