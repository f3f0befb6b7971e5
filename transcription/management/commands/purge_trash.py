"""``manage.py purge_trash``: what has been in the trash for long enough goes."""

from typing import Any

from django.core.management.base import BaseCommand

from transcription.services.recordings.keeping import purge_expired_trash


class Command(BaseCommand):
    help = "Remove recordings for good that were deleted SHENGWEN_TRASH_DAYS ago."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{purge_expired_trash()} recordings purged.")
