"""``shengwen COMMAND``: the service's user and settings, or a refusal. A command that
did not read this machine's settings makes no database of its own."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.shengwen import Refusal, become_owner

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / "deploy" / "shengwen.py"


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir(mode=0o700)
    path = tmp_path / "shengwen.env"
    path.write_text(
        "# an installation\n"
        f"SHENGWEN_DATA_DIR={tmp_path}/data\n"
        'SHENGWEN_TIME_ZONE="Europe/Berlin"\n'
        f"DATABASE_URL=sqlite:///{tmp_path}/data/other.sqlite3\n"
    )
    return path


def run(
    program: list[str], env_file: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHENGWEN_", "DATABASE_URL", "REDIS_URL"))
    }
    return subprocess.run(
        program,
        cwd=env_file.parent,
        env={**clean, "SHENGWEN_ENV_FILE": str(env_file), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def shengwen(env_file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, str(COMMAND), *words], env_file)


def manage(env_file: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(ROOT / "manage.py"), "migrate", "accounts", "zero"]
    return run(words, env_file, **environment)


def test_a_command_has_the_services_settings(env_file: Path) -> None:
    code = (
        "from django.conf import settings;"
        "print(settings.TIME_ZONE, settings.DATABASES['default']['NAME'])"
    )
    done = shengwen(env_file, "shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        "Europe/Berlin",
        f"{env_file.parent}/data/other.sqlite3",
    ]


def test_without_the_settings_no_database_is_made(env_file: Path) -> None:
    before = sorted((ROOT / "var").glob("*"))
    done = manage(env_file)
    assert done.returncode == 1
    assert f"settings in {env_file} were not read" in done.stderr
    assert "sudo shengwen COMMAND" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted((ROOT / "var").glob("*")) == before
    assert not (env_file.parent / "data" / "secret_key").exists()


def test_half_of_the_settings_is_not_enough(env_file: Path) -> None:
    done = manage(env_file, SHENGWEN_DATA_DIR=str(env_file.parent / "data"))
    assert done.returncode == 1
    assert "were not read (DATABASE_URL, SHENGWEN_TIME_ZONE …)" in done.stderr


def test_a_portal_beside_it_has_a_folder_of_its_own(env_file: Path) -> None:
    done = manage(env_file, SHENGWEN_DATA_DIR=str(env_file.parent / "beside"))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("export SHENGWEN_DEBUG=1", "line 5: NAME=value is expected."),
        ('SHENGWEN_TIME_ZONE="half', "line 5: the quotes do not match."),
    ],
)
def test_a_line_that_systemd_would_not_read_is_named(
    env_file: Path, line: str, sentence: str
) -> None:
    env_file.write_text(f"{env_file.read_text()}{line}\n")
    done = shengwen(env_file, "check")
    assert done.returncode == 1
    assert sentence in done.stderr


def test_an_installation_without_its_folder_is_a_sentence(env_file: Path) -> None:
    (env_file.parent / "data").rmdir()
    done = shengwen(env_file, "check")
    assert done.returncode == 1
    assert "docs/deployment.md says how it is made" in done.stderr


def test_root_becomes_the_owner_of_the_data(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    became: list[tuple[object, ...]] = []
    nobody = pwd.getpwnam("nobody")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: nobody)
    for name in ("initgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, lambda *args: became.append(args))
    become_owner(env_file.parent / "data")
    assert became == [
        ("nobody", nobody.pw_gid),
        (nobody.pw_gid,),
        (nobody.pw_uid,),
    ]
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(Refusal, match="Run it as root or as nobody"):
        become_owner(env_file.parent / "data")
