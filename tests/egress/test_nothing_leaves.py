"""Nothing is sent anywhere: a day's work and every recogniser, off the network.

The installation is watched by ``.ci/run`` itself, which runs it through the same seal.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.egress.sealed import SOMETHING_LEFT
from tests.models import models_dir
from tests.runner.required import skip_or_fail

# Not a second time on PostgreSQL and Redis: they are on the network it takes away.
pytestmark = [pytest.mark.models]

CALLS_OUT = """
import contextlib, socket
for call in (
    lambda: socket.create_connection(("telemetry.example.com", 443), 0.2),
    lambda: socket.create_connection(("2001:db8::5", 80), 0.2),
    lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("203.0.113.9", 123)),
):
    with contextlib.suppress(OSError):
        call()
"""


@pytest.fixture(autouse=True)
def _seal() -> None:
    """A kernel that gives namespaces, and the command that fills them."""
    probe = subprocess.run(
        [sys.executable, "-m", "tests.egress.sealed", "--", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if probe.returncode:
        skip_or_fail("namespaces", f"No network namespace: {probe.stderr[-300:]}")


def run_sealed(tmp_path: Path, *command: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and what tried to leave. Not in this process, which has threads:
    a child of it might wait for ever for what one of them holds."""
    report = tmp_path / "report.json"
    words = ("-m", "tests.egress.sealed", "--report", str(report), "--", *command)
    status = subprocess.run([sys.executable, *words], check=False).returncode
    return status, json.loads(report.read_text("utf-8"))


def test_the_seal_sees_names_and_packets_of_both_protocols(tmp_path: Path) -> None:
    status, seen = run_sealed(tmp_path, sys.executable, "-c", CALLS_OUT)
    assert status == SOMETHING_LEFT
    assert seen["lookups"] == ["telemetry.example.com"]
    assert set(seen["packets"]) == {
        "tcp 198.51.100.1 443",  # what the recorder answered for the name
        "tcp 2001:db8::5 80",
        "udp 203.0.113.9 123",
    }


def test_a_proxied_host_that_is_no_registry_is_an_escape() -> None:
    fetch = "curl -s -o /dev/null -m 5 -p -x http://127.0.0.1:3128 http://127.0.0.9:9"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.egress.sealed", "--registries", "--"),
            *("sh", "-c", f"{fetch}; true"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == SOMETHING_LEFT
    assert "127.0.0.9" in done.stdout


def test_a_day_from_the_first_start_on_asks_and_sends_nothing(tmp_path: Path) -> None:
    if not (models_dir() / "vosk-small-cn").is_dir():
        skip_or_fail("models", "The embedded models are not installed.")
    status, seen = run_sealed(tmp_path, sys.executable, "-m", "tests.egress.a_day")
    assert seen == {"lookups": [], "packets": [], "registries": []}
    assert status == 0  # and no file in the home directory


def test_every_recogniser_asks_and_sends_nothing(tmp_path: Path) -> None:
    """FunASR's, transformers' and ONNX Runtime's own code, on small models."""
    status, seen = run_sealed(
        tmp_path,
        *(sys.executable, "-m", "pytest", "-q", "-m", "models", "-x"),
        *("--basetemp", str(tmp_path / "base"), "-p", "no:cacheprovider"),
        "tests/transcription/engine/funasr/test_adapters.py",
        "tests/transcription/engine/transformers/test_nano.py",
        "tests/transcription/engine/funasr/test_speaker_models.py",
    )
    assert seen == {"lookups": [], "packets": [], "registries": []}
    assert status == 0
