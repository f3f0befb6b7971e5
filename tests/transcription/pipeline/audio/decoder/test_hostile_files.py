"""Files with a clock or samples that no recorder makes: sound as it is, or a code."""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from tests.transcription.pipeline.sounds import Stretch, voice, write, write_tracks
from transcription.engine.base import EngineError, ErrorCode
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.decoder.times.clock import Clock, Timing
from transcription.pipeline.types import CLOCK_IS_BROKEN, DecodedAudio, DecodeLimits

LIMITS = DecodeLimits()
RATE = 16_000
SIZE = 1024


def write_with_times(path: Path, time_of: Callable[[int, float], float]) -> Path:
    """12.8 s of speech, each packet at the time that ``time_of`` makes of its number
    and its right time."""
    sound = voice(200 * SIZE / RATE)
    with av.open(str(path), "w") as output:
        stream = output.add_stream("pcm_s16le", rate=RATE, layout="mono")
        for number in range(200):
            part = sound[None, number * SIZE : (number + 1) * SIZE]
            frame = AudioFrame.from_ndarray(
                (part * 32_767).astype(np.int16), format="s16", layout="mono"
            )
            frame.sample_rate = RATE
            frame.pts, frame.time_base = number * SIZE, Fraction(1, RATE)
            for packet in stream.encode(frame):
                at = time_of(number, number * SIZE / RATE)
                packet.dts = number  # which may not go back
                packet.pts = max(number, round(at / float(packet.time_base)))
                output.mux(packet)
    return path


@pytest.mark.parametrize(
    "time_of",
    [
        lambda number, at: 0.0,
        lambda number, at: at / 2,
        lambda number, at: at * 2,
        lambda number, at: at * 3,
        lambda number, at: at * 1.0884,
        lambda number, at: at * 0.9188,
        lambda number, at: 100 - at,
        lambda number, at: at + number % 2,
        lambda number, at: at + number % 2 * 3000,
        lambda number, at: at + number % 2 * 36_000,
    ],
    ids=[
        "still",
        "half",
        "double",
        "triple",
        "48 for 44.1 kHz",
        "44.1 for 48 kHz",
        "backwards",
        "a second",
        "50 minutes",
        "10 hours",
    ],
)
def test_a_clock_that_is_wrong_everywhere_costs_no_sound(
    tmp_path: Path, time_of: Callable[[int, float], float]
) -> None:
    source = write_with_times(tmp_path / "a.mkv", time_of)
    audio = decode_file(source, tmp_path, LIMITS)
    assert audio.duration_ms == 12_800
    right = voice(12.8) * 32_767
    heard = read_track(audio.tracks[0].path).astype(np.float32)
    assert np.abs(heard - right[: heard.size]).max() < 3
    assert CLOCK_IS_BROKEN in audio.notes
    assert audio.playback is not None
    with av.open(str(audio.playback)) as container:
        played = sum(frame.samples for frame in container.decode(audio=0))
    assert played / RATE == pytest.approx(12.8, abs=0.2)


def test_short_overlaps_and_pauses_are_no_wrong_clock() -> None:
    """A recorder that begins each minute with what it had heard before."""
    clock = Clock(Timing.FROM_ZERO)
    gaps = []
    for minute in range(60):
        gaps.append(clock.gap(minute * 59.7))
        clock.advance(60.0)
    assert gaps[1:] == pytest.approx([-0.3] * 59)


def test_files_in_one_stream_may_each_have_a_pause() -> None:
    clock = Clock(Timing.FROM_FIRST)
    for _ in range(10):
        for at in (0.0, 5.0):
            clock.gap(at)
            clock.advance(2.0)
    assert clock.position == pytest.approx(70.0)


def write_floats(path: Path, samples: NDArray[np.float64], rate: int) -> Path:
    data = samples.astype("<f8").tobytes()
    shape = struct.pack("<HHIIHH", 3, 1, rate, rate * 8, 8, 64)
    body = b"WAVEfmt \x10\0\0\0" + shape + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def decoded_floats(
    tmp_path: Path, samples: NDArray[np.float64], rate: int
) -> tuple[DecodedAudio, NDArray[np.float32]]:
    source = write_floats(tmp_path / "a.wav", samples, rate)
    audio = decode_file(source, tmp_path, LIMITS)
    return audio, read_track(audio.tracks[0].path).astype(np.float32)


