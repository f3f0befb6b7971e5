"""A backup while people upload and purge: every row of it has its bytes."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.installation import wait_for
from tests.portal.backup.conftest import Portal
from tests.stack import ROOT

WRITER = """
import os, sys, time, django
django.setup()
from pathlib import Path
from accounts.services.audit.writing import SYSTEM
from accounts.models.members import Membership
from transcription.models.recordings import Recording
from transcription.services.jobs.options import UploadOptions
from transcription.services.recordings.keeping import (
    CallDetails, purge_recording, trash_recording, upload_recording)
from transcription.services.media.uploads import HashedUpload
member = Membership.objects.get(user__username="alice")
deadline = time.monotonic() + 120
number = 0
while not Path(sys.argv[1]).exists() and time.monotonic() < deadline:
    upload = HashedUpload(f"{number}.wav")
    upload.append(b"RIFF\\0\\0\\0\\0WAVEfmt " + os.urandom(60_000))
    upload.finish()
    made = upload_recording(
        membership=member, origin=SYSTEM, file=upload,
        options=UploadOptions("zh", False), details=CallDetails()).recording
    if number % 2:
        trash_recording(recording=made, membership=member, origin=SYSTEM)
        purge_recording(recording=made, origin=SYSTEM)
    number += 1
    if number == 4:
        Path(sys.argv[2]).touch()
print(number)
"""
SUMS = """
from transcription.models.recordings import Recording
for name, digest in Recording.objects.filter(
        original_name__endswith=".wav", jobs__state="queued").exclude(
        original_name="bank.wav").values_list("file", "sha256"):
    print("SUM", name, digest)
"""


@contextmanager
def writers(portal: Portal, count: int) -> Iterator[list[int]]:
    """How many uploads each has made, once the block has ended."""
    stop, made = portal.data_dir / "stop", list[int]()
    all_begun = [portal.data_dir / f"begun-{number}" for number in range(count)]
    environment = {**portal.environment, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(stop), str(begun)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for begun in all_begun
    ]
    try:
        wait_for(lambda: all(path.exists() for path in all_begun))
        yield made
    finally:
        stop.touch()
        for one in running:
            said, _nothing = one.communicate(timeout=120)
            assert one.returncode == 0
            made.append(int(said.splitlines()[-1]))


def test_every_row_of_a_backup_made_under_load_has_its_bytes(
    company: Portal, elsewhere: Portal
) -> None:
    folder = company.data_dir.parent / "backups-of-a-busy-day"
    with writers(company, 2) as made:
        for _number in range(2):
            company.manage("backup", str(folder))
    assert all(number > 4 for number in made)
    elsewhere.manage("restore", str(folder))
    sums = [
        line.split()[1:]
        for line in elsewhere.python(SUMS).splitlines()
        if line.startswith("SUM ")
    ]
    assert len(sums) >= 4
    for name, digest in sums:
        content = (elsewhere.data_dir / "media" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
