"""The settings module, loaded in a process of its own with odd environments."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_settings(
    tmp_path: Path, expression: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHENGWEN_", "DATABASE_URL", "REDIS_URL"))
    }
    return subprocess.run(
        [sys.executable, "-c", f"from portal import settings\n{expression}"],
        cwd=ROOT,
        env={**clean, "SHENGWEN_DATA_DIR": str(tmp_path / "data"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://root@/x", "must be sqlite:/// or postgres://"),
        ("SHENGWEN_ENGINE", "dragon", "SHENGWEN_ENGINE must be one of auto"),
        ("SHENGWEN_ENGINE", "vllm", "SHENGWEN_ENGINE=vllm needs SHENGWEN_ENGINE_URL"),
        ("SHENGWEN_ENGINE_URL", "asr:8001", "SHENGWEN_ENGINE_URL: it must begin with"),
        ("SHENGWEN_UPLOAD_MAX_MB", "lots", "SHENGWEN_UPLOAD_MAX_MB must be a whole"),
        ("SHENGWEN_DEBUG", "maybe", "SHENGWEN_DEBUG must be true or false"),
        ("SHENGWEN_PREFIX", "asr", "SHENGWEN_PREFIX must be a path like /asr"),
        ("SHENGWEN_PREFIX", "/a sr", "SHENGWEN_PREFIX must be a path like /asr"),
        ("SHENGWEN_PREFIX", "/a/../b", "SHENGWEN_PREFIX must be a path like /asr"),
        ("SHENGWEN_PREFIX", "//a", "SHENGWEN_PREFIX must be a path like /asr"),
        ("SHENGWEN_PREFIX", "/a?b", "SHENGWEN_PREFIX must be a path like /asr"),
        ("SHENGWEN_PREFIX", "/api/asr", "SHENGWEN_PREFIX must not begin with /api"),
        ("SHENGWEN_COOKIE_NAME", "a;b", "SHENGWEN_COOKIE_NAME must be 1 to 40"),
        ("SHENGWEN_SECRET_KEY_FILE", "/nowhere/key", "SHENGWEN_SECRET_KEY_FILE: "),
        ("SHENGWEN_API_RATE", "abc", "SHENGWEN_API_RATE must be like 600/min"),
        ("SHENGWEN_API_RATE", "0/min", "SHENGWEN_API_RATE must be like 600/min"),
        ("SHENGWEN_TIME_ZONE", "Asia/Shangai", "SHENGWEN_TIME_ZONE must be a time"),
        ("SHENGWEN_TIME_ZONE", "../../etc", "SHENGWEN_TIME_ZONE must be a time zone"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL must begin with redis://"),
        (
            "SHENGWEN_ALLOWED_HOSTS",
            "a.cn,https://b.cn",
            "SHENGWEN_ALLOWED_HOSTS: 'https://b.cn' is not a host name",
        ),
        ("SHENGWEN_ALLOWED_HOSTS", "a.cn:8000", "'a.cn:8000' is not a host name"),
        ("SHENGWEN_TRUSTED_ORIGINS", "b.cn", "'b.cn' is not an origin like https://"),
        ("SHENGWEN_TRUSTED_PROXIES", "nginx", "'nginx' is not an IP address or netw"),
        (
            "SHENGWEN_IDLE_TIMEOUT_MINUTE",
            "5",
            "There is no setting SHENGWEN_IDLE_TIMEOUT_MINUTE. "
            "Did you mean SHENGWEN_IDLE_TIMEOUT_MINUTES?",
        ),
        ("SHENGWEN_TRASH_DAYS_FILE", "/x", "is no setting SHENGWEN_TRASH_DAYS_FILE."),
        ("SHENGWEN_", "", "There is no setting SHENGWEN_."),
    ],
)
def test_odd_values_stop_the_portal_with_a_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    done = load_settings(tmp_path, **{name: value})
    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]


def test_a_bare_environment_is_the_embedded_size(tmp_path: Path) -> None:
    done = load_settings(
        tmp_path,
        "assert settings.DATABASES['default']['ENGINE'].endswith('sqlite3')\n"
        "assert settings.Q_CLUSTER['orm'] == 'default'\n"
        "assert 'redis' not in settings.Q_CLUSTER\n"
        "assert not settings.DEBUG\n",
    )
    assert done.returncode == 0, done.stderr


def test_chores_have_as_many_workers_as_are_asked_for(tmp_path: Path) -> None:
    done = load_settings(
        tmp_path,
        "clusters = settings.Q_CLUSTER['ALT_CLUSTERS']\n"
        "assert clusters['chores']['workers'] == 3\n"
        "assert clusters['batch']['workers'] == settings.Q_CLUSTER['workers'] == 1\n",
        SHENGWEN_CHORES_WORKERS="3",
    )
    assert done.returncode == 0, done.stderr


def test_the_server_size_is_two_variables_away(tmp_path: Path) -> None:
    done = load_settings(
        tmp_path,
        "assert settings.DATABASES['default']['ENGINE'].endswith('postgresql')\n"
        "assert settings.Q_CLUSTER['redis'] == 'redis://127.0.0.1/0'\n"
        "assert 'orm' not in settings.Q_CLUSTER\n",
        DATABASE_URL="postgres://portal@/shengwen",
        REDIS_URL="redis://127.0.0.1/0",
    )
    assert done.returncode == 0, done.stderr


def test_the_secret_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    for _ in range(2):
        done = load_settings(
            tmp_path, "import sys; sys.stdout.write(settings.SECRET_KEY)"
        )
        assert done.returncode == 0, done.stderr
        path = tmp_path / "data" / "secret_key"
        assert done.stdout == path.read_text(encoding="utf-8").strip()
        assert len(done.stdout) >= 50
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
