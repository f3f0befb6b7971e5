"""An archive of many recordings, with a kill in the middle:
``python -m benchmarks.portal.bulk_export``

Recordings with sound and transcripts in a portal of its own, which is removed again, on
SQLite or on the PostgreSQL that tests are told of. A worker process packs them, is
killed by SIGKILL, another one goes on. What comes out is compared, file by file.
"""

import argparse
import csv
import hashlib
import io
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from benchmarks.portal.own_portal import own_portal

if TYPE_CHECKING:
    from accounts.models.people import User
    from transcription.models.exports import RecordingExport
    from transcription.models.recordings import Recording

FORMATS = ("txt", "srt", "vtt", "csv", "json")
SENTENCES = 40  # of about four seconds each
WORK = """
import sys, django
django.setup()
from transcription.models.exports import RecordingExport
from transcription.services.recordings.exporting.packing import run_export
while RecordingExport.objects.get(pk=int(sys.argv[1])).is_active:
    run_export(int(sys.argv[1]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=3_000)
    parser.add_argument("--kilobytes", type=int, default=200, help="of sound, each")
    parser.add_argument("--kill-at", type=int, default=40, help="percent")
    given = parser.parse_args()
    with own_portal("export"):
        measure(given.recordings, given.kilobytes * 1024, given.kill_at)


def measure(count: int, size: int, kill_at: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from accounts.models.departments import Department
    from accounts.roles import Role
    from tests.people import join, make_user

    call_command("migrate", verbosity=0)
    sales = Department.objects.create(slug="sales", name="销售部")
    person = join(make_user("alice"), sales, Role.ADMIN)
    sums = {
        hashlib.sha256(content).hexdigest() for content in fill(person, count, size)
    }
    print(f"{connection.vendor}: {count:,} recordings, {size // 1024} KB of sound each")
    run, estimated = ordered(person)
    began = time.monotonic()
    killed_at = kill_worker(run, count * kill_at // 100)
    print(f"killed by SIGKILL at {killed_at:,} of {count:,}")
    began_again = time.monotonic()
    work(run).wait()
    seconds = time.monotonic() - began_again
    run.refresh_from_db()
    print(f"{run.state} {time.monotonic() - began:.1f} s after the order")
    rest = count - killed_at
    print(
        f"the second worker packed {rest:,} in {seconds:.1f} s: {rest / seconds:.0f}/s"
    )
    print(f"{run.size_bytes / 1e6:.0f} MB, estimated at {estimated / 1e6:.0f} MB")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"most memory of a worker: {peak} MB")
    compare(run, count, sums)


def fill(person: "User", count: int, size: int) -> Iterator[bytes]:
    """The sound of every recording; many of them are called alike."""
    from accounts.models.members import Membership
    from tests.factories import make_recording

    sales = Membership.objects.get(user=person).department
    chance = random.Random(1)
    for number in range(count):
        content = chance.randbytes(size)
        made = make_recording(
            sales,
            person,
            content=content,
            title=f"来电 {number % 500}",
            phone_number=f"138{number:08}",
            duration_ms=SENTENCES * 4_000,
        )
        if number % 20:
            add_transcript(made, chance)
        yield content


def add_transcript(recording: "Recording", chance: random.Random) -> None:
    from tests.factories import make_job
    from transcription.models.transcripts import Segment, TimingSource, Transcript

    texts = _sentences()
    transcript = Transcript.objects.create(
        recording=recording,
        department=recording.department,
        job=make_job(recording),
        language="zh",
    )
    chosen = [chance.choice(texts) for _ in range(SENTENCES)]
    Segment.objects.bulk_create(
        Segment(
            transcript=transcript,
            department=recording.department,
            index=index,
            start_ms=index * 4_000,
            end_ms=index * 4_000 + 3_800,
            text_raw=text,
            text=text,
            timing_source=TimingSource.VAD,
            words=[
                {
                    "text": char,
                    "start_ms": index * 4_000 + 200 * place,
                    "end_ms": index * 4_000 + 200 * place + 180,
                    "confidence": round(chance.random(), 3),
                }
                for place, char in enumerate(text)
            ],
        )
        for index, text in enumerate(chosen)
    )


def _sentences() -> list[str]:
    path = Path(__file__).parents[1] / "search" / "sentences.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def ordered(person: "User") -> tuple["RecordingExport", int]:
    """The run, and how large it was thought to get."""
    from accounts.services.audit.writing import Origin
    from tests.people import membership
    from transcription.services.recordings.exporting.orders import (
        estimate_export,
        order_export,
    )
    from transcription.services.recordings.selection.choosing import Selection
    from transcription.services.search.filters import RecordingFilters

    member, all_of_them = membership(person), Selection(filters=RecordingFilters())
    began = time.monotonic()
    run = order_export(
        membership=member,
        origin=Origin(user=person),
        selection=all_of_them,
        formats=FORMATS,
        with_sound=True,
    )
    print(f"ordered in {time.monotonic() - began:.2f} s")
    about = estimate_export(all_of_them.recordings(member))
    return run, about.bytes_of(FORMATS, with_sound=True)


def work(run: "RecordingExport") -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WORK, str(run.pk)], env=os.environ)


def kill_worker(run: "RecordingExport", at: int) -> int:
    """A worker packs until so many are done, and is killed; how many it had saved."""
    from transcription.services.kinds import requeue_orphans

    process = work(run)
    while run.done_count < at and process.poll() is None:
        time.sleep(0.05)
        run.refresh_from_db(fields=["done_count"])
    process.kill()
    process.wait()
    requeue_orphans()
    run.refresh_from_db()
    return run.done_count


def compare(run: "RecordingExport", count: int, sums: set[str]) -> None:
    """Raises where something is missing, twice, or other than it was."""
    from django.core.files.storage import default_storage

    with ZipFile(default_storage.path(run.archive)) as archive:
        names = archive.namelist()
        found = {
            hashlib.sha256(archive.read(name)).hexdigest()
            for name in names
            if name.endswith(".wav")
        }
        table = archive.read("contents.csv").decode("utf-8-sig")
        assert archive.testzip() is None
    rows = list(csv.reader(io.StringIO(table)))[1:]
    assert len(names) == len(set(names))
    assert found == sums
    assert len({row[-1] for row in rows}) == len(rows) == count
    print(f"{len(names):,} files, each whole and there once; {len(rows):,} rows")


if __name__ == "__main__":
    main()
