"""What every template may count on: theme, navigation, where the person is."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Capability
from accounts.services.access_requests.news import (
    AccessNews,
    department_news,
    platform_news,
)
from portal.pages.navigation import section_of
from portal.version import VERSION
from transcription.services.media.disk.ballast import ballast
from transcription.services.media.disk.free_space import disk_state
from transcription.services.notices.reading import NoticeCount, count_notices
from transcription.services.runs.queue.pause import intake_pause
from transcription.services.saved_searches.listing import count_new_hits

THEMES = ("auto", "light", "dark")


def portal(request: HttpRequest) -> dict[str, object]:
    """``here`` is the membership of this page, or the person's usual one on pages that
    belong to no department; ``can`` says what it allows, by capability name."""
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto")
    context: dict[str, object] = {
        "theme": theme if theme in THEMES else "auto",
        "section": section_of(request.resolver_match),
    }
    user = getattr(request, "user", None)
    if not isinstance(user, User):  # also resolves the lazy user of the request
        return context
    # Lazy: fragments draw no navigation and ask the database for none of it.
    memberships = cast("list[Membership]", SimpleLazyObject(lambda: _memberships(user)))
    here = cast(
        "Membership | None",
        SimpleLazyObject(lambda: _here(request, user, memberships)),
    )
    notices = cast(
        "NoticeCount",
        SimpleLazyObject(lambda: count_notices(here) if here else NoticeCount()),
    )
    return context | {
        # Only pages of those whom it concerns ask: who waits, who runs the platform.
        "intake_pause": SimpleLazyObject(intake_pause),
        "disk": SimpleLazyObject(disk_state),
        "ballast": SimpleLazyObject(ballast),
        "memberships": memberships,
        # Not for visitors: whoever looks for a known fault need not be told.
        "portal_version": VERSION,
        "here": here,
        "notices": notices,
        "new_hits": SimpleLazyObject(lambda: _new_hits(here, notices)),
        "can": SimpleLazyObject(lambda: _rights(here)),
        "access_news": SimpleLazyObject(lambda: _department_news(here)),
        "platform_news": SimpleLazyObject(lambda: platform_news(user)),
    }


def _memberships(user: User) -> list[Membership]:
    return list(
        user.memberships.filter(
            is_active=True, department__is_active=True
        ).select_related("department")
    )


def _here(
    request: HttpRequest, user: User, memberships: list[Membership]
) -> Membership | None:
    membership = getattr(request, "membership", None)
    if isinstance(membership, Membership):
        return membership
    for candidate in memberships:
        if candidate.department_id == user.last_department_id:
            return candidate
    return memberships[0] if memberships else None


def _new_hits(here: Membership | None, notices: NoticeCount) -> int:
    """Counted only where there are some."""
    may_search = here is not None and here.can(Capability.SEARCH)
    return count_new_hits(here) if here and may_search and notices.has_found else 0


def _department_news(here: Membership | None) -> AccessNews:
    return department_news(here) if here else AccessNews(waiting=0, done=[])


def _rights(here: Membership | None) -> dict[str, bool]:
    return {c.value: here.can(c) for c in Capability} if here else {}
