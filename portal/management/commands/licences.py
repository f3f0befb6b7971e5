"""``manage.py licences``: every installed package with its version and licence."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.installation.licences import installed_licences


class Command(BaseCommand):
    help = "Print the licences of everything that the portal installs."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--copyleft",
            action="store_true",
            help="only those that ask for more than their notice",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for one in installed_licences():
            if not (options["copyleft"] and one.is_permissive):
                name = f"{one.package} {one.version}"
                self.stdout.write(f"{name:<44} {one.licence or 'unknown'}")
