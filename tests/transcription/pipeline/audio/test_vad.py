"""From a track to pieces of speech."""

from itertools import pairwise

import numpy as np
import pytest

from tests.transcription.pipeline.fakes import FakeVad
from tests.transcription.pipeline.sounds import Floats, silence, voice
from transcription.engine.base import EngineError, ErrorCode, Samples
from transcription.pipeline.audio.vad import (
    MAX_PIECE_MS,
    Piece,
    Window,
    is_silent,
    pieces,
    windows,
)


def track(*parts: Floats) -> np.ndarray:
    return (np.concatenate(parts) * 32767).astype(np.int16)


def whole(samples: np.ndarray) -> Window:
    return Window(0, 0, samples.size // 16)


def spans(found: list[Piece]) -> list[tuple[int, int]]:
    return [(piece.start_ms, piece.end_ms) for piece in found]


def test_windows_cover_the_track_and_break_in_pauses() -> None:
    talk = [part for _ in range(12) for part in (voice(4.3), silence(0.7))]
    samples = track(*talk)  # a minute
    found = list(windows(samples, window_ms=20_000))
    assert found[0].start_ms == 0
    assert found[-1].end_ms == 60_000
    for before, after in pairwise(found):
        assert before.end_ms == after.start_ms
        assert before.end_ms % 5000 > 4300  # in one of the pauses
    assert [window.index for window in found] == list(range(len(found)))


def test_a_short_track_is_one_window() -> None:
    assert list(windows(track(voice(3)))) == [Window(0, 0, 3000)]


def test_a_window_does_not_depend_on_the_ones_before() -> None:
    samples = track(*[voice(3), silence(1)] * 15)
    again = list(windows(samples, window_ms=20_000))
    assert again == list(windows(samples, window_ms=20_000))


def test_pieces_get_some_silence_around_them() -> None:
    samples = track(silence(1), voice(2), silence(1))
    (piece,) = pieces(samples, whole(samples), FakeVad([(1000, 3000)]))
    assert (piece.start_ms, piece.end_ms) == (1000, 3000)
    assert piece.samples_start_ms < 1000 < 3000 < piece.samples_end_ms
    assert piece.samples(samples).dtype == np.float32


def test_neighbours_never_share_samples() -> None:
    samples = track(voice(4))
    vad = FakeVad([(0, 1000), (1300, 2000), (2250, 4000)])
    found = pieces(samples, whole(samples), vad)
    for before, after in pairwise(found):
        assert before.samples_end_ms <= after.samples_start_ms


def test_tiny_gaps_do_not_end_a_sentence() -> None:
    samples = track(voice(3))
    vad = FakeVad([(0, 1000), (1100, 2000)])
    assert spans(pieces(samples, whole(samples), vad)) == [(0, 2000)]


def test_pauses_are_bridged_for_context_up_to_a_length() -> None:
    samples = track(voice(40))
    vad = FakeVad([(start, start + 4600) for start in range(0, 40_000, 5000)])
    apart = pieces(samples, whole(samples), vad)
    joined = pieces(samples, whole(samples), vad, gap_ms=600)
    assert len(apart) == 8
    assert spans(joined) == [(0, 19_600), (20_000, 39_600)]


def test_a_speech_is_cut_where_it_is_quiet() -> None:
    samples = track(voice(20), silence(0.5), voice(25), silence(0.5), voice(14))
    found = pieces(samples, whole(samples), FakeVad([(0, 60_000)]))
    assert all(end - start <= MAX_PIECE_MS for start, end in spans(found))
    cuts = [end for _, end in spans(found)][:-1]
    assert 20_000 <= cuts[0] <= 20_500
    assert 45_500 <= cuts[1] <= 46_000
    assert spans(found)[-1][1] == 60_000


def test_a_short_reply_is_kept() -> None:
    samples = track(silence(1), voice(0.2), silence(1))
    (piece,) = pieces(samples, whole(samples), FakeVad([(1000, 1200)]))
    assert (piece.start_ms, piece.end_ms) == (1000, 1200)
    assert piece.samples(samples).size >= 0.3 * 16_000


def test_a_clip_too_short_for_the_detector_is_recognised_all_the_same() -> None:
    samples = track(voice(0.12))
    assert spans(pieces(samples, whole(samples), FakeVad([]))) == [(0, 120)]


def test_silence_never_reaches_an_engine_whatever_the_detector_says() -> None:
    samples = track(silence(4), voice(1))
    vad = FakeVad([(0, 3000), (4000, 5000)])
    assert spans(pieces(samples, whole(samples), vad)) == [(4000, 5000)]
    quiet = track(silence(2))
    assert pieces(quiet, whole(quiet), FakeVad([(0, 2000)])) == []
    assert is_silent(quiet)


def test_noise_without_speech_gives_nothing() -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, 96_000).astype(np.float32)
    samples = track(noise)
    assert pieces(samples, whole(samples), FakeVad([])) == []


@pytest.mark.parametrize(
    "error", [ValueError("math domain error"), EngineError(ErrorCode.ENGINE_FAILED)]
)
def test_when_the_detector_breaks_what_is_loud_is_speech(error: Exception) -> None:
    class BrokenVad:
        def speech_regions(self, samples: Samples) -> list[tuple[int, int]]:
            raise error

    random = np.random.default_rng(1)
    hiss = random.normal(0, 0.001, 48_000).astype(np.float32)
    samples = track(hiss, voice(2), hiss)
    ((start, end),) = spans(pieces(samples, whole(samples), BrokenVad()))
    assert start == pytest.approx(3000, abs=300)
    assert end == pytest.approx(5000, abs=300)


def test_times_count_from_the_start_of_the_track() -> None:
    samples = track(silence(5), voice(2), silence(1))
    window = Window(1, 4000, 8000)
    assert spans(pieces(samples, window, FakeVad([(1000, 3000)]))) == [(5000, 7000)]


def test_regions_beyond_the_window_are_trimmed() -> None:
    samples = track(voice(2))
    vad = FakeVad([(-50, 900), (1500, 9000)])
    assert spans(pieces(samples, whole(samples), vad)) == [(0, 900), (1500, 2000)]
