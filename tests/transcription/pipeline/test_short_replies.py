"""A reply of a fifth of a second, on the codecs of telephones, reaches the engine."""

from pathlib import Path

import numpy as np
import pytest

from tests.models import clip, fsmn_vad
from tests.transcription.pipeline.sounds import silence, write
from transcription.engine.base import Samples
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.vad import GAP_WITH_WORD_TIMES_MS, pieces, windows
from transcription.pipeline.types import DecodeLimits

pytestmark = pytest.mark.models

FORMATS = [
    ("a.wav", "pcm_mulaw", "wav"),
    ("a.wav", "pcm_alaw", "wav"),
    ("a.amr", "libopencore_amrnb", "amr"),
]


def reply(ms: int) -> Samples:
    """The loudest stretch of a sentence, so long."""
    speech, size = clip("s01"), ms * 16
    energy = np.convolve(np.square(speech), np.ones(size), "valid")
    first = int(np.argmax(energy))
    return speech[first : first + size]


@pytest.mark.parametrize("ms", [200, 400])
@pytest.mark.parametrize(("name", "codec", "container"), FORMATS)
def test_a_short_reply_is_not_lost(
    tmp_path: Path, name: str, codec: str, container: str, ms: int
) -> None:
    narrow = np.concatenate([silence(2.0), reply(ms), silence(2.0)])[::2]
    path = write(
        tmp_path / name,
        [np.asarray(narrow, np.float32)],
        rate=8000,
        codec=codec,
        container=container,
    )
    made = decode_file(path, tmp_path, DecodeLimits(), wants_playback=False)
    track = read_track(made.tracks[0].path)
    (window,) = windows(track)
    found = pieces(track, window, fsmn_vad(), gap_ms=GAP_WITH_WORD_TIMES_MS)
    assert any(p.start_ms < 2000 + ms and p.end_ms > 2000 for p in found)
