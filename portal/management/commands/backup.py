"""``manage.py backup``: save all there is, look whether it is whole, list what is
there. docs/backup.md says what belongs to it."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.services.audit.writing import SYSTEM, record
from portal.backup import tables
from portal.backup.checking import check_folder
from portal.backup.errors import BackupError
from portal.backup.folder import BackupFolder
from portal.backup.making import Report, make_backup
from portal.backup.manifest import Damaged

VERBS = ("verify", "list")


class Command(BaseCommand):
    help = (
        "backup FOLDER: save database, media and secret key while the portal runs. "
        "backup verify FOLDER: read every byte again. backup list FOLDER."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "words",
            nargs="+",
            metavar="[verify | list] FOLDER",
            help="a folder elsewhere (one that is called verify: ./verify)",
        )
        parser.add_argument(
            "--keep",
            type=_at_least_one,
            metavar="N",
            help="afterwards keep the newest N snapshots and remove the others",
        )
        parser.add_argument(
            "--without-key",
            action="store_true",
            help="leave the secret key out (docs/backup.md says what that means)",
        )
        parser.add_argument(
            "--adopt",
            action="store_true",
            help="the folder was of a portal with another secret key: it is ours now",
        )
        parser.add_argument(
            "--snapshot",
            action="append",
            default=[],
            metavar="NAME",
            help="of verify: only this one",
        )

    def handle(self, *args: Any, words: list[str], **options: Any) -> None:
        verb = words[0] if words[0] in VERBS else ""
        rest = words[1:] if verb else words
        if len(rest) != 1:
            raise CommandError("Name one folder: backup [verify | list] FOLDER")
        root = Path(rest[0]).expanduser()
        try:
            if verb == "verify":
                self.verify(BackupFolder.existing(root), options["snapshot"])
            elif verb == "list":
                self.list(BackupFolder.existing(root))
            else:
                self.make(root, options)
        except (BackupError, Damaged) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(
                f"The database ({connection.vendor}) refuses: {str(error).strip()}"
            ) from error

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def make(self, root: Path, options: dict[str, Any]) -> None:
        report = make_backup(
            root, self.say, with_key=not options["without_key"], adopt=options["adopt"]
        )
        self.tell(report, without_key=options["without_key"])
        if not tables.pending_migrations(connection):
            record(
                AuditAction.EXPORT,
                SYSTEM,
                Subject("backup", report.snapshot.name, str(root)),
            )
        if options["keep"]:
            folder = BackupFolder.existing(root)
            with folder.locked():
                snapshots, files = folder.prune(options["keep"])
            if snapshots:
                self.say(
                    f"Removed {snapshots} older snapshots and {files} files that no "
                    "other needs."
                )

    def tell(self, report: Report, *, without_key: bool) -> None:
        manifest = report.manifest
        rows = sum(manifest.counts.values())
        self.say(
            f"Saved as {report.snapshot.path}: {rows} rows in {len(manifest.counts)} "
            f"tables, {manifest.media_count} files "
            f"({manifest.media_bytes / 2**20:.1f} MB), of which {report.copied_count} "
            f"({report.copied_bytes / 2**20:.1f} MB) are new."
        )
        if manifest.missing:
            self.stderr.write(
                f"Warning: {len(manifest.missing)} files were gone before the backup "
                f"came, the first is {manifest.missing[0]} (all are in manifest.json)."
            )
        if not manifest.has_key and not without_key:
            self.say(
                "The secret key is set in the environment and not part of the backup: "
                "keep the environment file too."
            )

    def verify(self, folder: BackupFolder, names: list[str]) -> None:
        found = check_folder(folder, names, self.say)
        for said in found.damages:
            self.stderr.write(said)
        if found.damages:
            raise CommandError(f"{len(found.damages)} damages in {folder.root}.")
        self.say(
            f"{found.snapshots} snapshots and {found.files} files "
            f"({found.bytes / 2**20:.1f} MB) are as they were written."
        )

    def list(self, folder: BackupFolder) -> None:
        for snapshot in folder.snapshots():
            try:
                manifest = snapshot.manifest()
            except Damaged as error:
                self.stderr.write(str(error))
                continue
            self.say(
                f"{snapshot.name}  {manifest.version}  {manifest.database}  "
                f"{sum(manifest.counts.values())} rows  {manifest.media_count} files  "
                f"{manifest.media_bytes / 2**20:.1f} MB"
            )


def _at_least_one(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"must be a whole number from 1 up, not {text!r}")
    return int(text)
