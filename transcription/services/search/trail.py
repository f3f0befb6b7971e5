"""What the audit trail says of a search beside the page's own entries."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.audit.subjects import Subject
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record

SAME_SEARCH: Final = timedelta(hours=1)


def search_subject(membership: Membership, query: str) -> Subject:
    """The question, asked in the membership's department."""
    name = query.replace("\x00", "").strip()[:200]
    return Subject("search", name=name, department_id=membership.department_id)


def search_detail(
    narrowed_to: Mapping[str, str], *, by_sound: bool
) -> dict[str, object]:
    """What an entry says of how it was asked, where there is something to say."""
    detail: dict[str, object] = {}
    if narrowed_to:
        detail["filters"] = narrowed_to
    if by_sound:
        detail["by_sound"] = True
    return detail


def note_same_search(
    *, membership: Membership, origin: Origin, query: str, hits: int
) -> None:
    """The question goes with whoever opens a result, and is asked there again. Within
    ``SAME_SEARCH`` that is the same search; a question that nobody asked before is a
    new one, wherever its address was put together."""
    about = search_subject(membership, query)
    asked = AuditEvent.objects.filter(
        action=AuditAction.SEARCH,
        actor=origin.user,
        department=membership.department_id,
        object_name=about.name,
        at__gte=timezone.now() - SAME_SEARCH,
    )
    if not asked.exists():
        record(AuditAction.SEARCH, origin, about, hits=hits)
