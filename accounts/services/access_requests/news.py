"""What waits for somebody's decision, and what was done to their department."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models.access_requests import (
    AccessNoticeSeen,
    AccessRequest,
    AccessRequestQuerySet,
    AccessState,
    password_to_show,
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
    others_wait = waiting & ~Q(asked_by=membership.user)
    passwords = password_to_show() & Q(password_shown_to=membership.user)
    found = AccessRequest.objects.concerning(membership.department).filter(
        others_wait | _unread(membership) | passwords
    )
    news = list(found.order_by("-decided_at", "-asked_at")[:READ_AT_MOST])
    to_show = _to_show(membership.user, news)
    decided = [one for one in news if one.state == AccessState.APPROVED]
    return AccessNews(
        waiting=len(news) - len(decided),
        done=[one for one in decided if one.pk not in to_show][:SHOWN],
        passwords=len(to_show),
    )


def _to_show(user: User, news: list[AccessRequest]) -> set[int]:
    """Whose password waits for the person. Asks the database again only if some may."""
    candidates = [one.pk for one in news if one.password_shown_to_id == user.pk]
    found = AccessRequest.objects.with_password_to_show().filter(pk__in=candidates)
    return set(found.values_list("pk", flat=True))


def platform_news(user: User) -> AccessNews:
    """What another platform admin waits for, and what the person has to hand over."""
    waiting = AccessRequest.objects.waiting().exclude(asked_by=user)
    passwords = AccessRequest.objects.with_password_to_show().filter(
        password_shown_to=user
    )
    counts = AccessRequest.objects.aggregate(
        waiting=Count("pk", filter=Q(pk__in=waiting.values("pk"))),
        passwords=Count("pk", filter=Q(pk__in=passwords.values("pk"))),
    )
    return AccessNews(done=[], **counts)
