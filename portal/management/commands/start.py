"""``manage.py start``: prepare, then serve. ``make run`` ends here."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal.progress import STEPS, announce


class Command(BaseCommand):
    help = "Prepare everything and serve the portal until Ctrl-C."
    requires_system_checks = []  # most of what they look for is about to be made

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--no-demo", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("prepare", no_demo=options["no_demo"])
        announce(STEPS, f"Serving on {options['host']}, port {options['port']}")
        self.check()
        call_command("serve", host=options["host"], port=options["port"])
