"""Passwords are hashed a few at a time.

A hash is half a second of a core on purpose. Forty logins at once would take every core
for twenty seconds, and pages, uploads and ``/healthz`` with them; so they queue here,
for one half of the cores. Every hash of the portal passes: logins, changes, new people.
"""

import os
import threading
from typing import Final

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

# Whoever has waited this long is told to come again, and holds no thread any longer.
PATIENCE_SECONDS: Final = 20.0


def hashes_at_once() -> int:
    """Half of the cores that this process may use, one at least."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        cores = os.cpu_count() or 1
    return max(1, cores // 2)


class HashingBusyError(Exception):
    """Too many passwords wait to be hashed."""


_turns = threading.BoundedSemaphore(hashes_at_once())


class QueuedPBKDF2Hasher(PBKDF2PasswordHasher):
    """Django's, which waits for its turn; what it writes is the same."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        if connection.in_atomic_block:
            # Everybody's writes would wait as long: SQLite has one lock. Strangers get
            # no further than a login, which hashes outside of any transaction.
            return super().encode(password, salt, iterations)
        if not _turns.acquire(timeout=PATIENCE_SECONDS):
            raise HashingBusyError
        try:
            return super().encode(password, salt, iterations)
        finally:
            _turns.release()
