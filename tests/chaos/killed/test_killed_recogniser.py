"""The same with the real recogniser and a real call."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.chaos.conftest import Make
from tests.chaos.installation import MODELS_DIR, Installation, kill, wait_for
from tests.chaos.preloaded import ROOT
from tests.runner.required import skip_or_fail

pytestmark = [pytest.mark.chaos, pytest.mark.models]

CALLS = ROOT.parent / "shared" / "data" / "calls"


@pytest.fixture
def vosk(make_installation: Make) -> Installation:
    if not (MODELS_DIR / "vosk-small-cn").is_dir():
        skip_or_fail("models", "The embedded model is not installed.")
    return make_installation(
        REDIS_URL="",
        DJANGO_SETTINGS_MODULE="portal.settings",
        SHENGWEN_ENGINE="vosk",
        SHENGWEN_DEVICE="cpu",
    )


@pytest.fixture
def repeated_call(tmp_path: Path) -> Path:
    """The beginning of a real call, several times over."""
    source = sorted(CALLS.glob("*.wav"))
    if not source:
        pytest.skip("The test calls are not on this machine.")
    target = tmp_path / "call.wav"
    samples, rate = soundfile.read(source[0], dtype="int16", frames=8_000 * 20)
    soundfile.write(target, np.concatenate([samples] * 3), rate)
    return target


def test_a_recogniser_killed_in_mid_job_is_followed_by_one_transcript(
    vosk: Installation, repeated_call: Path
) -> None:
    job_id = vosk.upload(repeated_call)
    with vosk.cluster() as cluster:
        wait_for(lambda: vosk.job(job_id)["progress_percent"] > 0, seconds=400)
        assert vosk.state(job_id) == "running"
        killed = vosk.job(job_id)["worker"]
        kill(vosk.worker_pid(job_id))
        kill(cluster.pid)
    assert vosk.state(job_id) == "running"
    with vosk.cluster():  # its start gives back what the dead worker held
        wait_for(lambda: vosk.state(job_id) == "succeeded", seconds=900)
    assert vosk.job(job_id)["worker"] != killed
    assert len(vosk.texts(job_id)) > 2
