"""``manage.py installation [adopt]``: what this host compares with the others."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from transcription.models.installation import Installation
from transcription.services.installation import adopt, key_fingerprint, marker


class Command(BaseCommand):
    help = (
        "Show the installation's id and key fingerprint beside this host's; adopt: "
        "this host's secret key and media folder are the right ones from now on."
    )
    requires_system_checks = []  # it is what one runs when they fail

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("task", nargs="?", choices=["show", "adopt"])

    def handle(self, *args: Any, task: str | None, **options: Any) -> None:
        known = adopt() if task == "adopt" else Installation.objects.first()
        if known is None:
            self.stdout.write("No host has started on this database yet.")
            return
        self.stdout.write(
            f"installation {known.uuid}, begun by {known.host}\n"
            f"media folder {marker() or 'has no marker'}\n"
            f"its key      {known.key_fingerprint[:16]}\n"
            f"key here     {key_fingerprint()[:16]}"
        )
