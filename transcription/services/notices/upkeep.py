"""Notices are news, and old news is nobody's."""

import logging
from datetime import timedelta
from typing import Final

from django.utils import timezone

from transcription.models.notices import Notice

logger = logging.getLogger(__name__)

KEPT_DAYS: Final = 90


def forget_old_notices() -> int:
    """Read or not; the number removed."""
    oldest = timezone.now() - timedelta(days=KEPT_DAYS)
    count, _per_model = Notice.objects.filter(created_at__lt=oldest).delete()
    if count:
        logger.info("%d old notices removed.", count)
    return count
