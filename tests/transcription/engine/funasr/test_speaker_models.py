"""Speaker models: WeSpeaker on its real weights, CAM++ through FunASR on tiny ones."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tests.models import clip, models_dir, needs
from transcription.engine.base import (
    EngineError,
    ErrorCode,
    Samples,
    SpeakerEmbedder,
)
from transcription.engine.choose import choose_embedder, load_embedder
from transcription.engine.funasr.campplus import CamPlusPlus
from transcription.engine.models.catalogue import CAMPPLUS, WESPEAKER
from transcription.engine.wespeaker import WeSpeaker

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("no_network")]


@pytest.fixture(scope="module")
def wespeaker() -> SpeakerEmbedder:
    needs(WESPEAKER)
    return load_embedder(WESPEAKER, models_dir(), device="cpu", threads=1)


def cuts(samples: Samples, seconds: float = 1.5) -> list[Samples]:
    size = int(seconds * 16_000)
    return [samples[i : i + size] for i in range(0, samples.size - size + 1, size)]


def test_wespeaker_knows_a_voice_again(wespeaker: SpeakerEmbedder) -> None:
    """The same synthetic speaker in three sentences; espeak is somebody else."""
    same = wespeaker.embed(
        [c for name in ("s01", "s04", "s05") for c in cuts(clip(name))]
    )
    other = wespeaker.embed(cuts(clip("espeak_zh")))
    alike = [float(a @ b) for a, b in combinations(same, 2)]
    apart = (same @ other.T).ravel().tolist()
    assert min(alike) > wespeaker.facts.same_clips > max(apart)


@pytest.mark.parametrize("seconds", [0.3, 0.5, 1.5, 10.0])
def test_wespeaker_takes_clips_of_every_length_in_any_order(
    wespeaker: SpeakerEmbedder, seconds: float
) -> None:
    sound = np.tile(clip("s01"), 4)
    mixed = [
        sound[: int(seconds * 16_000)],
        sound[:8000],
        sound[: int(seconds * 16_000)],
    ]
    rows = wespeaker.embed(mixed)
    assert rows.shape == (3, 256)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.allclose(rows[0], rows[2], atol=1e-5)
    assert np.allclose(rows[1], wespeaker.embed([sound[:8000]])[0], atol=1e-4)


def test_wespeaker_finds_nobody_in_no_clip_and_bears_silence(
    wespeaker: SpeakerEmbedder,
) -> None:
    assert wespeaker.embed([]).shape == (0, 256)
    assert np.isfinite(wespeaker.embed([np.zeros(16_000, np.float32)])).all()


def test_a_missing_or_broken_speaker_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as missing:
        WeSpeaker(tmp_path)
    assert missing.value.code == ErrorCode.MODEL_MISSING
    (tmp_path / "speaker_verification.onnx").write_bytes(b"not a model")
    with pytest.raises(EngineError) as broken:
        WeSpeaker(tmp_path)
    assert broken.value.code == ErrorCode.MODEL_BROKEN


def test_cam_plus_plus_runs_funasrs_own_code(tiny: Path) -> None:
    model = CamPlusPlus(tiny / "campplus", device="cpu", threads=1)
    speech = clip("s01")
    rows = model.embed([*cuts(speech), speech[:8000], *cuts(speech)])
    pairs = len(cuts(speech))
    assert rows.shape == (2 * pairs + 1, 192)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    # One by one or in batches, a clip is the same voice.
    assert np.allclose(rows[:pairs], rows[pairs + 1 :], atol=1e-4)
    assert np.allclose(rows[:pairs], model.embed(cuts(speech)), atol=1e-4)
    assert model.embed([]).shape == (0, 192)


def test_a_toy_cam_plus_plus_is_no_installed_model(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "campplus").symlink_to(tiny / "campplus")
    assert not CAMPPLUS.is_installed(tmp_path)
    assert choose_embedder(tmp_path) is None


def test_cam_plus_plus_says_what_it_misses(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as missing:
        CamPlusPlus(tmp_path)
    assert missing.value.code == ErrorCode.MODEL_MISSING
    (tmp_path / "campplus_cn_common.bin").write_bytes(b"")
    (tmp_path / "config.yaml").write_text("model: FsmnVADStreaming\n")
    with pytest.raises(EngineError) as other:
        CamPlusPlus(tmp_path)
    assert other.value.code == ErrorCode.MODEL_BROKEN


def test_cam_plus_plus_comes_first_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = {WESPEAKER.id}
    monkeypatch.setattr(
        type(WESPEAKER), "is_installed", lambda model, folder: model.id in installed
    )
    assert choose_embedder(tmp_path) == WESPEAKER
    installed.add(CAMPPLUS.id)
    assert choose_embedder(tmp_path) == CAMPPLUS
    installed.clear()
    assert choose_embedder(tmp_path) is None
