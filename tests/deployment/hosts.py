"""Hosts of a fleet on one machine: each in network, process and host name namespaces of
its own. They share the servers (through their sockets) and the media folder, as two
machines would; no host sees the other's processes or its loopback."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.stack import ROOT

READY_SECONDS = 200
_POST = """
import httpx, json, sys
answer = httpx.post(
    sys.argv[1],
    headers={"Authorization": f"Bearer {sys.argv[2]}", "Host": "localhost"},
    files={"audio": ("call.wav", open(sys.argv[3], "rb"))},
    timeout=120,
)
print(json.dumps({"status": answer.status_code, "said": answer.json()}))
"""


class Host:
    """One host; ``data`` is its own folder, ``media`` everybody's."""

    def __init__(
        self, name: str, media: Path, *before: str, **environment: str
    ) -> None:
        self.name, self.before = name, before
        self.data = Path(tempfile.mkdtemp(prefix=f"shengwen-{name}-"))
        (self.data / "media").symlink_to(media)
        self.environment = {
            **os.environ,
            "SHENGWEN_MODELS_DIR": os.environ.get(
                "SHENGWEN_MODELS_DIR", str(ROOT / "var" / "models")
            ),
            "SHENGWEN_DATA_DIR": str(self.data),
            "SHENGWEN_ENGINE": "vosk",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def serve(self, programs: str) -> None:
        """Begin to; ``wait_until_ready`` or ``last_words`` says how it went."""
        inside = f'hostname {self.name} && ip link set lo up && exec "$@"'
        with (self.data / "serve.log").open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *("unshare", "--net", "--uts", "--pid", "--fork", "--mount-proc"),
                    *("--kill-child", "sh", "-c", inside, "sh", *self.before),
                    *(sys.executable, "manage.py", "serve", "--programs", programs),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def log(self) -> str:
        return (self.data / "serve.log").read_text("utf-8", "replace")

    def wait_until_ready(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + READY_SECONDS
        while "Ready: " not in self.log():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)

    def last_words(self) -> str:
        """What it says when it refuses to start."""
        assert self.process is not None
        status = self.process.wait(READY_SECONDS)
        assert status == 1, self.log()
        return self.log()

    def post(self, path: str, token: str, file: Path) -> dict[str, object]:
        """A client on this host: the others cannot reach its loopback."""
        inner = self._first_process()
        done = subprocess.run(
            [
                *("nsenter", "--target", str(inner), "--net"),
                *(sys.executable, "-c", _POST, f"http://127.0.0.1:8000{path}"),
                *(token, str(file)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr + self.log()
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    def stop(self) -> None:
        """Down within seconds, its folder with it."""
        if self.process is not None and self.process.poll() is None:
            psutil.Process(self._first_process()).send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.data, ignore_errors=True)

    def _first_process(self) -> int:
        assert self.process is not None
        return psutil.Process(self.process.pid).children()[0].pid
