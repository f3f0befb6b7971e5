"""``manage.py requeue_orphans``: give back what this machine's dead workers held."""

from typing import Any

from django.core.management.base import BaseCommand

from transcription.services.kinds import requeue_orphans


class Command(BaseCommand):
    help = "Put the jobs of this machine's dead workers back into the queue, now."

    def handle(self, *args: Any, **options: Any) -> None:
        report = requeue_orphans()
        self.stdout.write(
            f"{len(report.requeued)} jobs requeued, {len(report.ended)} ended."
        )
