"""``manage.py rebuild_search``: after a restore, or when ``check_search`` complains."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from transcription.services.search.upkeep import rebuild


class Command(BaseCommand):
    help = "Write the search index anew; the portal may go on running."

    def handle(self, *args: Any, **options: Any) -> None:
        began = told = time.monotonic()
        recordings = 0
        for progress in rebuild():
            recordings = progress.recordings
            is_last = progress.recordings == progress.total_recordings
            if time.monotonic() - told >= 2 or is_last:
                told = time.monotonic()
                share = 100 * progress.recordings // progress.total_recordings
                self.stdout.write(f"{share:3}%  {progress.recordings} recordings")
                self.stdout.flush()
        seconds = time.monotonic() - began
        self.stdout.write(f"Indexed {recordings} recordings in {seconds:.1f} s.")
