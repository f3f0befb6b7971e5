"""``manage.py compile_translations [--check]``."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.installation.translations import (
    TranslationError,
    catalogue_paths,
    compile_catalogue,
    holes,
)


class Command(BaseCommand):
    help = "Compile the translations (gettext need not be installed)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="Fail when a message is missing, fuzzy, or has other placeholders.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        paths = catalogue_paths(settings.LOCALE_PATHS)
        try:
            for path in paths:
                compile_catalogue(path)
            if not options["check"]:
                return
            found = [hole for path in paths for hole in holes(path)]
        except TranslationError as error:
            raise CommandError(str(error)) from error
        if not paths:
            raise CommandError("There is no catalogue under locale/.")
        for hole in found:
            self.stderr.write(f"{hole.path}: {hole.msgid!r}: {hole.reason}")
        if found:
            raise CommandError(f"{len(found)} messages are not fit to be shown.")
        self.stdout.write(f"{len(paths)} catalogue(s) complete.")
