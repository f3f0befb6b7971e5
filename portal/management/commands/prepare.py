"""``manage.py prepare``: everything between an installation and a portal that can be
served. Doing it twice does nothing twice."""

import hashlib
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from portal.installation import data_folder
from portal.progress import announce, note


class Command(BaseCommand):
    help = "Get translations, models, database, static files and demo company ready."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-demo", action="store_true", help="Do not create the demo company."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.prepare(with_demo=not options["no_demo"])
        except DatabaseError as error:
            raise CommandError(
                f"The database ({connection.vendor}) refuses: {str(error).strip()}"
            ) from error
        except OSError as error:
            raise CommandError(str(error)) from error

    def prepare(self, *, with_demo: bool) -> None:
        for line in data_folder.close():
            note(line)
        announce(5, "Browser assets and translations")
        call_command("vendor_assets", verbosity=0)
        call_command("compile_translations", verbosity=0)
        announce(
            6,
            "Speech models (embedded: voice activity, Vosk zh and en, speakers)",
        )
        call_command("models", "install", "embedded", stdout=self.stdout)
        announce(7, f"Database ({connection.vendor}) and static files")
        call_command("migrate", verbosity=0, interactive=False)
        collect_static_files()
        if with_demo:
            announce(8, "Demo company")
            call_command("demo", stdout=self.stdout)
        else:
            announce(8, "Demo company: not wanted")


def collect_static_files() -> None:
    """``collectstatic``, unless what it would collect is what it collected last."""
    stamp = settings.STATIC_ROOT.with_name("static.collected")
    wanted = static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted, encoding="ascii")


def static_fingerprint() -> str:
    """One hash over names, sizes and times of every static file's source."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = storage.path(name), storage.size(name)
            changed_at = storage.get_modified_time(name)
            digest.update(f"{facts} {changed_at.timestamp()}\n".encode())
    return digest.hexdigest()
