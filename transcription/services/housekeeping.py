"""Files and rows that nobody misses."""

import logging
import shutil
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings

from transcription.models import Recording

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


def remove_orphaned_media() -> int:
    """Folders of recordings on this machine's disk that have no row: a web process was
    killed between the file and the row, or a purge before the file. The number removed.

    Looks at every folder and asks the database for 500 at a time; once a day.
    """
    count = 0
    old = _old_folders()
    while by_uuid := {UUID(folder.name): folder for folder in islice(old, 500)}:
        known = Recording.objects.filter(uuid__in=by_uuid).values_list(
            "uuid", flat=True
        )
        for uuid in by_uuid.keys() - set(known):
            logger.warning("%s belongs to no recording and is removed.", by_uuid[uuid])
            shutil.rmtree(by_uuid[uuid], ignore_errors=True)
            count += 1
    return count


def _old_folders() -> Iterator[Path]:
    oldest = time.time() - STALE_SECONDS
    for folder in (Path(settings.MEDIA_ROOT) / "recordings").glob("*/*/*"):
        try:
            UUID(folder.name)
            if folder.stat().st_mtime < oldest:
                yield folder
        except (ValueError, FileNotFoundError):
            continue  # not ours to judge, or gone


def forget_old_sessions() -> None:
    """Sessions that have run out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
