"""The road from decoded audio to text, with an engine that says what the test says."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.pipeline.fakes import FakeEngine, FakeVad, decoded, timed
from tests.transcription.pipeline.sounds import silence, voice
from transcription.engine.base import (
    EngineError,
    ErrorCode,
    Recognition,
    RecognitionOptions,
    Samples,
)
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.types import (
    DecodedAudio,
    PipelineResult,
    PipelineSegment,
    Punctuation,
)

Windows = dict[tuple[int, int], tuple[PipelineSegment, ...]]


def recognised(
    audio: DecodedAudio,
    engine: FakeEngine,
    *,
    vad: FakeVad | None = None,
    options: RecognitionOptions | None = None,
    progress: list[tuple[int, int]] | None = None,
    kept: Windows | None = None,
    finished: Windows | None = None,
) -> PipelineResult:
    def on_progress(done: int, total: int) -> None:
        if progress is not None:
            progress.append((done, total))

    def on_window(slot: int, index: int, found: tuple[PipelineSegment, ...]) -> None:
        if kept is not None:
            kept[slot, index] = found

    setup = RunSetup(
        engine=engine,
        vad=vad or FakeVad(),
        options=options or RecognitionOptions(),
        on_progress=on_progress,
        on_window=on_window,
        finished=finished or {},
    )
    return transcribe(audio, setup)


def _spread(text: str, start_ms: int) -> list[tuple[str, int, int]]:
    """A quarter of a second for each character."""
    return [
        (character, start_ms + 250 * place, start_ms + 250 * place + 250)
        for place, character in enumerate(text)
    ]


def test_both_parties_of_a_call_are_recognised_in_order(tmp_path: Path) -> None:
    left = np.concatenate((voice(1, seed=3), silence(3), voice(1, seed=3)))
    right = np.concatenate((silence(2), voice(1, seed=3), silence(2)))
    result = recognised(decoded(tmp_path, left, right), FakeEngine(), vad=None)
    channels = [segment.channel for segment in result.segments]
    starts = [segment.start_ms for segment in result.segments]
    assert starts == sorted(starts)
    assert set(channels) == {0, 1}
    first_right = channels.index(1)
    assert channels[:first_right] and 0 in channels[first_right:]


def test_who_speaks_at_the_same_time_is_kept_on_both_tracks(tmp_path: Path) -> None:
    left = np.concatenate([voice(3.0), silence(3.0)])
    right = np.concatenate([silence(1.0), voice(3.0, seed=1), silence(2.0)])
    result = recognised(decoded(tmp_path, left, right), FakeEngine())
    starts = [segment.start_ms for segment in result.segments]
    assert starts == sorted(starts)
    assert {segment.channel for segment in result.segments} == {0, 1}
    end = max(s.end_ms for s in result.segments if s.channel == 0)
    assert min(s.start_ms for s in result.segments if s.channel == 1) < end


def test_silence_is_never_sent_to_the_engine(tmp_path: Path) -> None:
    engine = FakeEngine("谢谢大家")
    result = recognised(decoded(tmp_path, silence(4)), engine, vad=FakeVad([(0, 4000)]))
    assert result.segments == ()
    assert engine.calls == []


def test_empty_text_is_no_segment(tmp_path: Path) -> None:
    vad = FakeVad([(0, 1000)])
    result = recognised(decoded(tmp_path, voice(2)), FakeEngine("  "), vad=vad)
    assert result.segments == ()


def test_word_times_count_from_the_start_of_the_file(tmp_path: Path) -> None:
    audio = decoded(tmp_path, np.concatenate((silence(5), voice(2), silence(1))))
    engine = FakeEngine(lambda piece: timed("你好", ("你", 120, 400), ("好", 400, 900)))
    (segment,) = recognised(audio, engine, vad=FakeVad([(5000, 7000)])).segments
    assert (segment.start_ms, segment.end_ms) == (5000, 5780)
    assert [word.start_ms for word in segment.words] == [5000, 5280]
    assert segment.confidence == pytest.approx(0.9)


def test_without_word_times_a_segment_has_the_times_of_its_speech(
    tmp_path: Path,
) -> None:
    audio = decoded(tmp_path, np.concatenate((silence(1), voice(2), silence(1))))
    (segment,) = recognised(audio, FakeEngine(), vad=FakeVad([(1000, 3000)])).segments
    assert (segment.start_ms, segment.end_ms) == (1000, 3000)
    assert segment.words == ()


def test_both_the_spoken_and_the_written_text_are_kept(tmp_path: Path) -> None:
    vad = FakeVad([(0, 1000)])
    audio = decoded(tmp_path, voice(2))
    (segment,) = recognised(audio, FakeEngine("一共十二块五毛"), vad=vad).segments
    assert (segment.text_raw, segment.text) == ("一共十二块五毛", "一共12.5元")
    assert segment.mapping.changes == ((2, 7, 2, 7),)


@pytest.mark.parametrize(
    ("does_itn", "use_itn"), [(True, True), (True, False), (False, False)]
)
def test_itn_runs_only_when_asked_and_never_twice(
    tmp_path: Path, does_itn: bool, use_itn: bool
) -> None:
    (segment,) = recognised(
        decoded(tmp_path, voice(2)),
        FakeEngine("一共十二块五毛", does_itn=does_itn),
        vad=FakeVad([(0, 1000)]),
        options=RecognitionOptions(use_itn=use_itn),
    ).segments
    assert segment.text == segment.text_raw == "一共十二块五毛"


def test_hotwords_are_put_in_for_an_engine_that_takes_none(tmp_path: Path) -> None:
    options = RecognitionOptions(hotwords=("张晓明",))
    vad = FakeVad([(0, 1000)])
    audio = decoded(tmp_path, voice(2))
    (segment,) = recognised(
        audio, FakeEngine("找张小明"), vad=vad, options=options
    ).segments
    assert segment.text == "找张晓明"
    assert segment.hotwords[0].heard == "张小明"


def test_what_the_second_recognition_put_in_is_marked_in_its_sentence(
    tmp_path: Path,
) -> None:
    engine = FakeEngine(
        lambda _: timed(
            "请您稍等张小明", *_spread("请您稍等", 0), *_spread("张小明", 3000)
        ),
        max_hotwords=50,
        with_hotwords=lambda _: timed(
            "请您稍等张晓明", *_spread("请您稍等", 0), *_spread("张晓明", 3000)
        ),
    )
    result = recognised(
        decoded(tmp_path, voice(5)),
        engine,
        vad=FakeVad([(0, 4500)]),
        options=RecognitionOptions(hotwords=("张晓明",)),
    )
    assert [segment.text for segment in result.segments] == ["请您稍等", "张晓明"]
    hits = [hit for segment in result.segments for hit in segment.hotwords]
    assert [(hit.text, hit.heard) for hit in hits] == [("张晓明", "张小明")]
    (marked,) = [segment for segment in result.segments if segment.hotwords]
    hit = marked.hotwords[0]
    assert marked.text_raw[hit.start : hit.end] == "张晓明"


@pytest.mark.parametrize("said", ["", "auto", "ko"])
def test_a_language_that_the_engine_does_not_speak_is_no_answer(
    tmp_path: Path, said: str
) -> None:
    engine = FakeEngine(lambda piece: Recognition("你好", said))
    result = recognised(
        decoded(tmp_path, voice(2)),
        engine,
        vad=FakeVad([(0, 1000)]),
        options=RecognitionOptions("auto"),
    )
    assert result.language == "zh"
    assert engine.calls[-1][1].language == "zh"


def test_what_is_recognised_in_near_silence_is_flagged(tmp_path: Path) -> None:
    hiss = np.random.default_rng(1).normal(0, 0.002, 32_000).astype(np.float32)
    (segment,) = recognised(
        decoded(tmp_path, hiss), FakeEngine("谢谢大家"), vad=FakeVad([(0, 1000)])
    ).segments
    assert segment.flags == ("near_silence",)


def test_progress_rises_to_the_end_and_counts_all_tracks(tmp_path: Path) -> None:
    progress: list[tuple[int, int]] = []
    audio = decoded(tmp_path, voice(4), silence(4))
    vad = FakeVad([(0, 1000), (2000, 3000)])
    recognised(audio, FakeEngine(), vad=vad, progress=progress)
    done = [step[0] for step in progress]
    assert done == sorted(done)
    assert progress[-1] == (8000, 8000)


def test_a_cancel_in_progress_stops_it(tmp_path: Path) -> None:
    class Canceled(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        raise Canceled

    with pytest.raises(Canceled):
        transcribe(
            decoded(tmp_path, voice(4)),
            RunSetup(
                FakeEngine(),
                FakeVad([(0, 4000)]),
                RecognitionOptions(),
                on_progress=cancel,
            ),
        )


def test_finished_windows_are_not_recognised_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "transcription.pipeline.audio.vad.windows.__defaults__", (20_000,)
    )
    audio = decoded(tmp_path, np.concatenate([voice(4), silence(1)] * 12))
    kept: Windows = {}
    whole = recognised(audio, FakeEngine("第一次"), kept=kept)
    assert len(kept) >= 2
    again = FakeEngine("第二次")
    first = {key: value for key, value in kept.items() if key == (0, 0)}
    resumed = recognised(audio, again, finished=first)
    assert len(resumed.segments) == len(whole.segments)
    texts = [segment.text for segment in resumed.segments]
    assert texts == ["第一次"] * len(first[0, 0]) + ["第二次"] * (
        len(texts) - len(first[0, 0])
    )
    assert recognised(audio, FakeEngine("没有"), finished=kept) == whole


def test_the_language_is_found_once_for_the_whole_file(tmp_path: Path) -> None:
    def say(piece: Samples) -> Recognition:
        return Recognition("hello", "en" if piece.size > 16_000 else "zh")

    engine = FakeEngine(say)
    result = recognised(
        decoded(tmp_path, voice(8)),
        engine,
        vad=FakeVad([(0, 3000), (4000, 4500), (5000, 5500), (6000, 6500)]),
        options=RecognitionOptions(language="auto"),
    )
    assert result.language == "en"
    asked = [options.language for _, options in engine.calls]
    assert asked[0] == "auto"
    assert set(asked[1:]) == {"en"}


def test_a_silent_file_in_any_language_is_chinese_silence(tmp_path: Path) -> None:
    options = RecognitionOptions(language="auto")
    result = recognised(decoded(tmp_path, silence(3)), FakeEngine(), options=options)
    assert result == PipelineResult("zh", (), punctuation=Punctuation.ENGINE)


def test_an_engine_that_loses_count_is_an_error(tmp_path: Path) -> None:
    class Forgetful(FakeEngine):
        def recognise(self, pieces: object, options: object) -> list[Recognition]:
            return []

    with pytest.raises(EngineError) as caught:
        recognised(decoded(tmp_path, voice(2)), Forgetful(), vad=FakeVad([(0, 2000)]))
    assert caught.value.code == ErrorCode.ENGINE_FAILED


def failing(*lengths_ms: int) -> FakeEngine:
    """Fails on pieces of these lengths."""

    def say(piece: Samples) -> Recognition:
        if piece.size // 16 in lengths_ms:
            raise ValueError("this piece")
        return Recognition("你好", "zh")

    return FakeEngine(say)


def test_a_piece_on_which_the_engine_fails_is_a_segment_without_text(
    tmp_path: Path,
) -> None:
    vad = FakeVad([(1000, 2000), (4000, 5000), (7000, 9000)])
    audio = decoded(tmp_path, voice(10))
    options = RecognitionOptions(hotwords=("张晓明",))
    kept: Windows = {}
    result = recognised(audio, failing(2240), vad=vad, options=options, kept=kept)
    assert [segment.text for segment in result.segments] == ["你好", "你好", ""]
    failed = result.segments[-1]
    assert (failed.start_ms, failed.end_ms) == (7000, 9000)
    assert (failed.text_raw, failed.flags) == ("", ("not_recognised",))
    assert failed.confidence is None
    assert len(kept) == 1
    assert result.lost_windows == 0


def test_a_second_recognition_that_fails_leaves_the_first(tmp_path: Path) -> None:
    class ShyOfHotwords(FakeEngine):
        def recognise(
            self, pieces: Sequence[Samples], options: RecognitionOptions
        ) -> list[Recognition]:
            if options.hotwords:
                raise ValueError("hotwords")
            return super().recognise(pieces, options)

    (segment,) = recognised(
        decoded(tmp_path, voice(2)),
        ShyOfHotwords("找张小明", max_hotwords=50),
        vad=FakeVad([(0, 1000)]),
        options=RecognitionOptions(hotwords=("张晓明",)),
    ).segments
    assert segment.text_raw in {"找张小明", "找张晓明"}
    assert "not_recognised" not in segment.flags


def test_a_window_that_is_lost_whole_is_told_and_not_kept(tmp_path: Path) -> None:
    left = np.concatenate((voice(2), silence(4)))
    right = np.concatenate((silence(2), voice(3, seed=1), silence(1)))
    lengths = {round(s) for s in np.arange(0, 2400)}  # the left one's pieces
    kept: Windows = {}
    result = recognised(decoded(tmp_path, left, right), failing(*lengths), kept=kept)
    assert result.lost_windows == 1
    assert {slot for slot, _index in kept} == {1}
    assert {s.channel for s in result.segments if not s.text} == {0}


def test_a_recording_fails_when_the_engine_fails_on_all_of_it(tmp_path: Path) -> None:
    audio, vad = decoded(tmp_path, voice(4)), FakeVad([(0, 1000), (2000, 3000)])
    kept: Windows = {}
    with pytest.raises(EngineError) as caught:
        recognised(audio, failing(*range(4000)), vad=vad, kept=kept)
    assert caught.value.code == ErrorCode.ENGINE_FAILED
    assert not caught.value.permanent
    assert kept == {}


def test_batches_stay_small_enough_for_a_heartbeat(tmp_path: Path) -> None:
    regions = [(start, start + 2800) for start in range(0, 60_000, 3000)]
    engine = FakeEngine()
    recognised(decoded(tmp_path, voice(60)), engine, vad=FakeVad(regions))
    assert all(max(call) * len(call) <= 20_000 for call, _ in engine.calls)
    assert sum(len(call) for call, _ in engine.calls) == len(regions)
