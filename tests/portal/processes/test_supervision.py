import configparser
import os
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from portal.processes.supervision import (
    MARK,
    OPEN_FILES,
    LogFollower,
    Program,
    cluster_program,
    end_strays,
    last_line,
    render_config,
    running_supervisor,
    web_program,
)


def rendered(
    tmp_path: Path, *programs: Program, run_dir: Path | None = None
) -> configparser.RawConfigParser:
    text = render_config(
        programs,
        root=tmp_path,
        run_dir=run_dir or Path("/run/s"),
        log_dir=tmp_path / "log",
    )
    config = configparser.RawConfigParser(inline_comment_prefixes=(" ;",))
    config.read_string(text)
    return config


def test_web_and_each_cluster_are_programs_of_their_own(tmp_path: Path) -> None:
    config = rendered(
        tmp_path, web_program("127.0.0.1", 8000, []), cluster_program("batch")
    )
    assert "program:web" in config
    batch = config["program:batch"]
    assert shlex.split(batch["command"])[-2:] == ["cluster", "batch"]
    assert batch["autorestart"] == "true"
    assert batch["killasgroup"] == "true"


def test_a_folder_with_blanks_and_percent_signs_is_carried_through(
    tmp_path: Path,
) -> None:
    odd = tmp_path / "a b 100%"
    config = rendered(odd, Program("web", (str(odd / "python"), "-m", "x y")))
    section = config["program:web"]
    assert section["directory"] == str(odd).replace("%", "%%")
    words = shlex.split(section["command"].replace("%%", "%"))
    assert words == [str(odd / "python"), "-m", "x y"]


def test_a_run_folder_too_deep_for_a_socket_goes_without(tmp_path: Path) -> None:
    assert "unix_http_server" in rendered(tmp_path)
    assert "unix_http_server" not in rendered(tmp_path, run_dir=Path("/" + "d" * 120))


def test_as_many_files_may_be_open_as_the_connections_need(tmp_path: Path) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    config = rendered(tmp_path, web_program("127.0.0.1", 8000, []))
    assert config["supervisord"]["minfds"] == str(allowed)


def test_forwarded_addresses_are_believed_from_named_proxies_only() -> None:
    assert "--no-proxy-headers" in web_program("127.0.0.1", 8000, []).command
    command = web_program("127.0.0.1", 8000, ["10.0.0.1", "10.0.0.2"]).command
    assert command[-2:] == ("--forwarded-allow-ips", "10.0.0.1,10.0.0.2")


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-23 10:00:00,000 ERROR django.request: Internal Server Error: /x",
        "2026-11-23 10:00:00,000 WARNING transcription.services.jobs.orders: came back",
        "2026-11-23 10:00:00,000 INFO transcription.services.jobs.working: job done",
        "2026-11-23 10:00:00,000 WARN exited: web (exit status 1; not expected)",
        "ERROR:    Exception in ASGI application",
    ],
)
def test_what_matters_is_shown_at_the_terminal(tmp_path: Path, line: str) -> None:
    log = tmp_path / "web.log"
    log.write_text("an old line\n")
    follower = LogFollower([log])
    with log.open("a") as output:
        output.write(f"{line}\n")
    assert list(follower.news()) == [("web", line)]
    assert list(follower.news()) == []


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-23 10:00:00,000 WARNING django.request: Not Found: /favicon.ico",
        "2026-11-23 10:00:00,000 INFO django-q: Q Cluster is running.",
        "2026-11-23 10:00:00,000 INFO spawned: 'web' with pid 1",
    ],
)
def test_what_does_not_matter_stays_in_the_file(tmp_path: Path, line: str) -> None:
    log = tmp_path / "web.log"
    follower = LogFollower([log])
    log.write_text(f"{line}\n")
    assert list(follower.news()) == []


def test_a_rotated_log_is_followed_and_half_a_line_waits(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("x" * 500 + "\n")
    follower = LogFollower([log, tmp_path / "not-there-yet.log"])
    log.write_text("ERROR: one\nERROR: tw")
    assert list(follower.news()) == [("web", "ERROR: one")]
    with log.open("a") as output:
        output.write("o\n")
    assert list(follower.news()) == [("web", "ERROR: two")]


def test_the_last_line_is_what_a_dying_program_said(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    assert last_line(log) == ""
    log.write_text("Traceback\n  ImportError: no such thing\n\n")
    assert last_line(log) == "ImportError: no such thing"


def test_a_pid_file_left_behind_is_not_a_running_supervisor(tmp_path: Path) -> None:
    assert running_supervisor(tmp_path) is None
    (tmp_path / "supervisord.pid").write_text(str(os.getpid()))
    assert running_supervisor(tmp_path) is None


def test_strays_of_this_data_directory_are_ended_and_nobody_else(
    tmp_path: Path,
) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    ours = subprocess.Popen(sleeper, env={**os.environ, MARK: str(tmp_path)})
    others = subprocess.Popen(sleeper, env={**os.environ, MARK: str(tmp_path / "x")})
    try:
        assert end_strays(tmp_path) == 1
        assert not psutil.pid_exists(ours.pid)
        assert others.poll() is None
    finally:
        for process in (ours, others):
            process.kill()
            process.wait()
