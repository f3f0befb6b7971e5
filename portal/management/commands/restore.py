"""``manage.py restore``: a snapshot into an empty installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from portal.backup.errors import BackupError
from portal.backup.folder import BackupFolder
from portal.backup.manifest import Damaged
from portal.backup.restoring import Restored, restore

KEY_SENTENCES = {
    "restored": "The secret key is the one that was saved.",
    "environment": "The secret key in the environment is not the one that was saved; "
    "it stays. All hosts need the same.",
    "new": "The snapshot holds no secret key: this installation has its own now.",
}


class Command(BaseCommand):
    help = "Put a snapshot of a backup into an installation that nobody has used yet."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder")
        parser.add_argument(
            "--snapshot", metavar="NAME", help="which one (default: the newest)"
        )
        parser.add_argument(
            "--as-it-was",
            action="store_true",
            help="for a return to the version that the snapshot is of: no migrations, "
            "sessions and jobs as they were",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = BackupFolder.existing(Path(options["folder"]).expanduser())
            done = restore(
                folder,
                folder.snapshot(options["snapshot"]),
                self.say,
                as_it_was=options["as_it_was"],
            )
        except (BackupError, Damaged) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error}. The same command again goes on.") from error
        except DatabaseError as error:
            raise CommandError(
                f"The database ({connection.vendor}) refuses: {str(error).strip()}"
            ) from error
        self.tell(done, as_it_was=options["as_it_was"])

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def tell(self, done: Restored, *, as_it_was: bool) -> None:
        self.say(
            f"Restored {sum(done.manifest.counts.values())} rows and "
            f"{done.media_count} files ({done.media_bytes / 2**20:.1f} MB) of "
            f"{done.manifest.made_at}."
        )
        self.say(KEY_SENTENCES[done.key])
        if as_it_was:
            newest = [one for one in done.manifest.migrations if _is_ours(one)][-1:]
            self.say(
                "Tables and rows are as they were saved "
                f"({', '.join(newest)}): start the version that left them."
            )
            return
        index = "written anew" if done.indexed_anew else "as it was saved"
        self.say(
            f"{done.ended_sessions} sessions ended, {done.requeued} running jobs went "
            f"back to the queue, the search index is {index}."
        )
        self.say(
            "Speech models and static files are no part of a backup. Next: "
            "manage.py prepare --no-demo, then start the portal."
        )


def _is_ours(migration: str) -> bool:
    return migration.startswith("transcription.")
