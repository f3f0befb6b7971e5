"""A portal of its own in a temporary folder, with real processes to kill."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.chaos.preloaded import ROOT, Programs

MODELS_DIR = Path(os.environ.get("SHENGWEN_MODELS_DIR", ROOT / "var" / "models"))
UPLOAD = """
import json, sys, django
django.setup()
from pathlib import Path
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from transcription.services.recordings.keeping import (
    CallDetails, UploadOptions, upload_recording)
from transcription.services.media.uploads import hashed_copy
department, _ = Department.objects.get_or_create(slug="sales", name="sales")
user, _ = User.objects.get_or_create(username="alice", display_name="Alice")
membership, _ = Membership.objects.get_or_create(
    user=user, department=department, role=Role.MEMBER)
done = upload_recording(
    membership=membership, origin=SYSTEM, file=hashed_copy(Path(sys.argv[1])),
    options=UploadOptions("zh", False), details=CallDetails(),
    queue=sys.argv[2], find_existing=lambda: None)
print(json.dumps(done.job.pk))
"""


class Installation:
    """SQLite, media, models and logs under ``folder``; commands run as processes."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = {
            **{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "SHENGWEN_DATA_DIR": str(folder),
            "SHENGWEN_MODELS_DIR": str(MODELS_DIR),
            "SHENGWEN_JOB_LEASE_SECONDS": "8",
            "SLOW_ENGINE_SECONDS": "0.02",
            **environment,
        }
        self._programs: Programs | None = None

    def manage(self, *arguments: str) -> str:
        return self.python("manage.py", *arguments)

    def upload(self, source: Path, queue: str = "batch") -> int:
        """The id of the job for ``source``."""
        answer = self.python("-c", UPLOAD, str(source), queue)
        job_id: int = json.loads(answer.splitlines()[-1])
        return job_id

    @contextmanager
    def cluster(self, queue: str = "batch") -> Iterator["subprocess.Popen[bytes]"]:
        """A running cluster; whatever is left of it is killed afterwards."""
        with (self.folder / f"{queue}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "cluster", queue],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
            try:
                yield process
            finally:
                for orphan in family(process.pid):
                    kill(orphan.pid)
                process.kill()
                process.wait()

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        uri = f"file:{self.folder / 'shengwen.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=20)) as connection:
            connection.row_factory = sqlite3.Row
            return list(connection.execute(sql, values))

    def job(self, job_id: int) -> dict[str, Any]:
        (row,) = self.rows(
            "SELECT * FROM transcription_transcriptionjob WHERE id = ?", job_id
        )
        return dict(row)

    def state(self, job_id: int) -> str:
        return str(self.job(job_id)["state"])

    def has_finished(self, *jobs: int) -> bool:
        """They have succeeded, and their workers have cleared away: a cluster that is
        killed right after the result was stored leaves that to the janitor."""
        if any(self.state(job) != "succeeded" for job in jobs):
            return False
        return not list((self.folder / "work").glob("*"))

    def worker_pid(self, job_id: int) -> int:
        """The process that works on the job."""
        return int(self.job(job_id)["worker"].split(":")[-2])

    def windows(self, job_id: int) -> int:
        sql = "SELECT count(*) AS n FROM transcription_jobwindow WHERE job_id = ?"
        return int(self.rows(sql, job_id)[0]["n"])

    def texts(self, job_id: int) -> list[str]:
        """What was recognised, in order; the job must have exactly one transcript."""
        (transcript,) = self.rows(
            "SELECT id FROM transcription_transcript WHERE job_id = ?", job_id
        )
        rows = self.rows(
            "SELECT text FROM transcription_segment WHERE transcript_id = ? "
            'ORDER BY "index"',
            transcript["id"],
        )
        return [row["text"] for row in rows]

    def log(self, queue: str = "batch") -> str:
        return (self.folder / f"{queue}.log").read_text()

    def recognised(self) -> list[str]:
        lines = (self.folder / "recognised.log").read_text().splitlines()
        return [line.split()[1] for line in lines]

    def python(self, *arguments: str) -> str:
        """Run a program in a process of its own; its output."""
        if self._programs and self._programs.environment != self.environment:
            self.close()
        if self._programs is None:
            self._programs = Programs(self.environment)
        return self._programs.run(arguments)

    def close(self) -> None:
        """No further program; clusters end with their ``with``."""
        if self._programs is not None:
            self._programs.stop()
        self._programs = None


def wait_for(condition: Callable[[], object], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


def family(pid: int) -> list[psutil.Process]:
    """The living descendants of a process."""
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
