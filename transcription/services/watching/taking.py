"""A file of a watch folder becomes a recording, or it is said why not: once, whatever
ends the process, and however many look at the folder."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin
from accounts.services.departments import lock_department
from accounts.services.refusal import Refused
from transcription.engine.base import ErrorCode
from transcription.models.recordings import Recording
from transcription.models.runs import JobQueue
from transcription.models.watching import SettledFile
from transcription.pipeline.audio.sniff import known_but_not_read, sniff
from transcription.services.jobs.options import CallDetails, UploadOptions
from transcription.services.media.disk.free_space import has_room
from transcription.services.media.uploads import HashedUpload, hashed_stream
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.problems import Problem
from transcription.services.recordings.keeping import upload_recording
from transcription.services.runs.errors import sentence
from transcription.services.trouble import no_room_for_files
from transcription.services.watching.inbox import Found, Inbox
from transcription.services.watching.moving import carry_out, is_still_there
from transcription.services.watching.rules import Rule
from transcription.services.watching.sayings import Held, Reason, in_each_language
from transcription.services.watching.telling import (
    SIDECAR_MAX,
    SidecarBroken,
    read_sidecar,
    told_of,
)

logger = logging.getLogger(__name__)

# What is wrong with a file; for anything else it waits.
_OF_THE_FILE: Final = frozenset(
    {ErrorCode.EMPTY_FILE, ErrorCode.UNSUPPORTED_FORMAT, ErrorCode.TOO_LARGE}
)


class _Elsewhere(Exception):
    """The file is another one by now, or another process has settled it."""


class _Wrong(Exception):
    """The file cannot be taken, for these reasons."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__()
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Place:
    """Whose folder it is, and how its files are understood. ``beat`` is called while a
    file is copied; what it raises ends that."""

    membership: Membership
    rule: Rule
    inbox: Inbox
    beat: Callable[[], object]

    @property
    def department(self) -> Department:
        return self.membership.department


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that is ready, and what lies beside it. ``is_shared``: another file means
    the same side-car, so it stays. ``is_late``: one was expected, and has not come."""

    found: Found
    sidecar: str
    is_shared: bool
    is_late: bool


def take(place: Place, arrival: Arrival) -> bool:
    """Settle one file and move it away; False when it is another one by now, or is
    settled already. Raises ``Held`` and ``OSError``; the file waits then."""
    found = arrival.found
    try:
        try:
            what = _make_recording(place, arrival)
        except _Wrong as wrong:
            what = "could not be taken: see “failed”"
            with transaction.atomic():
                _decide(place, arrival, note=_note(found, wrong.reasons))
    except _Elsewhere:
        return False
    # No names: they hold people's numbers.
    logger.info("Watch folder %s: a file %s.", place.department.slug, what)
    row = SettledFile.objects.filter(department=place.department, path=found.path)
    if (settled := row.first()) is not None:
        carry_out(settled, place.inbox)
    return True


def _make_recording(place: Place, arrival: Arrival) -> str:
    """What became of it, for the log."""
    details = _details(place, arrival)
    with place.inbox.open(arrival.found.path) as file:
        upload = _copy(place, arrival.found, file)

    def keep(recording: Recording) -> None:
        _decide(place, arrival)

    try:
        taken = upload_recording(
            membership=place.membership,
            origin=Origin(user=place.membership.user, user_agent="system"),
            file=upload,
            options=_options(place),
            details=details,
            queue=JobQueue.BATCH,
            on_kept=keep,
        )
    except Refused as refused:
        reason = _reason(refused)
        if refused.code in _OF_THE_FILE:
            raise _Wrong([reason]) from None
        raise Held(reason) from None
    if taken.is_duplicate:
        with transaction.atomic():
            _decide(place, arrival)
        return "was here already"
    return "was taken"


def _details(place: Place, arrival: Arrival) -> CallDetails:
    found = arrival.found
    said, wrong = sidecar_told(place.inbox, place.rule, arrival.sidecar)
    if arrival.is_late:
        seconds = str(place.rule.sidecar_seconds)
        wrong.append(partial(str, Problem(Column.FILE, "sidecar_missing", seconds)))
    told = told_of(found.name, said, place.rule)
    wrong += told.wrong
    if found.size == 0:
        wrong.insert(0, partial(sentence, ErrorCode.EMPTY_FILE))
    if wrong:
        raise _Wrong(wrong)
    return told.details


def sidecar_told(
    inbox: Inbox, rule: Rule, sidecar: str
) -> tuple[dict[Column, str], list[Reason]]:
    """What the side-car says, where there is one, and what is wrong with it. Raises
    ``OSError``."""
    if not sidecar:
        return {}, []
    with inbox.open(sidecar) as file:
        raw = file.read(SIDECAR_MAX + 1)
    try:
        return read_sidecar(sidecar, raw, rule.columns), []
    except SidecarBroken:
        name = Path(sidecar).name[:100]
        return {}, [partial(str, Problem(Column.FILE, "sidecar_broken", name))]


def _copy(place: Place, found: Found, file: IO[bytes]) -> HashedUpload:
    """Looked at before it is copied, and whether it is the same afterwards."""
    if found.size > settings.UPLOAD_MAX_BYTES:
        raise _Wrong([partial(sentence, ErrorCode.TOO_LARGE)])
    if sniff(file) is None:
        detail = known_but_not_read(file)
        raise _Wrong([partial(sentence, ErrorCode.UNSUPPORTED_FORMAT, detail)])
    if not has_room(Path(settings.FILE_UPLOAD_TEMP_DIR), for_bytes=found.size):
        raise Held(_no_room)
    file.seek(0)
    upload = hashed_stream(file, name=found.name, beat=place.beat)
    if place.inbox.look(found.path) != found:
        upload.close()
        raise _Elsewhere
    return upload


def _decide(place: Place, arrival: Arrival, *, note: str = "") -> None:
    """The row that says so, in the transaction of whatever was decided."""
    found = arrival.found
    lock_department(place.department.pk)
    settled = SettledFile.objects.filter(
        department=place.department, path=found.path
    ).first()
    if settled is not None and not is_still_there(settled, place.inbox):
        settled.delete()  # of an earlier file, which has gone, under the same name
        settled = None
    if settled is not None or place.inbox.look(found.path) != found:
        raise _Elsewhere
    try:
        with transaction.atomic():
            SettledFile.objects.create(
                department=place.department,
                path=found.path,
                size=found.size,
                mtime_ns=found.mtime_ns,
                sidecar="" if arrival.is_shared else arrival.sidecar,
                note=note,
            )
    except IntegrityError:
        raise _Elsewhere from None


def _options(place: Place) -> UploadOptions:
    """As the department has it. A recorder brings thousands: nobody waits for one."""
    department = place.department
    return UploadOptions(
        language=place.rule.language or department.default_language,
        use_itn=department.default_itn,
        use_punctuation=department.default_punctuation,
        notifies=False,
        is_background=True,
    )


def _reason(refused: Refused) -> Reason:
    """In any language: a refusal has its sentence in the one that it was made in."""
    if refused.code == no_room_for_files().code:
        return _no_room
    if refused.code in list(ErrorCode):
        return partial(sentence, refused.code)
    return partial(str, refused.sentence)


def _no_room() -> str:
    trouble = no_room_for_files()
    return f"{trouble.title} {trouble.text}"


def _note(found: Found, reasons: Sequence[Reason]) -> str:
    """For whoever opens the folder, in each language."""

    def say() -> str:
        said = {"name": found.name, "time": f"{timezone.localtime():%Y-%m-%d %H:%M}"}
        return "\n".join(
            [
                _("“%(name)s” was not taken on %(time)s:") % said,
                *(f"- {reason()}" for reason in reasons),
                _("Put it right and move the file back to where it lay."),
            ]
        )

    return "\n\n".join(in_each_language(say).values()) + "\n"
