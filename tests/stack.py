"""The whole portal as real processes on a data directory of its own.

For browser tests, tests that kill processes, and benchmarks: ``manage.py serve`` with
its web server, all clusters and the janitor, on a free port. The models are the
installation's own (``SHENGWEN_MODELS_DIR``, or ``var/models``); the database is SQLite
in the data directory unless ``DATABASE_URL`` is given by keyword: the one in the
environment may be somebody's.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from tests.runner.worker import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90
STOP_SECONDS = 60
DATABASE_NAME = "shengwen.sqlite3"

_MAKE_TOKEN = """
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.services.tokens import create_token
sales, _ = Department.objects.get_or_create(
    slug={slug!r}, defaults={{"name": {slug!r}}}
)
user = User.objects.filter(username={name!r}).first()
user = user or User.objects.create_user(
    {name!r}, {password!r}, display_name={name!r}
)
member, _ = Membership.objects.get_or_create(
    user=user, department=sales, defaults={{"role": Role.ADMIN}}
)
print("SECRET", create_token(membership=member, origin=SYSTEM, name="test").secret)
"""


class Stack:
    """Start, use, stop; or ``with Stack() as stack``."""

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        port: int | None = None,
        programs: str | None = None,
        static: bool = True,
        prefix: tuple[str, ...] = (),
        **environment: str,
    ) -> None:
        self._owns_data = data_dir is None
        self.data_dir = data_dir or Path(tempfile.mkdtemp(prefix="shengwen-stack-"))
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.programs = programs
        self.static = static  # only pages need collected static files; it takes seconds
        # A program that starts the others: with fewer rights, in a namespace.
        self.prefix = prefix
        self.environment = {
            "SHENGWEN_MODELS_DIR": str(ROOT / "var" / "models"),
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.data_dir / DATABASE_NAME}",
            "REDIS_URL": "",
            "SHENGWEN_DATA_DIR": str(self.data_dir),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def manage(self, *words: str) -> str:
        """Run a command of ``manage.py`` on this stack's data; its output."""
        done = subprocess.run(
            [*self.prefix, sys.executable, str(ROOT / "manage.py"), *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)[:80]}: {done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self) -> None:
        """The tables, and what pages need. A new SQLite file is a copy of one that was
        migrated before, and the static files are those of all stacks."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        database = self.data_dir / DATABASE_NAME
        is_own = self.environment["DATABASE_URL"] == f"sqlite:///{database}"
        if is_own and not database.exists():
            shutil.copy(_prepared() / DATABASE_NAME, database)
        else:
            self.manage("migrate", "--verbosity", "0")
        if self.static and not (self.data_dir / "static").exists():
            (self.data_dir / "static").symlink_to(_prepared() / "static")

    def start(self) -> None:
        self.prepare()
        words = ["serve", "--port", str(self.port)]
        if self.programs:
            words += ["--programs", self.programs]
        with (self.data_dir / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, sys.executable, str(ROOT / "manage.py"), *words],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = self.log()[-3000:]
                self.stop()
                raise RuntimeError(f"The stack did not start:\n{said}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Everything down; the data directory goes too when it was made here."""
        if self.process is not None and self.process.poll() is None:
            children = psutil.Process(self.process.pid).children(recursive=True)
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            for child in psutil.wait_procs(children, timeout=2)[1]:
                child.kill()
        self.process = None
        if self._owns_data:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    def log(self) -> str:
        return (self.data_dir / "serve.log").read_text(errors="replace")

    def token(self, slug: str = "sales", name: str = "alice") -> str:
        """A key of somebody in a department; both are made when they do not exist."""
        code = _MAKE_TOKEN.format(slug=slug, name=name, password="correct horse 电池")
        said = self.manage("shell", "--no-imports", "-c", code)
        return said.split("SECRET", 1)[1].strip()

    def server_processes(self) -> list[psutil.Process]:
        """The web server's processes."""
        assert self.process is not None
        family = psutil.Process(self.process.pid).children(recursive=True)
        return [one for one in family if any("uvicorn" in w for w in one.cmdline())]

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


@cache
def _prepared() -> Path:
    """A folder with a migrated database and collected static files: made once, removed
    at the end of this process."""
    folder = Path(tempfile.mkdtemp(prefix="shengwen-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    template = Stack(folder)
    template.manage("migrate", "--verbosity", "0")
    template.manage("collectstatic", "--noinput", "--verbosity", "0")
    return folder
