"""How long backup, second run, verify and restore take, beside ``cp -a`` of the same.

    .venv/bin/python -m benchmarks.portal.backup --megabytes 1024 --files 256

Makes a portal with random media in a temporary folder (three times the size is needed
there), on SQLite or on the PostgreSQL that ``SHENGWEN_TEST_DATABASE_URL`` names with
``--postgresql``. Each figure is one run.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.on_servers import DATABASE_URL
from tests.runner.own_database import database_of_its_own
from tests.stack import Stack

FILL = """
import os
from accounts.models.departments import Department
from tests.factories import make_recording, make_transcript
from transcription.services.search.index import index_transcript
sales = Department.objects.create(slug="sales", name="sales")
for number in range({files}):
    recording = make_recording(sales, content=os.urandom({size}))
    index_transcript(make_transcript(recording))
"""


def timed(what: str, portal: Stack, *words: str) -> tuple[str, float]:
    began = time.monotonic()
    said = portal.manage(*words)
    seconds = time.monotonic() - began
    sys.stderr.write(
        f"{what}: {seconds:.1f} s; {said.strip().splitlines()[-1][-120:]}\n"
    )
    return what, seconds


def copied(source: Path, target: Path) -> tuple[str, float]:
    """The yardstick: all bytes once, and on to the disk."""
    began = time.monotonic()
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
    os.sync()
    seconds = time.monotonic() - began
    shutil.rmtree(target)
    return "cp -a of the media", seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--files", type=int, default=256)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    if options.postgresql:
        os.environ.setdefault("DATABASE_URL", DATABASE_URL)
    else:
        os.environ.pop("DATABASE_URL", None)
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as folder,
        ExitStack() as stack,
    ):
        root = Path(folder)
        portals = []
        for name in ("before", "after"):
            environment = stack.enter_context(database_of_its_own(f"bench_{name}"))
            portal = Stack(root / name)
            portal.environment |= environment
            portals.append(portal)
        before, after = portals
        before.manage("migrate", "--verbosity", "0")
        size = options.megabytes * 2**20 // options.files
        code = FILL.format(files=options.files, size=size)
        before.manage("shell", "--no-imports", "-c", code)
        backups = str(root / "backups")
        rows = [
            copied(before.data_dir / "media", root / "copy"),
            timed("first backup", before, "backup", backups),
            timed("second backup", before, "backup", backups),
            timed("verify", before, "backup", "verify", backups),
            timed("restore", after, "restore", backups),
        ]
    yardstick = rows[0][1]
    kind = "PostgreSQL" if options.postgresql else "SQLite"
    print(f"{options.files} files, {options.megabytes} MB, {kind}")
    print("| what | seconds | of cp -a |\n|---|---|---|")
    for what, seconds in rows:
        print(f"| {what} | {seconds:.1f} | {seconds / yardstick:.2f} |")


if __name__ == "__main__":
    main()
