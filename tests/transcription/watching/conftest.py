"""A recorder, and alice in whose name its files are taken."""

from pathlib import Path

import pytest

from accounts.models.people import User
from tests.transcription.watching.recorder import Recorder


@pytest.fixture
def recorder(alice: User, tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "inbox")
