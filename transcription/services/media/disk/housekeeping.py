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

from accounts.models.audit.events import AuditAction, AuditEvent
from transcription.models.recordings import Recording
from transcription.services.media.disk.folders import make_media_folder

logger = logging.getLogger(__name__)

STALE_SECONDS = 24 * 3600


def remove_stale_files() -> int:
    """Half uploads, and what was decoded of them, that a killed web process left in
    ``incoming``; the number removed.
    (Work folders go with the job they belonged to, see ``jobs.reap_jobs``.)"""
    oldest = time.time() - STALE_SECONDS
    count = 0
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*"):
        try:
            if path.stat().st_mtime >= oldest:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
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

    Gone for good is only what the audit trail says was purged; the others are moved to
    ``MEDIA_ROOT/orphans``. Nothing is touched where most folders have no row: that is
    another database, or an empty one. Looks at every folder and asks for 500 at a time;
    once a day.
    """
    known_count, orphans = 0, []
    old = _old_folders()
    while by_uuid := {UUID(folder.name): folder for folder in islice(old, 500)}:
        known = Recording.objects.filter(uuid__in=by_uuid).values_list(
            "uuid", flat=True
        )
        orphans += [by_uuid[uuid] for uuid in by_uuid.keys() - set(known)]
        known_count += len(known)
    if len(orphans) > known_count:
        logger.error(
            "%d of %d folders of recordings have no row; none was touched. "
            "Is this their database?",
            len(orphans),
            len(orphans) + known_count,
        )
        return 0
    for folder in orphans:
        _remove_orphan(folder)
    return len(orphans)


def _remove_orphan(folder: Path) -> None:
    purges = AuditEvent.objects.filter(
        action=AuditAction.PURGE, object_type="recording", object_id=folder.name
    )
    if purges.exists():
        logger.warning("%s was purged and is removed.", folder)
        shutil.rmtree(folder, ignore_errors=True)
        return
    aside = Path(settings.MEDIA_ROOT) / "orphans"
    make_media_folder(aside)
    logger.warning("%s belongs to no recording and is moved to %s.", folder, aside)
    folder.replace(aside / folder.name)


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
