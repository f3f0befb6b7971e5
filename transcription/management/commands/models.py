"""``manage.py models``: what recognisers this machine has, and how to get more."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from transcription.engine.models.catalogue import CATALOGUE
from transcription.engine.models.install import (
    Verification,
    import_from,
    install,
    models_called,
    verify,
)
from transcription.engine.models.reporting import InstallError


class Command(BaseCommand):
    """List, install, verify and import recognition models."""

    help = "List, install, verify or import recognition models."
    requires_system_checks: list[str] = []  # they may complain that models are missing

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="what exists and what is installed")
        getting = actions.add_parser("install", help="fetch models, check, install")
        getting.add_argument("names", nargs="+", help="model ids, or: embedded")
        checking = actions.add_parser("verify", help="read every byte, compare sums")
        checking.add_argument("names", nargs="*", help="model ids; default: installed")
        importing = actions.add_parser("import", help="copy from a directory or stick")
        importing.add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            match options["action"]:
                case "list":
                    self._list()
                case "install":
                    self._install(options["names"])
                case "verify":
                    self._verify(options["names"])
                case "import":
                    found = import_from(
                        options["path"], settings.MODELS_DIR, self.stdout.write
                    )
                    self._report(found)
        except InstallError as error:
            raise CommandError(str(error)) from error

    def _list(self) -> None:
        self.stdout.write(f"{settings.MODELS_DIR}\n")
        for model in CATALOGUE:
            mark = "installed" if model.is_installed(settings.MODELS_DIR) else "-"
            self.stdout.write(
                f"{model.id:24}{mark:11}{model.size / 1e6:7.0f} MB  "
                f"{','.join(model.languages):14} {model.title}; {model.licence}; "
                f"{' or '.join(str(source) for source in model.sources)}"
            )
            for file in model.files:
                for sha256 in file.sha256:
                    self.stdout.write(f"    {sha256}  {file.path}")

    def _install(self, names: list[str]) -> None:
        # Every name is looked up before the first download begins.
        for model in [model for name in names for model in models_called(name)]:
            install(model.id, settings.MODELS_DIR, self.stdout.write)

    def _verify(self, names: list[str]) -> None:
        models = [model for name in names for model in models_called(name)]
        if not names:
            models = [m for m in CATALOGUE if m.is_installed(settings.MODELS_DIR)]
        self._report([verify(model, settings.MODELS_DIR) for model in models])

    def _report(self, results: list[Verification]) -> None:
        for result in results:
            state = "damaged" if result.problems else "good"
            self.stdout.write(f"{result.model.id}: {state}")
            for line in (*result.problems, *result.notes):
                self.stdout.write(f"  {line}")
        broken = [result.model.id for result in results if result.problems]
        if broken:
            raise CommandError(f"These models are not usable: {', '.join(broken)}.")
