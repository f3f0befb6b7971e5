"""Times are the container's: late sound, pauses and lost packets move nothing."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from tests.transcription.pipeline.sounds import (
    Floats,
    Stretch,
    silence,
    voice,
    write_tracks,
)
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.decoder.times.clock import (
    Clock,
    ClockIsWrongError,
    Timing,
)
from transcription.pipeline.types import (
    CLOCK_HAS_GAPS,
    CLOCK_IS_BROKEN,
    DecodedAudio,
    DecodeLimits,
)

LIMITS = DecodeLimits()
RATE = 48_000
CONTAINERS = [("a.mp4", "aac"), ("a.mkv", "aac"), ("a.webm", "libopus")]


def beep(seconds: float = 1.0) -> Floats:
    t = np.arange(int(seconds * RATE)) / RATE
    return np.asarray(0.5 * np.sin(2 * np.pi * 440 * t), np.float32)


def beeps(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> list[float]:
    """When beeps begin, in seconds."""
    frames = np.abs(samples[: samples.size // 160 * 160].reshape(-1, 160)).max(axis=1)
    loud = np.concatenate(([False] * 20, frames > 3000))
    starts = [
        index
        for index in range(20, loud.size)
        if loud[index] and not loud[index - 20 : index].any()
    ]
    return [(index - 20) / 100 for index in starts]


def heard(audio: DecodedAudio) -> list[float]:
    return beeps(read_track(audio.tracks[0].path))


def played(audio: DecodedAudio) -> list[float]:
    """When a browser plays them."""
    assert audio.playback is not None
    with av.open(str(audio.playback)) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    samples = np.concatenate(frames)[:: rate // 16_000]
    return beeps((samples * 32767).astype(np.int16))


def drawn(audio: DecodedAudio) -> list[float]:
    """When they begin in the waveform."""
    peaks = np.array(audio.waveform[0])
    seconds = audio.duration_ms / 1000 / peaks.size
    loud = peaks > 20
    starts = np.flatnonzero(loud & ~np.concatenate(([False], loud[:-1])))
    return [float(start * seconds) for start in starts]


@pytest.mark.parametrize(("name", "codec"), CONTAINERS)
def test_sound_that_begins_after_the_picture(
    tmp_path: Path, name: str, codec: str
) -> None:
    has_picture = codec == "aac"
    source = write_tracks(
        tmp_path / name,
        [[Stretch(5.0, beep())]],
        codec=codec,
        has_picture=has_picture,
    )
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx([5.0], abs=0.1)
    assert played(audio) == pytest.approx([5.0], abs=0.1)
    assert drawn(audio) == pytest.approx([5.0], abs=0.1)
    assert audio.duration_ms == pytest.approx(6000, abs=100)
    assert audio.notes == (CLOCK_HAS_GAPS,)


@pytest.mark.parametrize(("name", "codec"), CONTAINERS)
def test_a_recorder_that_was_paused(tmp_path: Path, name: str, codec: str) -> None:
    stretches = [Stretch(0.0, beep()), Stretch(7.0, beep()), Stretch(20.5, beep())]
    source = write_tracks(tmp_path / name, [stretches], codec=codec)
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx([0.0, 7.0, 20.5], abs=0.1)
    assert played(audio) == pytest.approx([0.0, 7.0, 20.5], abs=0.1)
    assert drawn(audio) == pytest.approx([0.0, 7.0, 20.5], abs=0.1)
    assert audio.duration_ms == pytest.approx(21_500, abs=100)


def test_lost_packets_move_nothing_that_comes_later(tmp_path: Path) -> None:
    """Two in five are damaged in two seconds of silence between two beeps."""
    sound = np.concatenate([beep(), silence(2.0, rate=RATE), beep()])
    source = write_tracks(
        tmp_path / "a.m4a",
        [[Stretch(0.0, sound)]],
        lost=lambda at: 1.2 < at < 2.8 and round(at * RATE / 1024) % 5 < 2,
    )
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx([0.0, 3.0], abs=0.06)


def test_times_that_are_rounded_tear_nothing(tmp_path: Path) -> None:
    """Matroska counts milliseconds."""
    sound = voice(10.0, rate=44_100)
    source = write_tracks(tmp_path / "a.mkv", [[Stretch(0.0, sound)]], rate=44_100)
    audio = decode_file(source, tmp_path, LIMITS)
    assert audio.notes == ()
    assert audio.duration_ms == pytest.approx(10_000, abs=60)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_clock_that_jumps_by_ten_hours_fills_no_disk(
    tmp_path: Path, name: str
) -> None:
    stretches = [
        Stretch(0.0, beep()),
        Stretch(36_000.0, beep()),
        Stretch(36_003.0, beep()),
    ]
    source = write_tracks(tmp_path / name, [stretches])
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio)[-1] == pytest.approx(4.0, abs=0.1)  # and gaps as they are
    assert audio.duration_ms < 6000
    assert CLOCK_IS_BROKEN in audio.notes


def test_files_joined_byte_by_byte_follow_one_another(tmp_path: Path) -> None:
    note = write_tracks(
        tmp_path / "note.ogg", [[Stretch(0.0, beep(1.5))]], codec="libopus"
    )
    silent = write_tracks(
        tmp_path / "silent.ogg",
        [[Stretch(0.0, silence(2.0, rate=RATE))]],
        codec="libopus",
    )
    source = tmp_path / "a.ogg"
    source.write_bytes(note.read_bytes() + silent.read_bytes() + note.read_bytes())
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx([0.0, 3.5], abs=0.1)
    assert CLOCK_IS_BROKEN not in audio.notes


def test_a_clock_that_runs_slower_than_the_sound_is_followed() -> None:
    clock = Clock(Timing.FROM_ZERO)
    for second in range(600):
        clock.gap(second * 1.001)  # 0.6 s in ten minutes
        clock.advance(1.0)
        assert abs(clock.position - (second * 1.001 + 1)) < 0.11


def test_a_clock_that_runs_faster_than_the_sound_is_followed() -> None:
    clock = Clock(Timing.FROM_ZERO)
    for second in range(600):
        clock.gap(second * 0.999)
        clock.advance(1.0)
        assert abs(clock.position - (second * 0.999 + 1)) < 0.16


def speed_of(steps: list[tuple[float, float]]) -> Clock:
    """A clock that has had sound of so many seconds at so many."""
    clock = Clock(Timing.FROM_ZERO)
    for at, seconds in steps:
        clock.advance(seconds, at)
    return clock


def test_a_clock_at_another_speed_is_wrong() -> None:
    with pytest.raises(ClockIsWrongError):
        speed_of([(number * 0.04, 0.02) for number in range(200)]).finish()
    with pytest.raises(ClockIsWrongError):  # and no hour is waited for that
        speed_of([(number * 0.04, 0.02) for number in range(2000)])


@pytest.mark.parametrize(
    "steps",
    [
        # Half of the packets are lost, two in a row or by chance.
        [(number * 0.02, 0.02) for number in range(800) if number % 4 < 2],
        [
            (number * 0.02, 0.02)
            for number in range(800)
            if np.random.default_rng(number).random() < 0.5
        ],
        # Every fourth one is.
        [(number * 0.02, 0.02) for number in range(800) if number % 4],
        # Nothing is sent in pauses, but for a packet every 0.4 s; all of it is one.
        [(number * 0.4, 0.02) for number in range(800)],
        # A second of talk, a second of nothing.
        [(number * 0.02, 0.02) for number in range(3000) if number % 100 < 50],
        # Times in milliseconds.
        [(round(number * 0.02133, 3), 0.02133) for number in range(800)],
    ],
)
def test_lost_packets_and_pauses_are_no_other_speed(
    steps: list[tuple[float, float]],
) -> None:
    speed_of(steps).finish()


@pytest.mark.parametrize(
    "starts", [[0.0, 4.3], [0.0, 7.8], [0.0, 5.0, 10.0], [0.0, 602.3]]
)
def test_what_was_said_before_a_pause_stays_there_in_ogg(
    tmp_path: Path, starts: list[float]
) -> None:
    """A page of it has one time, that of its end behind the pause."""
    parts = [Stretch(start, beep(2.3)) for start in starts]
    source = write_tracks(tmp_path / "a.ogg", [parts], codec="libopus")
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx(starts, abs=0.1)
    samples = np.abs(read_track(audio.tracks[0].path).astype(int))
    for start, following in pairwise([*starts, starts[-1] + 9.0]):
        ends = round((start + 2.3) * 16_000)
        assert samples[ends - 3200 : ends - 800].max() > 3000
        assert not (samples[ends + 1600 : round(following * 16_000) - 1600] > 500).any()


@pytest.mark.parametrize("factor", [2.0, 3.0, 1.5])
def test_an_ogg_at_another_speed_costs_no_sound(tmp_path: Path, factor: float) -> None:
    parts = [
        Stretch(number * 0.02 * factor, beep(0.02)) for number in range(400)
    ]  # a packet each
    source = write_tracks(tmp_path / "a.ogg", [parts], codec="libopus")
    audio = decode_file(source, tmp_path, LIMITS)
    assert audio.duration_ms == pytest.approx(8000, abs=100)
    assert CLOCK_IS_BROKEN in audio.notes


def test_a_demuxers_own_times_are_not_believed() -> None:
    clock = Clock(Timing.NONE)
    assert clock.gap(50.0) == 0.0
    clock.lose(0.024)
    assert clock.gap(90.0) == 0.024
