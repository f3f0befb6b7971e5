"""Files and rows that nobody misses."""

import logging
import time
from importlib import import_module
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

STALE_SECONDS = 24 * 3600


def remove_stale_files() -> int:
    """Half uploads that a killed web process left in ``incoming``; the number removed.
    (Work folders go with the job they belonged to, see ``jobs.reap_jobs``.)"""
    oldest = time.time() - STALE_SECONDS
    count = 0
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*"):
        try:
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()
                count += 1
        except FileNotFoundError:
            continue
    if count:
        logger.info("%s stale uploads removed.", count)
    return count


def forget_old_sessions() -> None:
    """Sessions that have run out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
