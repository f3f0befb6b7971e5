"""Runs through the real pipeline with an engine that the tests speak for."""

from pathlib import Path

import numpy as np
import pytest

from tests.transcription.pipeline.fakes import FakeEngine, FakeVad, timed
from tests.transcription.pipeline.sounds import silence, voice, write
from transcription.engine.base import Recognition, Samples
from transcription.evaluation.measure import ClipRecogniser, Unlike
from transcription.evaluation.report import as_json, table
from transcription.evaluation.sets.clips import CUT_PAD_MS, Clip, decoder
from transcription.evaluation.sets.silence import silent_clips
from transcription.evaluation.sizes import at_sizes

MISRECOGNISED = "负责人是张小明经理"


@pytest.fixture
def memo(tmp_path: Path) -> Clip:
    path = write(tmp_path / "memo.wav", [voice(2)])
    return Clip("memo.wav", path, ("负责人是张晓明经理。",))


def test_the_list_helps_and_the_figures_say_so(memo: Clip) -> None:
    engine = FakeEngine(MISRECOGNISED)
    with decoder() as files:
        recogniser = ClipRecogniser(engine, FakeVad(), files)
        before, after = at_sizes(recogniser, [memo], ["张晓明"], [0, 1])
    assert (before.summary.said, before.summary.recall) == (1, 0.0)
    assert before.summary.cer == pytest.approx(100 / 9)
    assert (after.summary.cer, after.summary.recall) == (0.0, 100.0)
    assert (after.summary.precision, after.summary.shortened) == (100.0, 0)


def test_an_engine_without_hotwords_recognises_everything_once(memo: Clip) -> None:
    engine = FakeEngine(MISRECOGNISED)
    with decoder() as files:
        recogniser = ClipRecogniser(engine, FakeVad(), files)
        results = list(at_sizes(recogniser, [memo], ["张晓明"], [0, 1, 50]))
    assert len(engine.calls) == 1
    assert all(result.summary.real_time_factor for result in results)


def test_an_engine_with_hotwords_is_asked_with_each_list(memo: Clip) -> None:
    engine = FakeEngine(MISRECOGNISED, max_hotwords=50)
    with decoder() as files:
        recogniser = ClipRecogniser(engine, FakeVad(), files)
        list(at_sizes(recogniser, [memo], ["张晓明"], [0, 1]))
    asked = [options.hotwords for _, options in engine.calls]
    assert () in asked
    assert ("张晓明",) in asked


def test_a_made_up_word_where_nobody_said_it_is_a_false_insertion(memo: Clip) -> None:
    def say(piece: Samples) -> Recognition:
        return Recognition("找李四", "zh")

    with decoder() as files:
        recogniser = ClipRecogniser(FakeEngine(say), FakeVad(), files)
        (result,) = at_sizes(recogniser, [memo], ["李四"], [1])
    assert result.summary.false_insertions == 1
    assert result.summary.false_per_speech_hour == pytest.approx(1800)
    assert result.summary.false_per_silence_hour is None


def test_words_in_silence_are_counted_apart(tmp_path: Path) -> None:
    engine = FakeEngine("谢谢大家")
    with decoder() as files:
        recogniser = ClipRecogniser(engine, FakeVad([(0, 2000)]), files)
        clips = list(silent_clips(tmp_path, of_each=1))
        (result,) = at_sizes(recogniser, clips, ["谢谢"], [1])
    summary = result.summary
    assert summary.silence_ms == 4000 * len(clips)
    assert summary.silence_characters > 0
    assert summary.false_per_silence_hour
    assert summary.utterances == 0


def test_a_part_that_is_a_piece_of_speech_is_recognised_as_in_its_recording(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path / "a.wav", [np.concatenate([silence(1), voice(1), silence(1)])]
    )
    engine = FakeEngine("好")
    part = Clip("a", path, ("好",), start_ms=1000, end_ms=2000)
    with decoder() as files:
        (result,) = ClipRecogniser(engine, FakeVad(), files).run([part], [])
    assert result.audio_ms == 1000 + 2 * CUT_PAD_MS
    assert [segment.text for segment in result.segments] == ["好"]
    assert engine.calls[0][0] == [1140]  # as in its recording: speech and its padding
    assert result.unlike == Unlike.NOTHING


def test_a_part_of_a_piece_is_cut_out_where_words_have_no_times(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", [voice(3)])
    engine = FakeEngine("好")
    part = Clip("a", path, ("好",), start_ms=1000, end_ms=2000)
    with decoder() as files:
        (result,) = ClipRecogniser(engine, FakeVad(), files).run([part], [])
    assert [lengths for lengths, _options in engine.calls] == [
        [3000],
        [1000 + 2 * CUT_PAD_MS],
    ]
    assert result.unlike == Unlike.ALONE


def test_a_part_of_a_piece_is_taken_out_of_its_text_by_the_words_times(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a.wav", [voice(3)])
    said = timed(
        "你好利率再见", ("你好", 0, 900), ("利率", 1050, 1900), ("再见", 2100, 2900)
    )
    part = Clip("a", path, ("利率",), start_ms=1000, end_ms=2000)
    with decoder() as files:
        recogniser = ClipRecogniser(FakeEngine(lambda piece: said), FakeVad(), files)
        (result,) = recogniser.run([part], [])
    assert [segment.text for segment in result.segments] == ["利率"]
    assert result.unlike == Unlike.NOTHING


def test_pieces_and_windows_that_the_part_does_not_touch_cost_nothing(
    tmp_path: Path,
) -> None:
    sound = np.concatenate([voice(1), silence(2), voice(2), silence(2), voice(3)])
    path = write(tmp_path / "a.wav", [sound])
    engine = FakeEngine("好")
    part = Clip("a", path, ("好",), start_ms=3000, end_ms=5000)
    with decoder() as files:
        ClipRecogniser(engine, FakeVad(), files).run([part], [])
    assert [lengths for lengths, _options in engine.calls] == [[2140]]


def test_one_channel_of_a_call_is_recognised_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", [voice(1), voice(1, seed=1)])
    engine = FakeEngine("好")
    with decoder() as files:
        clip = Clip("call#1", path, ("好",), channel=1)
        (result,) = ClipRecogniser(engine, FakeVad(), files).run([clip], [])
    assert [segment.channel for segment in result.segments] == [1]


def test_references_with_figures_are_compared_after_itn(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", [voice(2)])
    engine = FakeEngine("手续费是十二块五毛")
    clips = [
        Clip("spoken", path, ("手续费是十二块五毛",)),
        Clip("written", path, ("手续费是12.5元",)),
    ]
    with decoder() as files:
        recogniser = ClipRecogniser(engine, FakeVad(), files)
        (result,) = at_sizes(recogniser, clips, [], [0])
    assert result.summary.cer == 0.0


def test_an_engine_that_writes_figures_is_asked_for_none(memo: Clip) -> None:
    engine = FakeEngine("好", does_itn=True)
    with decoder() as files:
        ClipRecogniser(engine, FakeVad(), files).run([memo], [])
    assert [options.use_itn for _, options in engine.calls] == [False]


def test_the_report_has_a_line_for_each_size(memo: Clip) -> None:
    words = timed("你好", ("你好", 0, 500))
    with decoder() as files:
        recogniser = ClipRecogniser(FakeEngine(lambda piece: words), FakeVad(), files)
        results = list(at_sizes(recogniser, [memo], ["张晓明"], [0, 1]))
    lines = table(results).splitlines()
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
    (first, second) = as_json(results)
    assert (first["size"], second["size"]) == (0, 1)
    assert first["clip_results"][0]["heard"] == "你好"
