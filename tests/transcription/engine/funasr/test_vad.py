from pathlib import Path

import numpy as np
import pytest

from tests.models import clip, fsmn_vad, needs, silence
from transcription.engine.base import EngineError, ErrorCode
from transcription.engine.funasr.vad import FsmnVad, fixed_windows, tidy
from transcription.engine.models.catalogue import EMBEDDED

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def vad() -> FsmnVad:
    needs(*EMBEDDED)
    loaded = fsmn_vad()
    assert isinstance(loaded, FsmnVad)
    return loaded


def test_speech_is_found_where_it_is(vad: FsmnVad) -> None:
    first, second = clip("s01"), clip("s05")
    audio = np.concatenate([silence(2), first, silence(2), second, silence(1)])
    regions = vad.speech_regions(audio)
    starts = (2000, 4000 + len(first) // 16)
    ends = (2000 + len(first) // 16, 4000 + (len(first) + len(second)) // 16)
    assert len(regions) == 2
    for (start, end), true_start, true_end in zip(regions, starts, ends, strict=True):
        assert abs(start - true_start) < 350
        assert abs(end - true_end) < 350


def test_the_same_samples_give_the_same_regions_again(vad: FsmnVad) -> None:
    audio = np.concatenate([silence(1), clip("s01")])
    assert vad.speech_regions(audio) == vad.speech_regions(audio)


@pytest.mark.parametrize("samples", [silence(3), silence(0), clip("s01")[:300]])
def test_silence_and_less_than_a_frame_are_no_speech(
    vad: FsmnVad, samples: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> None:
    assert vad.speech_regions(samples) == []


def test_samples_that_are_not_numbers_are_refused(vad: FsmnVad) -> None:
    with pytest.raises(EngineError) as caught:
        vad.speech_regions(np.full(16_000, np.nan, np.float32))
    assert caught.value.code == ErrorCode.CORRUPT_AUDIO


def test_a_stumbling_model_means_that_all_may_be_speech(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vad = FsmnVad(tiny / "vad")

    def stumble(*_: object, **__: object) -> None:
        raise ValueError("math domain error")

    monkeypatch.setattr(vad._model.network, "inference", stumble)
    regions = vad.speech_regions(np.resize(clip("s01"), 16_000 * 65))
    assert [end - start for start, end in regions] == [21_666, 21_667, 21_667]


def test_a_longer_end_of_silence_joins_two_sentences(tiny: Path) -> None:
    audio = np.concatenate([silence(1), clip("s01"), silence(1.2), clip("s01")])
    assert len(FsmnVad(tiny / "vad", end_silence_ms=300).speech_regions(audio)) == 2
    assert len(FsmnVad(tiny / "vad", end_silence_ms=3000).speech_regions(audio)) == 1


def test_windows_are_equal_and_whole() -> None:
    assert fixed_windows(10_000, 30_000) == [(0, 10_000)]
    assert fixed_windows(60_001, 30_000) == [
        (0, 20_000),
        (20_000, 40_000),
        (40_000, 60_001),
    ]


def test_regions_are_put_in_order_and_cut_to_the_audio() -> None:
    wild = [[900, 1500], [0, 400], [300, 500], [450, 480]]
    assert tidy(wild, 1000) == [(0, 400), (400, 500), (900, 1000)]
