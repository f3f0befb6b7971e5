"""The processes of one machine, and the supervisor that keeps them alive.

Web, each cluster, the janitor and the watcher are programs of their own: a killed
cluster does not take the portal down with it, and each comes back with a growing pause.
"""

import os
import re
import resource
import shlex
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

import psutil

TEMPLATE = Path(__file__).with_name("supervisord.template.conf")
# Every process under the supervisor carries this; its value is the data directory.
MARK = "SHENGWEN_SUPERVISED"
# A connection that is still open after this is cut: a download goes on after restart.
GRACE_SECONDS = 3
STOP_SECONDS = 8
# Four per connection (portal/http/connection_limits.py), where the system allows it.
OPEN_FILES = 4096
SOCKET_PATH_LIMIT = 100  # the kernel's is 108 on Linux, 104 on macOS


@dataclass(frozen=True, slots=True)
class Program:
    """One supervised process."""

    name: str
    command: tuple[str, ...]


def web_program(host: str, port: int, trusted_proxies: Iterable[str]) -> Program:
    """The ASGI server; forwarded addresses are believed from named proxies only."""
    proxies = ",".join(trusted_proxies)
    forwarded = (
        ("--proxy-headers", "--forwarded-allow-ips", proxies)
        if proxies
        else ("--no-proxy-headers",)
    )
    return Program(
        "web",
        (
            *(sys.executable, "-m", "uvicorn", "portal.asgi:application"),
            *("--host", host, "--port", str(port), "--lifespan", "off"),
            *("--http", "portal.http.protocol:BoundedProtocol", "--ws", "none"),
            *("--no-access-log", "--log-level", "warning", "--no-server-header"),
            *("--timeout-graceful-shutdown", str(GRACE_SECONDS), *forwarded),
        ),
    )


def cluster_program(name: str) -> Program:
    """The workers of one queue."""
    return Program(name, (sys.executable, "manage.py", "cluster", name))


def janitor_program() -> Program:
    """The reaper of lost jobs and what else must happen every so often."""
    return Program("janitor", (sys.executable, "manage.py", "janitor"))


def watch_program() -> Program:
    """The watcher of the folders into which call recorders drop files."""
    return Program("watch", (sys.executable, "manage.py", "watch"))


def render_config(
    programs: Iterable[Program], *, root: Path, run_dir: Path, log_dir: Path
) -> str:
    """The supervisor's configuration. Percent signs are its own escape: doubled."""
    socket_path = run_dir / "supervisor.sock"
    control = ""
    if len(os.fsencode(socket_path)) <= SOCKET_PATH_LIMIT:
        control = _control_sections(socket_path)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        open_files=OPEN_FILES
        if hard == resource.RLIM_INFINITY
        else min(OPEN_FILES, hard),
        log_dir=_plain(str(log_dir)),
        run_dir=_plain(str(run_dir)),
        control=control,
        programs="".join(_program_section(p, root, log_dir) for p in programs),
    )


def _plain(text: str) -> str:
    return text.replace("%", "%%")


def _control_sections(socket_path: Path) -> str:
    path = _plain(str(socket_path))
    factory = "supervisor.rpcinterface:make_main_rpcinterface"
    return (
        f"\n[unix_http_server]\nfile={path}\nchmod=0700\n"
        f"\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory={factory}\n"
        f"\n[supervisorctl]\nserverurl=unix://{path}\n"
    )


def _program_section(program: Program, root: Path, log_dir: Path) -> str:
    settings = {
        "command": _plain(shlex.join(program.command)),
        "directory": _plain(str(root)),
        "autorestart": "true",
        # The pause grows by a second each time, and it never gives up.
        "startsecs": "5",
        "startretries": "999999999",
        "stopsignal": "TERM",
        "stopwaitsecs": str(STOP_SECONDS),
        # Each ends its own children in order; killing is for the whole group.
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": _plain(str(log_dir / f"{program.name}.log")),
        "stdout_logfile_maxbytes": "20MB",
        "stdout_logfile_backups": "5",
    }
    lines = "".join(f"{key}={value}\n" for key, value in settings.items())
    return f"\n[program:{program.name}]\n{lines}"


def running_supervisor(run_dir: Path) -> int | None:
    """The process id of the supervisor that already serves this data directory."""
    try:
        pid = int((run_dir / "supervisord.pid").read_text(encoding="ascii"))
        command = psutil.Process(pid).cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return pid if str(run_dir / "supervisord.conf") in command else None


def marked_processes(data_dir: Path) -> Iterator[psutil.Process]:
    """Every living process that the supervisor of this data directory has begotten."""
    for process in psutil.process_iter():
        try:
            marked = process.environ().get(MARK) == str(data_dir)
            if marked and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except (psutil.Error, OSError):
            continue


def end_strays(data_dir: Path) -> int:
    """Kill what outlived its supervisor; the number of processes that were left."""
    strays = list(marked_processes(data_dir))
    for process in strays:
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.Error:
            continue
    psutil.wait_procs(strays, timeout=5)
    return len(strays)


class LogFollower:
    """What the person at the terminal should see of the logs, from now on.

    Warnings and errors, what the domain says about jobs, and programs that died. A page
    that was not found is the visitor's business and stays in the file.
    """

    _WORTH_SAYING = re.compile(
        r"^(\S+ \S+ (ERROR|CRITICAL) "
        r"|\S+ \S+ WARNING (?!django\.request)"
        r"|\S+ \S+ INFO transcription\."
        r"|(WARNING|ERROR|CRITICAL):"
        r"|\S+ \S+ (WARN|INFO) exited: )"
    )

    def __init__(self, paths: Iterable[Path]) -> None:
        self._offsets = {path: _size(path) for path in paths}

    def news(self) -> Iterator[tuple[str, str]]:
        """Pairs of log name and line, written since the last call."""
        for path, offset in self._offsets.items():
            size = _size(path)
            if size < offset:  # rotated
                offset = 0
            if size == offset:
                continue
            with path.open("rb") as source:
                source.seek(offset)
                data = source.read(size - offset)
            whole_lines = data[: data.rfind(b"\n") + 1]
            self._offsets[path] = offset + len(whole_lines)
            for line in whole_lines.decode("utf-8", "replace").splitlines():
                if self._WORTH_SAYING.match(line):
                    yield path.stem, line


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def last_line(path: Path) -> str:
    """The last line with something in it: what a dying program said."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
