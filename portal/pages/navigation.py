"""The lines of the navigation, and which of them a page belongs to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.http.navigation import Place, Section, SectionPattern
from accounts.models.members import Membership


@dataclass(frozen=True, slots=True)
class NavigationLine:
    """One line as it is drawn."""

    section: Section
    url: str


@cache
def _sections() -> dict[str, Section]:
    """By the name of each view, in the order of the addresses."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(
    patterns: Iterable[URLPattern | URLResolver], namespace: str
) -> Iterator[tuple[str, Section]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern.url_patterns, namespace + inner)
        elif isinstance(pattern, SectionPattern):
            yield f"{namespace}{pattern.name}", pattern.section


@cache
def _entries() -> dict[Section, str]:
    """Where each line leads: the name of the section's first view."""
    entries: dict[Section, str] = {}
    for view_name, section in _sections().items():
        entries.setdefault(section, view_name)
    return entries


def section_of(match: ResolverMatch | None) -> str:
    """The section's name, or an empty string outside all of them."""
    section = _sections().get(match.view_name) if match else None
    return section.name if section else ""


def platform_lines() -> list[NavigationLine]:
    """What platform admins see besides."""
    return [
        NavigationLine(section, reverse(view_name))
        for section, view_name in _entries().items()
        if section.place is Place.PLATFORM
    ]


def department_lines(membership: Membership, place: Place) -> list[NavigationLine]:
    """What the membership's role shows of its department."""
    kwargs = {"department": membership.department.slug}
    return [
        NavigationLine(section, reverse(view_name, kwargs=kwargs))
        for section, view_name in _entries().items()
        if section.place is place
        and (section.capability is None or membership.can(section.capability))
    ]
