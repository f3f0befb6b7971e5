"""One long transcript for the tests of its page."""

import subprocess
import sys

import pytest

from tests.stack import ROOT, Stack


@pytest.fixture(scope="module")
def address(portal: Stack) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.transcripts.filling"],
        cwd=ROOT,
        env=portal.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.split("ADDRESS ", 1)[1].strip()
