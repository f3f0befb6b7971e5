"""What one party says and the other's channel holds too is there once, under its
speaker."""

from pathlib import Path

import numpy as np
import pytest

from tests.transcription.pipeline.sounds import Floats, voice, write
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import DecodedAudio, DecodeLimits

LIMITS = DecodeLimits()
SECOND = 16_000
# Who speaks when, in seconds; both do in the end.
LEFT = [(0.5, 3.0), (6.2, 9.0), (12.0, 14.0), (17.0, 18.5)]
RIGHT = [(3.3, 6.0), (9.3, 11.7), (14.2, 16.5), (17.6, 19.5)]
LENGTH = 20.0


def spoken(turns: list[tuple[float, float]], seed: int) -> Floats:
    sound = voice(LENGTH, seed=seed)
    said = np.zeros_like(sound)
    for start, stop in turns:
        part = slice(int(start * SECOND), int(stop * SECOND))
        said[part] = sound[part]
    return said


def later(sound: Floats, milliseconds: int) -> Floats:
    return np.concatenate((np.zeros(16 * milliseconds, np.float32), sound))[
        : sound.size
    ]


def loudness(samples: np.ndarray, turns: list[tuple[float, float]]) -> float:
    """RMS over the turns, without their first and last 0.2 s."""
    parts = [
        samples[int((start + 0.2) * SECOND) : int((stop - 0.2) * SECOND)]
        for start, stop in turns
    ]
    whole = np.concatenate(parts).astype(np.float64) / 32768
    return float(np.sqrt(np.square(whole).mean()))


def assert_each_has_its_own(audio: DecodedAudio) -> None:
    assert [track.channel for track in audio.tracks] == [0, 1]
    left, right = (read_track(track.path) for track in audio.tracks)
    for samples, own, others in ((left, LEFT, RIGHT), (right, RIGHT, LEFT)):
        alone = [turn for turn in others if turn[1] < 17]
        assert loudness(samples, own) > 0.05
        assert loudness(samples, alone) < 0.005  # 20 dB below, and nothing for VAD


@pytest.mark.parametrize("decibels", [-3, -6, -9, -12])
def test_parties_who_hear_each_other(tmp_path: Path, decibels: int) -> None:
    factor = 10 ** (decibels / 20)
    one, other = spoken(LEFT, 0), spoken(RIGHT, 1)
    source = write(tmp_path / "a.wav", [one + factor * other, other + factor * one])
    assert_each_has_its_own(decode_file(source, tmp_path, LIMITS))


@pytest.mark.parametrize("milliseconds", [0, 20, 100, 250, 300])
@pytest.mark.parametrize("is_both_ways", [False, True])
def test_an_echo(tmp_path: Path, milliseconds: int, is_both_ways: bool) -> None:
    one, other = spoken(LEFT, 0), spoken(RIGHT, 1)
    back = 0.4 * later(other, milliseconds) if is_both_ways else 0 * other
    source = write(
        tmp_path / "a.wav", [one + back, other + 0.4 * later(one, milliseconds)]
    )
    assert_each_has_its_own(decode_file(source, tmp_path, LIMITS))


@pytest.mark.parametrize("milliseconds", [0, 100, 250, 300])
def test_a_channel_with_nothing_but_an_echo_is_nobody(
    tmp_path: Path, milliseconds: int
) -> None:
    one = spoken(LEFT, 0)
    source = write(tmp_path / "a.wav", [one, 0.4 * later(one, milliseconds)])
    audio = decode_file(source, tmp_path, LIMITS)
    assert [track.channel for track in audio.tracks] == [None]
    heard = read_track(audio.tracks[0].path) / 32768
    assert np.abs(heard - one).max() < 0.001


def test_crosstalk_is_played_as_it_was(tmp_path: Path) -> None:
    """People listen to the recording, not to what the recogniser gets."""
    one, other = spoken(LEFT, 0), spoken(RIGHT, 1)
    source = write(tmp_path / "a.wav", [one + 0.5 * other, other + 0.5 * one])
    audio = decode_file(source, tmp_path, LIMITS)
    assert audio.playback is None  # the original
    peaks = np.array(audio.waveform)
    assert (peaks.max(axis=1) > 20).all()


def test_lines_that_hear_each_other_are_told_apart_too(tmp_path: Path) -> None:
    lines = [spoken([(index * 4 + 0.3, index * 4 + 3.7)], index) for index in range(4)]
    mixed = [line + 0.5 * (sum(lines) - line) for line in lines]
    # Six channels, two of them idle.
    idle = np.zeros_like(lines[0])
    source = write(tmp_path / "a.flac", [*mixed, idle, idle], codec="flac")
    audio = decode_file(source, tmp_path, LIMITS)
    assert [track.channel for track in audio.tracks] == [0, 1, 2, 3]
    for index, track in enumerate(audio.tracks):
        samples = read_track(track.path)
        for turn in range(4):
            heard = loudness(samples, [(turn * 4 + 0.5, turn * 4 + 3.5)])
            assert heard > 0.05 if turn == index else heard < 0.005


def test_a_room_with_walls_stays_one_scene(tmp_path: Path) -> None:
    random = np.random.default_rng(0)

    def wall() -> Floats:
        fades = random.normal(0, 1, 960) * np.exp(-np.arange(960) / 200)
        fades[0] = 3
        return np.asarray(fades / np.sqrt(np.square(fades).sum()), np.float32)

    one, other = spoken(LEFT, 0), spoken(RIGHT, 1)
    length = one.size
    microphones = [
        np.convolve(near, wall())[:length] + 0.8 * np.convolve(far, wall())[:length]
        for near, far in ((one, other), (other, one))
    ]
    source = write(
        tmp_path / "a.wav", [np.asarray(line, np.float32) for line in microphones]
    )
    audio = decode_file(source, tmp_path, LIMITS)
    assert len(audio.tracks) == 1
