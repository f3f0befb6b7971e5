"""The shipped unit, its drop-ins, the log rotation and the settings example, read by
the programs that read them on a server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.shengwen import read_settings
from portal.management.commands.serve import PROGRAMS
from tests.portal.test_documentation import VARIABLE
from tests.portal.test_settings import load_settings
from tests.runner.required import skip_or_fail

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
HOSTS = [(), ("web-host.conf",), ("worker-host.conf",), ("chores-host.conf",)]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def analyze(unit: Path, *words: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        skip_or_fail("systemd", "systemd-analyze is not on this machine.")
    # Its folder before the system's own, so that the drop-in is found.
    search = f"{unit.parent}:"
    return run("systemd-analyze", *words, str(unit), SYSTEMD_UNIT_PATH=search)


@pytest.fixture(params=HOSTS, ids=["all", "web", "worker", "chores"])
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The unit of one kind of host, on this machine's code."""
    (tmp_path / "shengwen.service.d").mkdir()
    names = ["shengwen.service", *request.param]
    for name in names:
        text = (DEPLOY / "systemd" / name).read_text("utf-8")
        place = "shengwen.service.d/" if name != "shengwen.service" else ""
        here = text.replace("/opt/shengwen/.venv", sys.prefix)
        (tmp_path / f"{place}{name}").write_text(
            here.replace("/opt/shengwen", str(ROOT))
        )
    return tmp_path / "shengwen.service"


def test_systemd_understands_every_line(unit: Path) -> None:
    done = analyze(unit, "verify")
    assert done.returncode == 0, done.stderr
    assert "shengwen" not in done.stderr, done.stderr


def test_the_service_is_hardened_to_3_or_better(unit: Path) -> None:
    done = analyze(unit, "security", "--offline=true", "--threshold=30")
    assert done.returncode == 0, done.stdout
    assert "Overall exposure level" in done.stdout


@pytest.mark.parametrize("name", ["shengwen-backup.service", "shengwen-backup.timer"])
def test_the_nightly_backup_is_understood_and_hardened(
    name: str, tmp_path: Path
) -> None:
    for shipped in DEPLOY.glob("systemd/shengwen-backup.*"):
        here = shipped.read_text("utf-8").replace("/opt/shengwen/.venv", sys.prefix)
        (tmp_path / shipped.name).write_text(here.replace("/opt/shengwen", str(ROOT)))
    done = analyze(tmp_path / name, "verify")
    assert done.returncode == 0, done.stderr
    assert "shengwen" not in done.stderr, done.stderr
    if name.endswith(".service"):
        done = analyze(tmp_path / name, "security", "--offline=true", "--threshold=30")
        assert done.returncode == 0, done.stdout


def test_between_them_the_hosts_of_a_fleet_run_every_program() -> None:
    drop_ins = [DEPLOY / "systemd" / f"{name}-host.conf" for name in ("web", "worker")]
    lines = "".join(path.read_text("utf-8") for path in drop_ins)
    listed = re.findall(r"^ExecStart=.* --programs (\S+)$", lines, re.MULTILINE)
    assert sorted(",".join(listed).split(",")) == sorted(PROGRAMS)


def test_decoder_and_graphics_card_keep_what_they_need() -> None:
    text = (DEPLOY / "systemd" / "shengwen.service").read_text("utf-8")
    said = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert set(said["RestrictNamespaces"].split()) >= {"user", "net"}
    assert "landlock_restrict_self" in text
    assert "DeviceAllow=char-nvidia* rw" in text
    for name in (
        "PrivateUsers",
        "PrivateDevices",
        "RestrictSUIDSGID",
        "MemoryDenyWriteExecute",
    ):
        assert name not in said, name


def test_logrotate_understands_its_file() -> None:
    program = shutil.which("logrotate", path="/usr/sbin:/usr/bin")
    if program is None:
        skip_or_fail("logrotate", "logrotate is not on this machine.")
    done = run(program, "--debug", str(DEPLOY / "logrotate" / "shengwen"))
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr
    assert "/var/log/shengwen/*.log  after 1 days (190 rotations)" in done.stderr


def test_the_settings_example_is_taken_as_it_is(tmp_path: Path) -> None:
    lines = (DEPLOY / "shengwen.env").read_text("utf-8").splitlines()
    settings = read_settings(lines)
    assert settings["SHENGWEN_DATA_DIR"] == "/var/lib/shengwen"
    settings["SHENGWEN_DATA_DIR"] = str(tmp_path / "data")
    settings["SHENGWEN_MEDIA_GROUP"] = "root"
    done = load_settings(
        tmp_path, "assert settings.HTTPS and settings.SENDFILE_NGINX", **settings
    )
    assert done.returncode == 0, done.stderr


def test_every_variable_of_the_example_is_in_the_documented_table() -> None:
    example = (DEPLOY / "shengwen.env").read_text("utf-8")
    table = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    named = {name.removesuffix("_FILE") for name in VARIABLE.findall(example)}
    assert named - set(VARIABLE.findall(table)) == set()


def test_nginx_and_the_unit_speak_of_the_same_port() -> None:
    unit = (DEPLOY / "systemd" / "shengwen.service").read_text("utf-8")
    nginx = (DEPLOY / "nginx" / "shengwen.conf").read_text("utf-8")
    (port,) = re.findall(r"serve --port (\d+)", unit)
    assert f"proxy_pass http://127.0.0.1:{port};" in nginx


def test_the_documents_name_every_shipped_file_and_no_other() -> None:
    text = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    shipped = {path.name for path in DEPLOY.rglob("*.*") if path.is_file()}
    shipped = {name for name in shipped if not name.endswith(".pyc")} | {"shengwen"}
    named = re.findall(r"deploy/[\w/.-]*\w", text)
    assert [path for path in named if not (ROOT / path).is_file()] == []
    assert {name for name in shipped if name not in text} == set()
