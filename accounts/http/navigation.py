"""The navigation, declared where the addresses are.

A ``Section`` is one line of it. A list of addresses names the section that its pages
belong to, and the first of them is where the line leads:

    urlpatterns = [*TRASH.pages(path("trash/", …), path("…/purge/", …)), …]

The portal finds the sections by walking through the addresses and draws them in that
order; it knows none of them by name.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.urls import URLPattern
from django_stubs_ext import StrOrPromise

from accounts.roles import Capability


class Place(StrEnum):
    """Which part of the navigation: what a department works with, how it is run, and
    the platform, which only platform admins see."""

    WORK = "work"
    DEPARTMENT = "department"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, eq=False)  # a label reads otherwise by language
class Section:
    """One line; ``name`` is unique. Without ``capability`` everybody sees it."""

    name: str
    label: StrOrPromise
    icon: str
    place: Place
    capability: Capability | None = None

    def pages(self, *patterns: URLPattern) -> list[URLPattern]:
        """These addresses, as pages of the section; the line leads to the first.

        They are copies: an address that is included twice may belong to another section
        in the other place.
        """
        return [SectionPattern(pattern, self) for pattern in patterns]


class SectionPattern(URLPattern):
    """An address that knows its section."""

    def __init__(self, pattern: URLPattern, section: Section) -> None:
        super().__init__(
            pattern.pattern, pattern.callback, pattern.default_args, pattern.name
        )
        self.section = section
