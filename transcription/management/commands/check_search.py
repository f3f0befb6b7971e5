"""``manage.py check_search``: does the search find what is there, and nothing else?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from transcription.services.search.upkeep import check


class Command(BaseCommand):
    help = (
        "Compare the search index with the transcripts; exit status 1 if they differ."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sample", type=int, default=50, help="recordings to scan")
        parser.add_argument("--words", type=int, default=5, help="words of each")
        parser.add_argument("--seed", type=int, help="for the same sample again")

    def handle(self, *args: Any, **options: Any) -> None:
        report = check(
            sample=options["sample"], words=options["words"], seed=options["seed"]
        )
        if not report.is_sound:
            self.stderr.write("The database reports that the index is damaged.")
        for what, ids in (
            ("missing from the index", report.missing),
            ("in the index, and should not be", report.left_over),
            ("outdated in the index", report.outdated),
        ):
            for recording_id in ids[:20]:
                self.stderr.write(f"recording {recording_id}: {what}")
        for recording_id, phrase in list(report.not_found.items())[:20]:
            self.stderr.write(f"recording {recording_id}: not found by {phrase}")
        if not report.is_good:
            raise CommandError("The index is wrong; run: manage.py rebuild_search")
        self.stdout.write(
            f"The index is right: every recording has its document, "
            f"{report.searched} recordings were searched and scanned."
        )
