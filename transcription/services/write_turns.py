"""A long row of transactions leaves others their turn.

SQLite has one writer at a time. Who waits looks again every 100 ms at last, so a
process that commits and begins again at once leaves it no gap: people's requests, which
note what was searched, would wait until the row has ended.
"""

import time
from typing import Final

from django.db import connection

WRITING_SECONDS: Final = 0.1
# As long as SQLite's own longest pause between two looks at the lock, and a bit.
PAUSE_SECONDS: Final = 0.12


class WriteTurns:
    """Call ``after_transaction`` between two transactions; it pauses for as long as
    others need to get in, every ``WRITING_SECONDS``. PostgreSQL needs none of it."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def after_transaction(self) -> None:
        if connection.vendor != "sqlite":
            return
        if time.monotonic() - self._since < WRITING_SECONDS:
            return
        time.sleep(PAUSE_SECONDS)
        self._since = time.monotonic()
