"""One voice per channel, or the same sound twice?"""

import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.transcription.pipeline.sounds import Floats, silence, voice, write
from transcription.pipeline.audio.channels import compare, forget, read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import DecodeLimits

CALLS = Path("/work/shared/data/calls")


def integers(samples: Floats) -> np.ndarray:
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)


def conversation(seconds: float = 12.0) -> tuple[Floats, Floats]:
    """Two people who take turns of two seconds."""
    left, right = voice(seconds, seed=0), voice(seconds, seed=1)
    turn = (np.arange(left.size) // 32_000) % 2
    return left * (turn == 0), right * (turn == 1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_what_has_been_read_of_a_long_track_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "track.pcm"
    with path.open("wb") as file:
        file.truncate(64 * 2**20)
    track = read_track(path)
    mapped = psutil.Process().memory_info().shared
    assert not track.any()
    read = psutil.Process().memory_info().shared
    forget(track)
    forgotten = psutil.Process().memory_info().shared
    assert read - mapped > 60 * 2**20
    assert read - forgotten > 60 * 2**20
    assert track[-1] == 0  # and comes back when it is needed
    forget(np.zeros(4, np.int16))


def test_the_parties_of_a_call_are_two() -> None:
    left, right = conversation()
    assert not compare(integers(left), integers(right)).is_same_scene


def test_parties_that_hear_each_other_faintly_are_still_two() -> None:
    left, right = conversation()
    crosstalk = compare(integers(left + 0.2 * right), integers(right + 0.2 * left))
    assert not crosstalk.is_same_scene


def test_parties_who_talk_at_once_are_two() -> None:
    likeness = compare(integers(voice(10, seed=0)), integers(voice(10, seed=1)))
    assert not likeness.is_same_scene


@pytest.mark.parametrize("delay", [0, 7, 400])
@pytest.mark.parametrize("gain", [1.0, 0.25, -1.0])
def test_a_copy_is_one_whatever_its_delay_level_and_sign(
    delay: int, gain: float
) -> None:
    left = voice(10)
    right = gain * np.roll(left, delay)
    likeness = compare(integers(left), integers(right))
    assert likeness.is_same_scene
    assert likeness.is_one_enough


def test_two_microphones_in_one_room_are_one_scene() -> None:
    one, other = conversation()
    room = np.random.default_rng(5).normal(0, 0.003, one.size).astype(np.float32)
    likeness = compare(
        integers(0.7 * one + 0.4 * other), integers(0.4 * one + 0.7 * other + room)
    )
    assert likeness.is_same_scene
    assert not likeness.is_one_enough  # both are needed to hear everybody


def test_one_silent_channel_is_a_channel_nobody_spoke_on() -> None:
    likeness = compare(integers(voice(5)), integers(silence(5)))
    assert not likeness.is_same_scene


def test_silence_twice_is_silence_once() -> None:
    assert compare(integers(silence(5)), integers(silence(5))).is_same_scene


def test_nothing_at_all_is_no_crash() -> None:
    nothing = np.zeros(0, np.int16)
    assert compare(nothing, nothing).is_same_scene
    compare(integers(voice(0.05)), integers(voice(0.05)))


def test_dual_mono_is_decoded_to_the_louder_channel(tmp_path: Path) -> None:
    loud = voice(4.0)
    source = write(tmp_path / "a.wav", [0.2 * loud, loud])
    audio = decode_file(source, tmp_path, DecodeLimits())
    assert audio.is_dual_mono
    (track,) = audio.tracks
    assert track.channel is None
    assert np.abs(read_track(track.path)).max() == pytest.approx(
        np.abs(integers(loud)).max(), abs=50
    )
    assert sorted(path.name for path in tmp_path.glob("*.pcm")) == [track.path.name]


def test_a_room_is_mixed(tmp_path: Path) -> None:
    one, other = conversation(6.0)
    hiss = np.random.default_rng(0).normal(0, 0.03, (2, one.size)).astype(np.float32)
    left = 0.6 * one + 0.55 * other + hiss[0]
    right = 0.55 * one + 0.6 * other + hiss[1]
    source = write(tmp_path / "a.wav", [left, right])
    audio = decode_file(source, tmp_path, DecodeLimits())
    assert audio.is_dual_mono
    mixed = read_track(audio.tracks[0].path)
    assert np.abs(mixed - integers((left + right) / 2)).max() <= 3


@pytest.mark.skipif(not CALLS.is_dir(), reason="the shared calls are not here")
def test_the_shared_calls_have_two_parties(tmp_path: Path) -> None:
    for source in sorted(CALLS.glob("*.wav")):
        audio = decode_file(source, tmp_path, DecodeLimits(), wants_playback=False)
        assert [track.channel for track in audio.tracks] == [0, 1], source.name
