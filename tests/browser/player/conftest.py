"""Recordings to listen to."""

import re
import subprocess
import sys

import pytest

from tests.stack import ROOT, Stack


@pytest.fixture(scope="package")
def addresses(portal: Stack) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.player.filling"],
        cwd=ROOT,
        env=portal.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return re.findall(r"ADDRESS (\S+)", done.stdout)


@pytest.fixture
def address(addresses: list[str]) -> str:
    """The hour's."""
    return addresses[0]
