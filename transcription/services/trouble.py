"""Trouble of the machine that passes: a database that is busy or away, a full disk.

One place says what such an error means to whoever asked, so that pages, fragments, the
API and the login all answer 503 (or 507) and say when to come again.
"""

import errno
import sqlite3
from dataclasses import dataclass
from http import HTTPStatus

import psycopg
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

BUSY_SECONDS = 10
FULL_SECONDS = 60
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
# SQLite says "no such table" by an OperationalError too: that is a mistake of ours.
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
# On a full disk SQLite cannot grow the index of its log, and calls that by these.
_SQLITE_DISK = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A code for programs, two sentences for people, and when to ask again."""

    status: HTTPStatus
    code: str
    title: str
    text: str
    retry_after: int


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What the error is called when it passes by itself; None for any other."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return no_room_for_files()
    if isinstance(error, OperationalError | InterfaceError):
        return _of_database(error)
    return None


def first_line(error: BaseException) -> str:
    """What the log says of it; drivers add advice in further lines."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _of_database(error: OperationalError | InterfaceError) -> Trouble | None:
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        # Only the lowest byte says what kind of error it is.
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return no_room_for_rows()
        if code in _SQLITE_BUSY:
            return _busy()
        return _away() if code in _SQLITE_DISK else None
    if isinstance(cause, psycopg.errors.DiskFull):
        return no_room_for_rows()
    if isinstance(
        cause, psycopg.errors.LockNotAvailable | psycopg.errors.QueryCanceled
    ):
        return _busy()
    return _away()


def _busy() -> Trouble:
    return Trouble(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "database_busy",
        _("The portal is busy right now."),
        _("That was not done, but nothing is lost. Try again in a moment."),
        BUSY_SECONDS,
    )


def _away() -> Trouble:
    return Trouble(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "database_away",
        _("The portal's database does not answer."),
        _(
            "Nothing you uploaded is lost. Try again in a moment; if it keeps "
            "happening, tell your admin."
        ),
        BUSY_SECONDS,
    )


def no_room_for_rows() -> Trouble:
    """Neither sessions nor the audit trail can be written."""
    return Trouble(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "disk_full",
        _("The server's disk is full."),
        _(
            "Reading could not be recorded in the audit trail, so nothing is shown. "
            "Tell your admin; the portal goes on by itself once there is room."
        ),
        FULL_SECONDS,
    )


def no_room_for_files() -> Trouble:
    """A file cannot be taken in."""
    return Trouble(
        HTTPStatus.INSUFFICIENT_STORAGE,
        "disk_full",
        _("The server's disk is full."),
        _("The file was not taken. Keep it and try again later; tell your admin."),
        FULL_SECONDS,
    )
