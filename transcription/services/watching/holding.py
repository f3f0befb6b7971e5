"""Which process has a folder in hand, and what it says of it.

Two that look at once would still take no file twice (``taking``): the lease only spares
them the work.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models.departments import Department
from transcription.models.watching import WatchFolder
from transcription.services.runs.cluster.workers import is_dead
from transcription.services.watching.sayings import Reason, in_each_language

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
SILENT: Final = timedelta(minutes=2)
RENEWED_BEFORE: Final = timedelta(seconds=50)


def take_hold(department: Department, watcher: str) -> WatchFolder | None:
    """The folder's row, which is this process's from now on; None while it is that of
    another one which lives, as far as that can be known."""
    folder, _is_new = WatchFolder.objects.get_or_create(department=department)
    now = timezone.now()
    free = Q(watcher__in=["", watcher]) | Q(lease_until__lt=now)
    if folder.watcher and is_dead(folder.watcher):
        free |= Q(watcher=folder.watcher)
    held = WatchFolder.objects.filter(free, pk=folder.pk)
    if not held.update(watcher=watcher, lease_until=now + LEASE, looked_at=now):
        return None
    folder.refresh_from_db()
    folder.department = department
    return folder


def keep_hold(folder: WatchFolder) -> bool:
    """False when another process has it meanwhile."""
    now = timezone.now()
    if folder.lease_until - now > RENEWED_BEFORE:
        return True
    folder.lease_until = now + LEASE
    held = WatchFolder.objects.filter(pk=folder.pk, watcher=folder.watcher)
    return bool(held.update(lease_until=folder.lease_until, looked_at=now))


def let_go(watcher: str) -> None:
    WatchFolder.objects.filter(watcher=watcher).update(watcher="")


@dataclass(frozen=True, slots=True)
class FolderLine:
    """A department's folder, for whoever keeps the platform: no names of files.
    ``is_silent``: nobody has looked at it for longer than a look takes."""

    department: str
    looked_at: datetime
    waiting: int
    problem: str
    is_silent: bool


def folder_lines() -> list[FolderLine]:
    """All that are watched, or were within a week."""
    now, language = timezone.now(), get_language() or settings.LANGUAGE_CODE
    return [
        FolderLine(
            department=folder.department.name,
            looked_at=folder.looked_at,
            waiting=folder.waiting,
            problem=folder.problem.get(language, ""),
            is_silent=folder.looked_at < now - SILENT,
        )
        for folder in WatchFolder.objects.select_related("department")
        .filter(looked_at__gt=now - timedelta(days=7))
        .order_by("department__name")
    ]


def report(folder: WatchFolder, waiting: int, reasons: Sequence[Reason]) -> None:
    """How many files wait, and the first reason why."""
    problem = in_each_language(reasons[0]) if reasons else {}
    if (folder.waiting, folder.problem) == (waiting, problem):
        return
    WatchFolder.objects.filter(pk=folder.pk, watcher=folder.watcher).update(
        waiting=waiting, problem=problem
    )
    if problem and problem != folder.problem:
        said = problem[settings.LANGUAGE_CODE]
        logger.warning("Watch folder %s: %s", folder.department.slug, said)
