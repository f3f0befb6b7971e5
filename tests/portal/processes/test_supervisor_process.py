"""supervisor with logs for which there is no room: ``/dev/full`` refuses every byte."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.processes.supervision import Program, render_config
from tests.stack import ROOT

FULL = Path("/dev/full")
TALKER = """
import sys, time
from pathlib import Path
began = Path(sys.argv[1])
began.write_text(began.read_text() + "x" if began.exists() else "x")
for _ in range(20):
    print("a line that finds no room", flush=True)
    time.sleep(0.05)
"""


@pytest.mark.skipif(not FULL.exists(), reason="Linux has /dev/full")
def test_a_log_without_room_stops_neither_supervisor_nor_its_programs(
    tmp_path: Path,
) -> None:
    starts = tmp_path / "starts"
    config = tmp_path / "supervisord.conf"
    (tmp_path / "talker.py").write_text(TALKER)
    words = (sys.executable, str(tmp_path / "talker.py"), str(starts))
    talker = Program("talker", words)
    text = render_config([talker], root=ROOT, run_dir=tmp_path, log_dir=tmp_path)
    for name in ("supervisord.log", "talker.log"):
        text = text.replace(str(tmp_path / name), str(FULL))
    config.write_text(text)
    with (
        FULL.open("wb") as full,
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "portal.processes.supervisor_process",
                "-c",
                str(config),
            ],
            cwd=ROOT,
            stdout=full,
            stderr=full,
        ) as supervisor,
    ):
        try:
            deadline = time.monotonic() + 60
            while not (starts.exists() and len(starts.read_text()) >= 2):
                assert supervisor.poll() is None, "supervisor died of its log"
                assert time.monotonic() < deadline, "the program was not restarted"
                time.sleep(0.1)
        finally:
            supervisor.terminate()
    assert supervisor.returncode == 0
