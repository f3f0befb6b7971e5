"""The examples of docs/api.md do what they say, on a server that runs."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.runner.required import skip_or_fail
from tests.stack import ROOT
from tests.transcription.api.conftest import wav
from tests.transcription.api.v1.running.conftest import Portal

pytestmark = pytest.mark.once


def examples() -> list[str]:
    """The commands of the section about ``/api/v1/``."""
    page = (ROOT / "docs" / "api.md").read_text()
    section = page.split("\n## /api/v1/\n", 1)[1].split("\n## ", 1)[0]
    block = "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))
    return block.replace("\\\n", "").strip().splitlines()


def test_every_example_is_answered(portal: Portal, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        skip_or_fail("curl", "curl is not installed.")
    (tmp_path / "call.wav").write_bytes(wav(value=7))
    # A refusal is an error of the command.
    (tmp_path / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    things = portal.things[-1]
    base = f"{portal.base_url}/api/v1/departments/sales"
    segment = f"{base}/recordings/{things['recording']}/segments/{things['segment']}/"
    headers = {"Authorization": f"Bearer {portal.token}"}
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "A": f"Authorization: Bearer {portal.token}",
        "D": base,
        "RECORDING": things["recording"],
        "SEGMENT": things["segment"],
        "VERSION": httpx.get(segment, headers=headers).headers["ETag"],
        "LIST": things["list"],
    }
    found = examples()
    assert len(found) > 10
    for command in found:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    corrected = httpx.get(segment, headers=headers).json()
    assert corrected["text"] == "您好，云帆科技。"
    assert "-->" in (tmp_path / "call.srt").read_text()