@pytest.mark.parametrize("rate", [16_000, 44_100])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_floats_that_are_no_numbers_are_silence(
    tmp_path: Path, rate: int, value: float
) -> None:
    audio, heard = decoded_floats(tmp_path, np.full(3 * rate, value), rate)
    assert audio.duration_ms == 3000
    assert not heard.any()


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_one_of_them_spoils_nothing_beside_it(tmp_path: Path, rate: int) -> None:
    sound = voice(3.0, rate=rate).astype(np.float64)
    sound[rate] = np.inf
    _, heard = decoded_floats(tmp_path, sound, rate)
    right = voice(3.0) * 32_767
    assert np.corrcoef(heard, right[: heard.size])[0, 1] > 0.98


@pytest.mark.parametrize("factor", [1e20, 1e29, 3e38])
def test_floats_of_any_size_are_sound_or_end_in_an_answer(
    tmp_path: Path, factor: float
) -> None:
    sound = voice(3.0, rate=44_100).astype(np.float64) * factor
    audio, heard = decoded_floats(tmp_path, sound, 44_100)
    assert audio.duration_ms == 3000
    if factor < 1e30:
        assert 3000 < np.abs(heard).max() < 32_767  # not cut off
        right = voice(3.0) * 32_767
        assert np.corrcoef(heard, right[: heard.size])[0, 1] > 0.98


@pytest.mark.parametrize("kind", ["noise", "offset"])
def test_noise_after_silence_is_not_made_loud(tmp_path: Path, kind: str) -> None:
    """A device that was off for a while; there is nothing to bring out."""
    random = np.random.default_rng(0)
    sound = random.normal(0, 0.001, 20 * RATE) if kind == "noise" else 0.003
    sound = np.concatenate((np.zeros(5 * RATE), np.broadcast_to(sound, 20 * RATE)))
    _, heard = decoded_floats(tmp_path, sound, RATE)
    assert np.abs(heard).max() < 200


def test_more_tracks_than_are_taken_are_refused(tmp_path: Path) -> None:
    tracks = [[Stretch(0.0, voice(0.5, rate=RATE))] for _ in range(17)]
    source = write_tracks(tmp_path / "a.mkv", tracks, rate=RATE, codec="pcm_s16le")
    folder = tmp_path / "work"
    folder.mkdir()
    with pytest.raises(EngineError) as caught:
        decode_file(source, folder, LIMITS)
    assert caught.value.code == ErrorCode.TOO_MANY_CHANNELS
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("size", [0, 1001, 640_000, 2**62])
def test_an_rf64_is_read_to_its_end_whatever_its_header_says(
    tmp_path: Path, size: int
) -> None:
    """The size of 64 bits is written when a recorder is stopped; some never are."""
    sound = (voice(20.0) * 32_767).astype("<i2").tobytes()
    shape = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
    sizes = struct.pack("<IQQQI", 28, size + 72, size, size // 2, 0)
    head = b"RF64" + b"\xff" * 4 + b"WAVEds64" + sizes + b"fmt \x10\0\0\0" + shape
    source = tmp_path / "a.wav"
    source.write_bytes(head + b"data" + b"\xff" * 4 + sound)
    assert decode_file(source, tmp_path, LIMITS).duration_ms == 20_000


@pytest.mark.parametrize(
    "limits", [DecodeLimits(max_channels=1), DecodeLimits(max_sample_rate=16_000)]
)
def test_rubbish_in_the_middle_does_not_refuse_the_rest(
    tmp_path: Path, limits: DecodeLimits
) -> None:
    """Damaged bytes pass for frames of any shape; a file is what its first one is."""
    good = write(tmp_path / "a.aac", [voice(4.0)], codec="aac", container="adts")
    other = [voice(0.5, rate=48_000)] * 2
    bad = write(tmp_path / "b.aac", other, rate=48_000, codec="aac", container="adts")
    source = tmp_path / "c.aac"
    source.write_bytes(good.read_bytes() + bad.read_bytes() + good.read_bytes())
    audio = decode_file(source, tmp_path, limits)
    assert (audio.channel_count, audio.sample_rate) == (1, 16_000)
    assert audio.duration_ms == pytest.approx(8100, abs=200)
