"""The installation, with pip and npm replaced by small programs that only say so."""

import shutil
import socket
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from portal import bootstrap

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def fresh_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with nothing installed; installers leave their calls in ``calls``."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("django==5.2\n")
    (tmp_path / "requirements" / "dev.txt").write_text("django==5.2\npytest==9\n")
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    python = tmp_path / ".venv" / "bin" / "python"
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", python)
    monkeypatch.setattr(bootstrap, "STAMPS", tmp_path / ".venv" / "installed.json")
    monkeypatch.setattr(bootstrap, "INSTALL_LOG", tmp_path / "var" / "install.log")

    def install(what: str, command: list[str], advice: str) -> None:
        with (tmp_path / "calls").open("a") as calls:
            calls.write(" ".join(command) + "\n")
        if "venv" in command:
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
        if "ci" in command:
            (tmp_path / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(bootstrap, "run_logged", install)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return tmp_path


def calls(clone: Path) -> list[str]:
    path = clone / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_a_fresh_clone_installs_torch_first_then_the_lock_by_hash(
    fresh_clone: Path,
) -> None:
    bootstrap.install("base")
    venv, torch, packages, npm = calls(fresh_clone)
    assert "-m venv" in venv
    assert torch.endswith("torch==2.13.0")
    assert "--no-deps --require-hashes -r" in packages
    assert packages.endswith("requirements/base.txt")
    assert "ci --ignore-scripts" in npm
    assert npm.endswith("--omit=dev")


def test_the_second_installation_does_nothing(fresh_clone: Path) -> None:
    bootstrap.install("base")
    before = calls(fresh_clone)
    bootstrap.install("base")
    assert calls(fresh_clone) == before


def test_a_changed_lock_is_installed_again(fresh_clone: Path) -> None:
    bootstrap.install("base")
    before = len(calls(fresh_clone))
    (fresh_clone / "requirements" / "base.txt").write_text("django==5.3\n")
    bootstrap.install("base")
    assert len(calls(fresh_clone)) == before + 1


def test_the_developers_lock_contains_the_other(fresh_clone: Path) -> None:
    bootstrap.install("dev")
    before = calls(fresh_clone)
    bootstrap.install("base")
    assert calls(fresh_clone) == before


def test_what_only_tests_need_of_npm_comes_with_the_developers_lock(
    fresh_clone: Path,
) -> None:
    bootstrap.install("base")
    bootstrap.install("dev")
    npm = calls(fresh_clone)[-1]
    assert "ci --ignore-scripts" in npm
    assert "--omit" not in npm


def test_missing_npm_is_one_sentence(
    fresh_clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.SetupError, match="npm is missing"):
        bootstrap.install("base")


def test_npm_is_not_asked_for_again(
    fresh_clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.install("base")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    bootstrap.install("base")


def test_a_full_disk_stops_before_the_first_download(
    fresh_clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = Usage(2**40, 2**40, 5 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(bootstrap.SetupError, match="Only 5 MB are free"):
        bootstrap.install("base")
    assert calls(fresh_clone) == []


def test_an_old_python_is_refused_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(bootstrap.SetupError, match=r"make run PYTHON=python3\.11"):
        bootstrap.check_python()


def test_a_failed_installer_is_one_sentence_and_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "INSTALL_LOG", tmp_path / "log" / "install.log")
    script = "import sys; sys.exit('Connection refused')"
    with pytest.raises(
        bootstrap.SetupError, match=r"Installing x failed\. Reachable\?"
    ):
        bootstrap.run_logged(
            "Installing x", [sys.executable, "-c", script], "Reachable?"
        )
    assert "Connection refused" in (tmp_path / "log" / "install.log").read_text()


def test_an_installer_that_met_a_full_disk_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "INSTALL_LOG", tmp_path / "install.log")
    script = "import sys; sys.exit('[Errno 28] No space left on device')"
    with pytest.raises(bootstrap.SetupError, match="The disk is full"):
        bootstrap.run_logged(
            "Installing x", [sys.executable, "-c", script], "Reachable?"
        )


def test_a_taken_port_is_one_sentence_before_anything_is_installed(
    fresh_clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert bootstrap.main(["run", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"Stopped: Port {port} is taken")
    assert said.count("\n") == 1
    assert calls(fresh_clone) == []


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "", "８０００"])
def test_a_port_that_is_none_is_refused(
    fresh_clone: Path, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    assert bootstrap.main(["run", f"--port={port}"]) == 1
    assert "PORT must be a number from 1 to 65535" in capsys.readouterr().err


def test_what_root_finishes_the_service_need_not_write(
    fresh_clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code belongs to root, and the data to the service: neither is touched."""
    seen: list[tuple[str, str]] = []

    def run(
        what: str, command: list[str], advice: str, environment: dict[str, str]
    ) -> None:
        seen.append((command[-1], environment["SHENGWEN_DATA_DIR"]))

    monkeypatch.setattr(bootstrap, "run_logged", run)
    bootstrap.finish_code()
    assert [what for what, _ in seen] == [
        "vendor_assets",
        "compile_translations",
        "transcription",
    ]
    assert not any(Path(folder).exists() for _, folder in seen)
