"""Whether browsers jump where they say in what they are given to play."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from tests.transcription.pipeline.sounds import Floats, silence, voice
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import DecodeLimits

VARIABLE = {"flags": "+qscale", "global_quality": "472"}


def mp3(path: Path, sound: Floats, options: dict[str, str]) -> Path:
    with av.open(str(path), "w", format="mp3") as output:
        stream = output.add_stream(
            "libmp3lame", rate=16_000, layout="mono", options=options
        )
        assert isinstance(stream, AudioStream)
        samples = np.ascontiguousarray(sound[None], np.float32)
        frame = AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate = 16_000
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def bit_rates(path: Path) -> set[int]:
    with av.open(str(path)) as container:
        return {bytes(p)[2] >> 4 for p in container.demux(audio=0) if p.size}


@pytest.mark.parametrize(("options", "is_copied"), [({}, False), (VARIABLE, True)])
def test_an_mp3_of_varying_bit_rate_gets_a_copy_of_a_constant_one(
    tmp_path: Path, options: dict[str, str], is_copied: bool
) -> None:
    sound = np.concatenate([silence(3), voice(3), silence(3)])
    source = mp3(tmp_path / "a.mp3", sound, options)
    assert (len(bit_rates(source)) > 1) is is_copied
    audio = decode_file(source, tmp_path, DecodeLimits())
    assert (audio.playback is not None) is is_copied
    if audio.playback is not None:
        assert len(bit_rates(audio.playback)) == 1
        with av.open(str(audio.playback)) as container:
            assert container.duration == pytest.approx(9_000_000, abs=200_000)
