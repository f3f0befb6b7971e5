"""Archives that are over, and what is left of those that never were."""

import logging
import time
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from transcription.models.exports import RecordingExport
from transcription.models.runs import ACTIVE_STATES
from transcription.services.recordings.exporting.drafts import remove_all
from transcription.services.recordings.exporting.orders import exports_root, folder_of

logger = logging.getLogger(__name__)

LISTED_DAYS: Final = 30  # after its end: that there was one, and what became of it
_STRAY_SECONDS: Final = 24 * 3600


def remove_old_exports() -> int:
    """Archives whose days are over go, and lines that nobody looks at any more; the
    number of archives."""
    now = timezone.now()
    over = RecordingExport.objects.filter(expires_at__lte=now).exclude(archive="")
    count = 0
    for run in over.defer("recordings"):
        # The row first: a page that still offers it would lead to nothing.
        count += over.filter(pk=run.pk).update(archive="", size_bytes=0)
        remove_all(folder_of(run))
    if count:
        logger.info("%d archives of recordings have had their days.", count)
    ended = RecordingExport.objects.exclude(state__in=ACTIVE_STATES).filter(archive="")
    ended.filter(finished_at__lt=now - timedelta(days=LISTED_DAYS)).delete()
    _remove_strays()
    return count


def end_all_exports() -> None:
    """In a database out of a backup, which holds no archives: what was done is over."""
    made = RecordingExport.objects.exclude(archive="")
    made.update(archive="", size_bytes=0, expires_at=timezone.now())


def _remove_strays() -> None:
    """Folders without a row that is being made or can be downloaded: a process was
    killed between file and row, or the row came out of a backup."""
    oldest = time.time() - _STRAY_SECONDS
    for folder in exports_root().glob("*/*"):
        try:
            uuid = UUID(folder.name)
            if folder.stat().st_mtime >= oldest:
                continue
        except (ValueError, FileNotFoundError):
            continue  # not ours to judge, or gone
        row = RecordingExport.objects.filter(uuid=uuid).defer("recordings").first()
        if row is None or not (row.is_active or row.archive):
            logger.warning("%s belongs to no export and is removed.", folder)
            remove_all(folder)
