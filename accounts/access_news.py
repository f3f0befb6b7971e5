"""What waits for somebody's decision, and what was done to their department."""

from dataclasses import dataclass

from accounts.access import Capability
from accounts.access_requests import AccessRequest, AccessRequestQuerySet, AccessState
from accounts.models import Department, Membership, User

SHOWN = 3


@dataclass(frozen=True, slots=True)
class AccessNews:
    """The banner above a page. ``done`` is empty for the platform: it did it."""

    waiting: int
    done: list[AccessRequest]

    def __bool__(self) -> bool:
        return bool(self.waiting or self.done)


def requests_of(department: Department) -> AccessRequestQuerySet:
    """Everything that was asked for, or done, and opens this department."""
    return AccessRequest.objects.with_people().filter(departments=department)


def unread(membership: Membership) -> AccessRequestQuerySet:
    """What was done since the person came, by others, and not yet acknowledged."""
    return (
        requests_of(membership.department)
        .filter(state=AccessState.APPROVED, decided_at__gte=membership.created_at)
        .exclude(decided_by=membership.user)
        .exclude(seen__user=membership.user)
        .order_by("-decided_at")
    )


def department_news(membership: Membership) -> AccessNews:
    """For admins, who decide, and auditors, who watch; nothing for anybody else."""
    if not membership.can(Capability.VIEW_ACCESS):
        return AccessNews(waiting=0, done=[])
    waiting = requests_of(membership.department).waiting()
    return AccessNews(
        waiting=waiting.exclude(asked_by=membership.user).count(),
        done=list(unread(membership)[:SHOWN]),
    )


def platform_news(user: User) -> AccessNews:
    """What another platform admin waits for."""
    waiting = AccessRequest.objects.waiting().exclude(asked_by=user)
    return AccessNews(waiting=waiting.count(), done=[])
