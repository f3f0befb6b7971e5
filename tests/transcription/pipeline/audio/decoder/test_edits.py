"""Edit lists that make sense are followed to the sample; others cost no sound."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.pipeline.audio.decoder.mp4 import (
    edit_list,
    packet_count,
    runs,
    with_edits,
    with_table,
)
from tests.transcription.pipeline.audio.decoder.test_clock import heard, played
from tests.transcription.pipeline.sounds import Floats, silence, write
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.decoder.times.clock import ClockIsWrongError
from transcription.pipeline.audio.decoder.times.edits import Edit, Placing, edits_of
from transcription.pipeline.types import CLOCK_HAS_GAPS, CLOCK_IS_BROKEN, DecodeLimits

LIMITS = DecodeLimits()
RATE = 16_000
FRONT = 1024  # what the encoder puts before the sound
WHOLE = [0.5, 2.0, 3.5, 5.0]


def beeps_of_half_a_second() -> Floats:
    """Six seconds, a beep in the middle of every one and a half."""
    t = np.arange(RATE // 2) / RATE
    beep = np.asarray(0.5 * np.sin(2 * np.pi * 440 * t), np.float32)
    return np.concatenate([silence(0.5), beep, silence(0.5)] * 4)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    sound = [beeps_of_half_a_second()]
    return write(tmp_path / "a.m4a", sound, codec="aac")


@pytest.mark.parametrize(
    ("entries", "beeps", "milliseconds"),
    [
        ([(6000, FRONT)], WHOLE, 6000),
        ([(0, FRONT)], WHOLE, 6016),  # up to the end
        ([(60_000, FRONT)], WHOLE, 6016),
        ([(3000, FRONT + 48_000)], [0.5, 2.0], 3000),
        ([(3000, -1), (6000, FRONT)], [3.5, 5.0, 6.5, 8.0], 9000),
        ([(2000, -1), (3000, -1), (6000, FRONT)], [5.5, 7.0, 8.5, 10.0], 11_000),
        (
            [(3000, FRONT), (2000, -1), (3000, FRONT + 48_000)],
            [0.5, 2.0, 5.5, 7.0],
            8000,
        ),
        ([(1500, FRONT), (1500, FRONT + 72_000)], [0.5, 2.0], 3000),
        ([(1000, FRONT + 16_000 * at) for at in range(6)], WHOLE, 6000),
    ],
)
def test_lists_that_make_sense_are_followed(
    tmp_path: Path,
    source: Path,
    entries: list[tuple[int, int]],
    beeps: list[float],
    milliseconds: int,
) -> None:
    with_edits(source, edit_list(*entries))
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx(beeps, abs=0.02)
    assert audio.duration_ms == pytest.approx(milliseconds, abs=5)
    assert set(audio.notes) <= {CLOCK_HAS_GAPS}
    is_simple = beeps == WHOLE
    assert (audio.playback is None) is is_simple
    if not is_simple:
        assert played(audio) == pytest.approx(beeps, abs=0.1)


@pytest.mark.parametrize(
    "entries",
    [
        [(6000, -20 * RATE)],
        [(6000, 200 * RATE)],
        [(1, FRONT)],
        [(3000, -1)],
        [(3000, FRONT + 48_000), (3000, FRONT)],
        [(3000, FRONT), (3000, FRONT)],
        [(4000, FRONT), (4000, FRONT + 32_000)],
    ],
    ids=["before", "beyond", "1 ms", "nothing", "swapped", "twice", "overlapping"],
)
def test_lists_that_make_none_cost_no_sound(
    tmp_path: Path, source: Path, entries: list[tuple[int, int]]
) -> None:
    with_edits(source, edit_list(*entries))
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx(WHOLE, abs=0.1)
    assert audio.notes == (CLOCK_IS_BROKEN,)
    assert played(audio) == pytest.approx(WHOLE, abs=0.15)


@pytest.mark.parametrize("rate", [2 << 16, 1 << 15])
def test_another_speed_is_not_followed(tmp_path: Path, source: Path, rate: int) -> None:
    with_edits(source, edit_list((6000, FRONT), rate=rate))
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx(WHOLE, abs=0.1)


@pytest.mark.parametrize(
    "offsets",
    [
        lambda count: [(count, 20 * RATE)],
        lambda count: [(count, 2**30)],
        lambda count: [(1, 20 * RATE), (count - 1, 0)],
        lambda count: [(10, 0), (1, 2**30), (count - 11, 0)],
        lambda count: [(10, 0), (1, -20 * RATE), (count - 11, 0)],
        lambda count: [(count // 2, 0), (count - count // 2, -20 * RATE)],
        lambda count: [(1, number % 2 * 3 * RATE) for number in range(count)],
        lambda count: [(1, number * 1024) for number in range(count)],
    ],
    ids=["20 s", "18 h", "first", "one", "one back", "half", "in turns", "growing"],
)
def test_sound_that_is_shown_later_than_decoded_is_not_lost(
    tmp_path: Path, source: Path, offsets: object
) -> None:
    assert callable(offsets)
    table = offsets(packet_count(source))
    with_table(source, b"ctts", runs(*table, shape=">Ii"))
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx(WHOLE, abs=0.1)
    assert CLOCK_IS_BROKEN in audio.notes


@pytest.mark.parametrize(
    "times",
    [
        lambda count: [(count, 0)],
        lambda count: [(count, 2048)],
        lambda count: [(count, 512)],
        lambda count: [(10, 1024), (1, 2**31 - 1), (count - 11, 1024)],
        lambda count: [(46, 1024), (1, 1024 + 4 * RATE), (count - 47, 1024)],
    ],
    ids=["still", "double", "half", "37 hours", "a gap that the list leaves out"],
)
def test_times_that_the_list_does_not_know_cost_no_sound(
    tmp_path: Path, source: Path, times: object
) -> None:
    assert callable(times)
    with_table(source, b"stts", runs(*times(packet_count(source))))
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx(WHOLE, abs=0.1)
    assert CLOCK_IS_BROKEN in audio.notes


def test_a_table_of_times_that_ends_early_goes_on(tmp_path: Path, source: Path) -> None:
    with_table(source, b"stts", runs((10, 1024)))
    audio = decode_file(source, tmp_path, LIMITS)
    assert heard(audio) == pytest.approx(WHOLE, abs=0.02)
    assert audio.notes == ()


def test_a_long_recording_may_be_trimmed_to_its_last_seconds() -> None:
    placing = Placing((Edit(3590.0, 3600.0, 0.0),))
    parts = [placing.parts(float(at), 1.0) for at in range(3600)]
    placing.finish()
    assert [part for part in parts if part][:2] == [
        [(0.0, 1.0, 0.0)],
        [(0.0, 1.0, 1.0)],
    ]
    assert sum(map(len, parts)) == 10
    assert placing.has_cut


def test_a_list_that_fits_other_times_is_not_followed() -> None:
    placing = Placing((Edit(0.0, 10.0, 0.0),))
    for at in range(10):
        placing.parts(at * 3.0, 1.0)
    with pytest.raises(ClockIsWrongError):
        placing.finish()


@pytest.mark.parametrize("size", [0, 7, 8, 1 << 20, 2**32 - 1])
def test_rubbish_has_no_edits(size: int) -> None:
    content = struct.pack(">I4s", size, b"moov") + struct.pack(">I4s", size, b"trak")
    assert edits_of(io.BytesIO(content + bytes(range(256)))) == {}
