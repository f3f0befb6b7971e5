"""``manage.py janitor``: the small regular duties, in one process per installation.

Several at once do no harm: every duty is a compare-and-set or can be repeated.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection

from transcription.forms.saved_searches import question_of
from transcription.services.drafts.keeping import forget_old_drafts
from transcription.services.hotwords.uncertain import read_uncertain_words
from transcription.services.hotwords.usage import count_hotword_use
from transcription.services.jobs.idempotency import forget_old_keys
from transcription.services.kinds import KINDS
from transcription.services.media.disk.backup_hold import remove_held
from transcription.services.media.disk.ballast import tend_ballast
from transcription.services.media.disk.housekeeping import (
    forget_old_sessions,
    remove_orphaned_media,
    remove_stale_files,
)
from transcription.services.notices.upkeep import forget_old_notices
from transcription.services.readers.listening import write_ended_sittings
from transcription.services.recogniser.orders import forget_lost_workers
from transcription.services.recordings.exporting.upkeep import remove_old_exports
from transcription.services.recordings.importing.ending import forget_old_imports
from transcription.services.recordings.keeping import purge_expired_trash
from transcription.services.recordings.selection.undoing import forget_old_changes
from transcription.services.runs.folders import remove_left_sound
from transcription.services.runs.reaper import reap
from transcription.services.saved_searches.keeping import forget_deleted_searches
from transcription.services.saved_searches.terms import renew_terms
from transcription.services.saved_searches.waiting import match_waiting
from transcription.services.search.upkeep import index_missing
from transcription.services.speech.runs import forget_old_vad_runs

logger = logging.getLogger(__name__)

# Of a year's calls after an upgrade that changed the search: a minute's work.
INDEXED_AT_ONCE = 2_000
# New transcripts that no worker has told to the saved searches; other duties wait.
MATCHING_SECONDS = 10.0
RENEWED_AT_ONCE = 500


@dataclass(slots=True)
class Duty:
    """Something to do every so often; the first time at once."""

    do: Callable[[], object]
    every_seconds: float
    due_at: float = 0.0


class Command(BaseCommand):
    help = "Requeue lost runs, purge the trash, tidy up; until SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        duties = [
            Duty(tend_ballast, 10),
            Duty(forget_lost_workers, 30),
            *(Duty(partial(reap, kind), 30) for kind in KINDS),
            *(Duty(partial(remove_left_sound, kind), 60) for kind in KINDS),
            Duty(partial(index_missing, INDEXED_AT_ONCE), 60),
            Duty(
                partial(
                    match_waiting, question_of, limit=500, seconds=MATCHING_SECONDS
                ),
                5,
            ),
            Duty(partial(renew_terms, question_of, RENEWED_AT_ONCE), 60),
            Duty(read_uncertain_words, 60),
            Duty(count_hotword_use, 60),
            Duty(write_ended_sittings, 60),
            Duty(remove_held, 60),
            Duty(forget_old_vad_runs, 3600),
            Duty(forget_old_drafts, 3600),
            Duty(purge_expired_trash, 3600),
            Duty(forget_old_sessions, 3600),
            Duty(forget_old_notices, 3600),
            Duty(forget_old_changes, 3600),
            Duty(remove_old_exports, 3600),
            Duty(forget_old_imports, 3600),
            Duty(forget_deleted_searches, 3600),
            Duty(forget_old_keys, 3600),
            Duty(remove_stale_files, 3600),
            Duty(remove_orphaned_media, 24 * 3600),
        ]
        while not stop.is_set():
            _round(duties)
            if once:
                return
            stop.wait(max(0.0, min(d.due_at for d in duties) - time.monotonic()))


def _round(duties: list[Duty]) -> None:
    for duty in duties:
        if duty.due_at > time.monotonic():
            continue
        close_old_connections()
        try:
            duty.do()
        except Exception:  # the next round comes; one broken duty stops no other
            logger.exception("A duty of the janitor failed.")
            connection.close()
        duty.due_at = time.monotonic() + duty.every_seconds
