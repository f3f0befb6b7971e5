"""``manage.py serve``: web, clusters, janitor and watcher until Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from portal.bootstrap import SetupError, check_port, port_number
from portal.installation import data_folder
from portal.processes import supervision
from transcription.models.runs import JobQueue
from transcription.services.installation import begin_installation
from transcription.services.kinds import requeue_orphans
from transcription.services.media.disk.ballast import give_room
from transcription.services.runs.cluster.processes import end_with_parent

PROGRAMS = ("web", *JobQueue.values, "janitor", "watch")
READY_SECONDS = 90
LOOK_EVERY_SECONDS = 0.25
DEATHS_BEFORE_GIVING_UP = 3


class Command(BaseCommand):
    help = "Serve the portal and its workers on this machine until Ctrl-C."
    requires_system_checks = []  # ``look_around`` runs them, with the database's

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument(
            "--programs",
            default=",".join(PROGRAMS),
            help="Which of them run on this machine (default: %(default)s).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = [name.strip() for name in options["programs"].split(",")]
        if unknown := set(names) - set(PROGRAMS):
            raise CommandError(
                f"Unknown program {', '.join(sorted(unknown))}; "
                f"there are {', '.join(PROGRAMS)}."
            )
        host = options["host"]
        self.run_dir, self.log_dir = (
            settings.DATA_DIR / "run",
            settings.DATA_DIR / "log",
        )
        give_room()
        try:
            port = port_number(options["port"])
            self.refuse_a_second_supervisor()
            if "web" in names:
                check_port(host, port)
        except SetupError as error:
            raise CommandError(str(error)) from error
        self.look_around()
        self.stop_requests = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.request_stop)
        self.give_jobs_back()
        self.supervise(self.programs(names, host, port), (host, port))

    def programs(
        self, names: list[str], host: str, port: int
    ) -> list[supervision.Program]:
        known = {
            "web": supervision.web_program(host, port, settings.TRUSTED_PROXIES),
            **{queue: supervision.cluster_program(queue) for queue in JobQueue.values},
            "janitor": supervision.janitor_program(),
            "watch": supervision.watch_program(),
        }
        if settings.WATCH_DIR is None:
            del known["watch"]  # there is nothing to watch
        return [known[name] for name in names if name in known]

    def look_around(self) -> None:
        """Close what others may read, and compare this host with the others."""
        for line in data_folder.close():
            self.say(f"      {line}")
        try:
            begin_installation()
            self.check(databases=["default"])
        except DatabaseError as error:
            raise CommandError(
                f"The database is not ready ({str(error).strip()}). "
                "If it is new, run: manage.py prepare"
            ) from error
        except OSError as error:
            raise CommandError(
                f"The media folder {settings.MEDIA_ROOT} cannot be used by this user: "
                f"{error.strerror}."
            ) from error

    def request_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop_requests += 1

    def refuse_a_second_supervisor(self) -> None:
        pid = supervision.running_supervisor(self.run_dir)
        if pid is not None:
            raise SetupError(
                f"This portal is already running (data in {settings.DATA_DIR}). "
                f"Stop it with Ctrl-C where it runs, or with: kill {pid}"
            )
        supervision.end_strays(settings.DATA_DIR)

    def give_jobs_back(self) -> None:
        """No worker of this machine is alive now: what they held goes to the queue."""
        try:
            requeued = requeue_orphans().requeued
        except DatabaseError as error:
            raise CommandError(
                f"The database is not ready ({str(error).strip()}). "
                "If it is new, run: manage.py prepare"
            ) from error
        if requeued:
            self.say(f"      {len(requeued)} unfinished jobs went back to the queue")

    def supervise(
        self, programs: list[supervision.Program], address: tuple[str, int]
    ) -> None:
        try:
            supervisor = self.start_supervisor(programs)
        except OSError as error:
            raise CommandError(
                f"{settings.DATA_DIR} cannot be written: {error.strerror}."
            ) from error
        follower = supervision.LogFollower(
            [
                self.log_dir / "supervisord.log",
                *(self.log_dir / f"{program.name}.log" for program in programs),
            ]
        )
        has_web = any(program.name == "web" for program in programs)
        trouble = ""
        try:
            if has_web:
                trouble = self.wait_until_ready(supervisor, follower, address)
            if not trouble and not self.stop_requests:
                names = ", ".join(program.name for program in programs)
                place = where(*address) + settings.PREFIX
                ready = place if has_web else f"{names} (no web server here)"
                self.say(f"      Ready: {ready}  (Ctrl-C stops it)")
            while not trouble and not self.stop_requests:
                self.echo(follower)
                if supervisor.poll() is not None:
                    trouble = "The supervisor died; see supervisord.log."
                time.sleep(LOOK_EVERY_SECONDS)
        finally:
            self.stop(supervisor)
        if trouble:
            raise CommandError(f"{trouble} Logs: {self.log_dir}")

    def start_supervisor(
        self, programs: list[supervision.Program]
    ) -> subprocess.Popen[bytes]:
        self.run_dir.mkdir(parents=True, exist_ok=True)
        self.log_dir.mkdir(parents=True, exist_ok=True)
        config = self.run_dir / "supervisord.conf"
        config.write_text(
            supervision.render_config(
                programs,
                root=settings.BASE_DIR,
                run_dir=self.run_dir,
                log_dir=self.log_dir,
            ),
            encoding="utf-8",
        )
        # A session of its own: Ctrl-C at the terminal reaches this process alone, which
        # then stops everything in order.
        return subprocess.Popen(  # noqa: S603 - our own command line
            [
                sys.executable,
                "-m",
                "portal.processes.supervisor_process",
                "-c",
                str(config),
            ],
            cwd=settings.BASE_DIR,
            env={**os.environ, supervision.MARK: str(settings.DATA_DIR)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.log_dir / "supervisord.err").open("wb"),
            start_new_session=True,
            # Should this process be killed, the supervisor stops everything by itself.
            preexec_fn=partial(end_with_parent, os.getpid()),
        )

    def say(self, *lines: str) -> None:
        # Whoever reads along may have gone, or writes to a disk that is full: the
        # portal serves on.
        with suppress(OSError):
            for line in lines:
                self.stdout.write(line)
            self.stdout.flush()

    def echo(self, follower: supervision.LogFollower) -> int:
        """Show what is worth showing; how often the web server died meanwhile."""
        deaths = 0
        for name, line in follower.news():
            self.say(f"{name}: {line}")
            deaths += "exited: web " in line
        return deaths

    def wait_until_ready(
        self,
        supervisor: subprocess.Popen[bytes],
        follower: supervision.LogFollower,
        address: tuple[str, int],
    ) -> str:
        """Empty once the portal answers; otherwise the sentence that says why not."""
        deaths = 0
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and not self.stop_requests:
            deaths += self.echo(follower)
            if supervisor.poll() is not None:
                said = supervision.last_line(self.log_dir / "supervisord.err")
                return f"The supervisor did not start: {said}"
            if deaths >= DEATHS_BEFORE_GIVING_UP:
                said = supervision.last_line(self.log_dir / "web.log")
                return f"The web server does not start: {said}"
            if answers(*address):
                return ""
            time.sleep(LOOK_EVERY_SECONDS)
        return "" if self.stop_requests else "The web server does not answer."

    def stop(self, supervisor: subprocess.Popen[bytes]) -> None:
        """Everything down within seconds; a second Ctrl-C does not wait for graces."""
        self.say("Stopping …")
        asked = self.stop_requests
        deadline = time.monotonic() + supervision.STOP_SECONDS + 5
        if supervisor.poll() is None:
            supervisor.terminate()
        while supervisor.poll() is None:
            if time.monotonic() > deadline or self.stop_requests > asked:
                supervisor.kill()
                supervisor.wait()
            time.sleep(0.05)
        supervision.end_strays(settings.DATA_DIR)
        try:
            self.give_jobs_back()
        except CommandError as error:  # the next start, or the janitor, does it
            self.say(str(error))
        self.say("Stopped.")


def where(host: str, port: int) -> str:
    """The address as a browser wants it."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def answers(host: str, port: int) -> bool:
    """Whether a web server answers there. Which status is not asked: behind HTTPS or
    another host name, this plain request is rightly sent elsewhere."""
    connection = HTTPConnection(
        {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host),  # noqa: S104
        port,
        timeout=2,
    )
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
