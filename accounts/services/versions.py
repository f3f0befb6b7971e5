"""Nobody writes over words that they have not seen.

A form carries the version of what it shows, and whoever saves sends it back. A version
is made of the contents alone: what was changed and changed back has not changed.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.services.refusal import Refused


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed something last, and when."""

    by: str
    at: datetime


class ChangedMeanwhile(Refused):
    """Somebody saved first. ``version`` is that of what is stored now; whoever has read
    it may save over it."""

    def __init__(self, version: str, change: LastChange | None) -> None:
        super().__init__("changed_meanwhile", _sentence(change))
        self.version = version


def version_of(*contents: object) -> str:
    """A short name for these contents."""
    text = json.dumps(contents, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_version(
    seen: str, current: str, last_change: Callable[[], LastChange | None]
) -> None:
    """Raise ``ChangedMeanwhile`` unless the writer has seen what would be written over.
    Without a version (``seen`` is empty) the writer does not ask to be told."""
    if seen and seen != current:
        raise ChangedMeanwhile(current, last_change())


def _sentence(change: LastChange | None) -> str:
    if change is None:
        return _("This was changed while you were editing. Nothing is lost.")
    names = {"name": change.by, "time": f"{localtime(change.at):%Y-%m-%d %H:%M}"}
    return (
        _("%(name)s saved this at %(time)s, while you were editing. Nothing is lost.")
        % names
    )
