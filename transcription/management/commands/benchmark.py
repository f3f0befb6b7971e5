"""``manage.py benchmark``: what this machine can do, as a report that a buyer reads."""

import json
import sys
from argparse import SUPPRESS, ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from transcription.engine.base import EngineError
from transcription.engine.recognisers import NAMES
from transcription.services.benchmark.report import report
from transcription.services.benchmark.run import (
    Orders,
    configured_workers,
    run_benchmark,
    serve_orders,
    standard_load,
)
from transcription.services.recogniser.holder import jobs_at_once
from transcription.services.runs.errors import detailed

_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class Command(BaseCommand):
    """Measure this machine."""

    help = "Measure how fast this machine transcribes. No server, nothing is stored."
    requires_system_checks: list[str] = []  # they look at the database and the queue

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="*", type=Path, help="default: two sample calls"
        )
        parser.add_argument("--engine", choices=NAMES, default="", help="by name")
        parser.add_argument("--language", choices=("zh", "en", "ja"), default="zh")
        parser.add_argument(
            "--workers", type=int, help="at once; default: as many as the portal runs"
        )
        parser.add_argument(
            "--seconds", type=float, default=60, help="of each measurement, at least"
        )
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--report", choices=_LANGUAGES, help="its language; default: both"
        )
        parser.add_argument("--as-worker", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        files = tuple(options["files"]) or standard_load()
        if missing := [str(path) for path in files if not path.is_file()]:
            raise CommandError(_("There is no such file: ") + ", ".join(missing))
        if options["workers"] is not None and not 1 <= options["workers"] <= 64:
            raise CommandError(_("From 1 to 64 workers can be measured."))
        orders = Orders(
            files=files,
            language=options["language"],
            engine=options["engine"],
            workers=options["workers"] or configured_workers(),
            seconds=options["seconds"],
            at_once=jobs_at_once(),
        )
        if options["as_worker"]:
            serve_orders(orders, sys.stdin, sys.stdout)
            return
        try:
            found = run_benchmark(orders, self.stderr.write)
        except EngineError as error:
            raise CommandError(detailed(error.code, error.detail)) from error
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
            return
        for code in (options["report"],) if options["report"] else _LANGUAGES:
            with translation.override(code):
                self.stdout.write(report(found))
