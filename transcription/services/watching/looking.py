"""One look at every department's folder, and again."""

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.writing import SYSTEM, record
from accounts.services.refusal import Refused
from transcription.models.watching import SettledFile, WatchFolder
from transcription.services.watching import holding
from transcription.services.watching.inbox import Found, Inbox, Listing, Quiet
from transcription.services.watching.moving import carry_out
from transcription.services.watching.rules import Rule, read_rule
from transcription.services.watching.sayings import Held, Reason, refusal_of
from transcription.services.watching.taking import Arrival, Place, take
from transcription.services.watching.telling import is_sidecar, sidecar_of

logger = logging.getLogger(__name__)

RULE_ENDING: Final = ".toml"
# Then the next department has its turn.
TURN_SECONDS: Final = 30.0


class Stopped(Exception):
    """The process is to end; what is begun is not lost."""


@dataclass(slots=True)
class Round:
    """Of one look at one folder: what is left in it, and why."""

    waiting: set[str] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)


@dataclass(slots=True)
class Watcher:
    """Looks below ``root`` as the process ``name``, until ``is_stopped`` says so.
    ``is_settling``: at the last look some files had to prove that they are whole."""

    root: Path
    name: str
    is_stopped: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.monotonic
    is_settling: bool = False
    _quiet: dict[int, Quiet] = field(default_factory=dict)

    def look(self) -> None:
        """Take what is ready. Folders that another process has in hand are left out.
        Raises ``OSError`` where ``root`` cannot be read."""
        self.is_settling = False
        with suppress(Stopped):
            departments = dict(self._departments())
            WatchFolder.objects.exclude(department__in=departments).delete()
            for department in departments.values():
                if folder := holding.take_hold(department, self.name):
                    self._look_into(folder)

    def let_go(self) -> None:
        """Another process need not wait for the leases to run out."""
        holding.let_go(self.name)

    def _departments(self) -> Iterator[tuple[int, Department]]:
        slugs = slugs_below(self.root)
        for department in Department.objects.filter(slug__in=slugs, is_active=True):
            yield department.pk, department

    def _look_into(self, folder: WatchFolder) -> None:
        """What is in its way is kept in the folder's row, and stops no other."""
        slug = folder.department.slug
        path = rule_path(self.root, slug)
        round_ = Round()
        try:
            rule = read_rule(path)
            self._note_rule(folder, rule)
            with Inbox(self.root / slug) as inbox:
                uploader = uploader_of(folder.department, rule)
                place = Place(uploader, rule, inbox, partial(self._beat, folder))
                _finish_moves(place, round_)
                self._take_each(place, round_)
        except Held as held:
            round_.reasons.append(held.reason)
        except Refused:
            refusal = refusal_of(partial(read_rule, path))
            round_.reasons.append(partial(_of_rule, path.name, refusal))
        except OSError as error:
            round_.reasons.append(partial(_of_disk, error, path))
        holding.report(folder, len(round_.waiting), round_.reasons)

    def _take_each(self, place: Place, round_: Round) -> None:
        listing = place.inbox.list()
        round_.reasons += _of_listing(listing)
        quiet = self._quiet.setdefault(place.department.pk, Quiet(self.clock))
        quiet.look(listing.files.values())
        sounds = [one for path, one in listing.files.items() if not is_sidecar(path)]
        stuck, round_.waiting = round_.waiting, {found.path for found in sounds}
        means = {one.path: sidecar_of(one.path, listing.files) for one in sounds}
        left = Counter(means.values())
        ends_at = self.clock() + TURN_SECONDS
        for found in sounds:
            place.beat()
            if self.clock() > ends_at:
                self.is_settling = True
                return
            sidecar = means[found.path]
            beside = listing.files.get(sidecar)
            if found.path in stuck:
                continue
            if not _is_ready(quiet, place.rule, found, beside):
                self.is_settling = True
                continue
            is_late = beside is None and place.rule.sidecar_seconds > 0
            arrival = Arrival(found, sidecar, left[sidecar] > 1, is_late)
            try:
                if take(place, arrival):
                    round_.waiting.discard(found.path)
                    left[sidecar] -= 1
            except OSError as error:
                round_.reasons.append(partial(_of_disk, error, Path(found.path)))

    def _beat(self, folder: WatchFolder) -> None:
        if self.is_stopped() or not holding.keep_hold(folder):
            raise Stopped

    def _note_rule(self, folder: WatchFolder, rule: Rule) -> None:
        """The department's auditors read in whose name files come."""
        if folder.rule_fingerprint == rule.fingerprint:
            return
        WatchFolder.objects.filter(pk=folder.pk).update(
            rule_fingerprint=rule.fingerprint
        )
        folder.rule_fingerprint = rule.fingerprint
        department = folder.department
        about = Subject("watch", department.pk, department.slug, department.pk)
        record(
            AuditAction.DEPARTMENT,
            SYSTEM,
            about,
            what="watch_rule",
            uploader=rule.uploader,
        )


def slugs_below(root: Path) -> list[str]:
    """What there are rules for. Raises ``OSError``."""
    with os.scandir(root) as entries:
        return sorted(
            entry.name.removesuffix(RULE_ENDING)
            for entry in entries
            if entry.name.endswith(RULE_ENDING) and entry.is_file()
        )


def rule_path(root: Path, slug: str) -> Path:
    return root / f"{slug}{RULE_ENDING}"


def uploader_of(department: Department, rule: Rule) -> Membership:
    """Raises ``Held`` where the rule names nobody who may upload there."""
    members = Membership.objects.filter(is_active=True, user__is_active=True)
    found = (
        members.select_related("department", "user")
        .filter(department=department, user__username=rule.uploader)
        .first()
    )
    if found is None or not found.can(Capability.UPLOAD):
        raise Held(partial(_no_uploader, rule.uploader))
    return found


def _finish_moves(place: Place, round_: Round) -> None:
    """What an ended process has left, or what could not be moved then: it is not taken
    again."""
    for row in SettledFile.objects.filter(department=place.department):
        try:
            carry_out(row, place.inbox)
        except OSError as error:
            round_.waiting.add(row.path)
            round_.reasons.append(partial(_of_disk, error, Path(row.path)))


def _is_ready(quiet: Quiet, rule: Rule, found: Found, sidecar: Found | None) -> bool:
    seconds = quiet.seconds(found)
    if sidecar is not None:
        return min(seconds, quiet.seconds(sidecar)) >= rule.quiet_seconds
    return seconds >= rule.quiet_seconds + rule.sidecar_seconds


def _of_listing(listing: Listing) -> Iterator[Reason]:
    if listing.odd:
        yield partial(_odd_names, listing.odd)
    if listing.unreadable:
        yield partial(_unreadable, listing.unreadable[0])


def _of_rule(name: str, reason: Reason) -> str:
    return _("The rule %(name)s: %(sentence)s") % {"name": name, "sentence": reason()}


def _of_disk(error: OSError, path: Path) -> str:
    said = {"name": error.filename or path.name, "error": error.strerror or str(error)}
    return _("%(name)s cannot be read or moved: %(error)s.") % said


def _no_uploader(name: str) -> str:
    return _(
        "%(name)s is no active member who may upload here; the files wait. Name "
        "another one in the rule, or give the right back."
    ) % {"name": name}


def _odd_names(count: int) -> str:
    return _(
        "Names of files that are not UTF-8, or too long: %(count)d. Rename them; they "
        "wait."
    ) % {"count": count}


def _unreadable(name: str) -> str:
    return _("The folder %(name)s cannot be read; its files wait.") % {"name": name}
