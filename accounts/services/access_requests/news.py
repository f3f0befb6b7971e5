"""What waits for somebody's decision, and what was done to their department."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models.access_requests import (
    AccessNoticeSeen,
    AccessRequest,
    AccessRequestQuerySet,
    AccessState,
)
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Capability

SHOWN = 3
# More than anybody has waiting; the banner stands on every page and costs one query.
READ_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class AccessNews:
    """The banner above a page. ``done`` is empty for the platform: it did it."""

    waiting: int
    done: list[AccessRequest]
    passwords: int = 0  # to be shown to the person, who hands them over

    def __bool__(self) -> bool:
        return bool(self.waiting or self.done or self.passwords)


def unread(membership: Membership) -> AccessRequestQuerySet:
    """What was done since the person came, by others, and not yet acknowledged."""
    return (
        AccessRequest.objects.concerning(membership.department)
        .filter(_unread(membership))
        .order_by("-decided_at")
    )


def _unread(membership: Membership) -> Q:
    seen = AccessNoticeSeen.objects.filter(user=membership.user)
    return (
        Q(state=AccessState.APPROVED, decided_at__gte=membership.created_at)
        & ~Q(decided_by=membership.user)
        & ~Q(pk__in=seen.values("request"))
    )


def department_news(membership: Membership) -> AccessNews:
    """For admins, who decide, and auditors, who watch; nothing for anybody else."""
    if not membership.can(Capability.VIEW_ACCESS):
        return AccessNews(waiting=0, done=[])
    waiting = Q(state=AccessState.PENDING, expires_at__gt=timezone.now())
    found = AccessRequest.objects.concerning(membership.department).filter(
        (waiting & ~Q(asked_by=membership.user)) | _unread(membership)
    )
    news = list(found.order_by("-decided_at", "-asked_at")[:READ_AT_MOST])
    done = [one for one in news if one.state == AccessState.APPROVED]
    return AccessNews(waiting=len(news) - len(done), done=done[:SHOWN])


def platform_news(user: User) -> AccessNews:
    """What another platform admin waits for, and what the person has to hand over."""
    waiting = AccessRequest.objects.waiting().exclude(asked_by=user)
    passwords = AccessRequest.objects.with_password_to_show().filter(asked_by=user)
    counts = AccessRequest.objects.aggregate(
        waiting=Count("pk", filter=Q(pk__in=waiting.values("pk"))),
        passwords=Count("pk", filter=Q(pk__in=passwords.values("pk"))),
    )
    return AccessNews(done=[], **counts)
