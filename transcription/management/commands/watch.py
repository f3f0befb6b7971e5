"""``manage.py watch``: what call recorders drop becomes recordings, until SIGTERM.

Several at once do no harm: one has a folder in hand, the others stand by.
"""

import logging
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections, connection
from django.utils.translation import gettext as _

from transcription.services.runs.cluster.workers import worker_name
from transcription.services.trouble import first_line
from transcription.services.watching.looking import Watcher
from transcription.services.watching.trying import try_rules

logger = logging.getLogger(__name__)

EVERY_SECONDS: Final = 5.0


class Command(BaseCommand):
    """Watch the departments' folders."""

    help = "Take the files that call recorders drop below SHENGWEN_WATCH_DIR."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=float, default=EVERY_SECONDS, metavar="SECONDS"
        )
        parser.add_argument(
            "--once", action="store_true", help="until nothing is left to be taken"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="say how the rules understand what lies in the folders; take nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.WATCH_DIR is None:
            raise CommandError(
                _("SHENGWEN_WATCH_DIR does not say which folder is to be watched.")
            )
        if options["check"]:
            self._check(settings.WATCH_DIR)
            return
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        watcher = Watcher(settings.WATCH_DIR, worker_name(), stop.is_set)
        while not stop.is_set():
            _look(watcher)
            if options["once"] and not watcher.is_settling:
                break
            stop.wait(options["every"])
        try:
            watcher.let_go()
        except DatabaseError as error:
            logger.warning("The folders were not let go: %s", first_line(error))

    def _check(self, root: Path) -> None:
        wrong = 0
        try:
            for line in try_rules(root):
                wrong += line.is_wrong
                (self.stderr if line.is_wrong else self.stdout).write(line.text)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        if wrong:
            raise CommandError(_("Not right: %(count)d.") % {"count": wrong})


def _look(watcher: Watcher) -> None:
    """The next look comes: what is in the way of this one stops nothing."""
    close_old_connections()
    try:
        watcher.look()
    except OSError as error:
        logger.warning("%s: %s", error.filename or watcher.root, error.strerror)
    except Exception:
        logger.exception("A look at the watch folders failed.")
        connection.close()
