"""``manage.py move-to-postgresql``: from SQLite to a server's database."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import env
from portal.backup.errors import BackupError
from portal.backup.moving import Moved, move

VARIABLE = "TARGET_DATABASE_URL"


class Command(BaseCommand):
    help = (
        "Copy everything from this portal's SQLite database into an empty PostgreSQL. "
        f"Its address may also be in {VARIABLE}, or in a file that {VARIABLE}_FILE "
        "names."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", nargs="?", metavar="postgres://…")

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["url"] or env.text(VARIABLE)
        if not url:
            raise CommandError(f"Name the target: postgres://… or {VARIABLE}.")
        try:
            moved = move(url, self.say)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.tell(moved, url)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def tell(self, moved: Moved, url: str) -> None:
        if moved.nul_count:
            self.stderr.write(
                f"{moved.nul_count} NUL characters, which PostgreSQL cannot store, "
                "were left out."
            )
        if moved.left_out:
            self.stderr.write(
                "No part of this version, and not copied: " + ", ".join(moved.left_out)
            )
        self.say(
            f"{sum(moved.counts.values())} rows in {len(moved.counts)} tables arrived "
            f"and were counted; {moved.recordings} recordings are in the search index."
        )
        self.say(
            "Put into the environment file (with the password, where there is one), on "
            "every host, before the next start:\n"
            f"    DATABASE_URL={_without_password(url)}\n"
            f"{settings.DATABASES['default']['NAME']} stays as it is; media and secret "
            "key stay where they are. Put the old file away once the portal runs."
        )


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url
    name, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{name.split(':')[0]}:…@{place}"))
