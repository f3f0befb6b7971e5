"""Who speaks in a recording with one track."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.pipeline.fakes import FakeEmbedder, decoded, tone
from transcription.engine.base import Samples, TimingSource, Word
from transcription.pipeline.speakers.segment_cuts import cut_segment
from transcription.pipeline.speakers.separation import one_track_if_alone, separate
from transcription.pipeline.text.mapping import TextMapping
from transcription.pipeline.types import (
    SILENT_CHANNEL,
    HotwordHit,
    PipelineResult,
    PipelineSegment,
)

LOW, HIGH = 200, 2000


def words(text: str, start_ms: int, each_ms: int = 500) -> tuple[Word, ...]:
    return tuple(
        Word(
            character,
            start_ms + i * each_ms,
            start_ms + (i + 1) * each_ms,
            0.5,
            offset=i,
        )
        for i, character in enumerate(text)
    )


def said(
    text: str, timed: tuple[Word, ...] = (), *, start_ms: int = 0, end_ms: int = 0
) -> PipelineSegment:
    return PipelineSegment(
        channel=None,
        start_ms=timed[0].start_ms if timed else start_ms,
        end_ms=timed[-1].end_ms if timed else end_ms,
        text_raw=text,
        text=text,
        words=timed,
        timing_source=TimingSource.ENGINE if timed else TimingSource.VAD,
    )


def told_apart(
    folder: Path, sound: Samples, *segments: PipelineSegment, count: int | None = None
) -> tuple[PipelineSegment, ...]:
    result = PipelineResult("zh", segments)
    embedder = FakeEmbedder()
    return separate(
        decoded(folder, sound), result, embedder, count=count, on_wait=lambda: None
    ).segments


def test_sentences_go_to_whom_they_sound_like(tmp_path: Path) -> None:
    sound = np.concatenate([tone(LOW, 4), tone(HIGH, 4), tone(LOW, 4)])
    result = told_apart(
        tmp_path,
        sound,
        said("您好", start_ms=200, end_ms=3800),
        said("我想问一下", start_ms=4200, end_ms=7800),
        said("请讲", start_ms=8200, end_ms=11_800),
    )
    assert [s.voice for s in result] == [0, 1, 0]


def test_one_voice_is_one_speaker(tmp_path: Path) -> None:
    result = told_apart(
        tmp_path,
        tone(LOW, 12),
        *(said("好", start_ms=i * 3000, end_ms=i * 3000 + 2500) for i in range(4)),
    )
    assert {s.voice for s in result} == {0}


def test_a_sentence_of_two_is_cut_at_a_words_end(tmp_path: Path) -> None:
    """Every time in the parts is one that the engine gave."""
    sound = np.concatenate([tone(LOW, 5), tone(HIGH, 5)])
    timed = words("请讲我想问一下理财产品的利率调整吗", 500)
    whole = said("请讲我想问一下理财产品的利率调整吗", timed)
    first, second = told_apart(tmp_path, sound, whole)
    assert (first.voice, second.voice) == (0, 1)
    assert first.text_raw + second.text_raw == whole.text_raw
    cut = len(first.text_raw)
    assert first.words == timed[:cut]
    assert second.words == tuple(
        replace(word, offset=word.offset - cut) for word in timed[cut:]
    )
    assert (first.start_ms, first.end_ms) == (500, first.words[-1].end_ms)
    assert (second.start_ms, second.end_ms) == (first.end_ms, timed[-1].end_ms)
    assert abs(first.end_ms - 5000) <= 500
    assert second.confidence == pytest.approx(0.5)


def test_figures_and_hotwords_move_with_their_part_and_are_never_cut(
    tmp_path: Path,
) -> None:
    sound = np.concatenate([tone(LOW, 4), tone(HIGH, 6)])
    raw = "是一百二十块吗对买理财产品三十块"
    timed = words(raw, 0)
    whole = PipelineSegment(
        channel=None,
        start_ms=0,
        end_ms=timed[-1].end_ms,
        text_raw=raw,
        text="是120元吗对买理财产品30元",
        words=timed,
        mapping=TextMapping.from_json([[1, 6, 1, 5], [13, 16, 12, 15]]),
        hotwords=(HotwordHit("理财产品", "里财产品", 9, 13),),
    )
    parts = told_apart(tmp_path, sound, whole)
    assert len(parts) == 2
    for part in parts:
        for a, b, c, d in part.mapping.changes:
            assert (part.text_raw[a:b], part.text[c:d]) in {
                ("一百二十块", "120元"),
                ("三十块", "30元"),
            }
        for hit in part.hotwords:
            assert part.text_raw[hit.start : hit.end] == hit.text
    assert "".join(part.text for part in parts) == whole.text
    assert sum(len(part.mapping.changes) for part in parts) == 2
    assert sum(len(part.hotwords) for part in parts) == 1


def test_an_added_mark_stays_behind_the_words_that_it_ends() -> None:
    whole = PipelineSegment(
        channel=None,
        start_ms=0,
        end_ms=8000,
        text_raw="好的付三块谢谢您",
        text="好的，付3元。谢谢您。",
        words=words("好的付三块谢谢您", 0),
        mapping=TextMapping.from_json(
            [[2, 2, 2, 3], [3, 5, 4, 6], [5, 5, 6, 7], [8, 8, 10, 11]]
        ),
    )
    first, second, third = cut_segment(whole, [2, 5])
    assert [part.text for part in (first, second, third)] == [
        "好的，",
        "付3元。",
        "谢谢您。",
    ]
    assert first.mapping.to_json() == [[2, 2, 2, 3]]
    assert second.mapping.to_json() == [[1, 3, 1, 3], [3, 3, 3, 4]]
    assert third.mapping.to_json() == [[3, 3, 3, 4]]


def test_a_change_inside_a_figure_waits_for_its_end(tmp_path: Path) -> None:
    sound = np.concatenate([tone(LOW, 4), tone(HIGH, 6)])
    raw = "一共是一千二百九十九元对不对呀先生"
    whole = PipelineSegment(
        channel=None,
        start_ms=0,
        end_ms=8500,
        text_raw=raw,
        text="一共是1299元对不对呀先生",
        words=words(raw, 0),
        mapping=TextMapping.from_json([[3, 11, 3, 8]]),
    )
    parts = told_apart(tmp_path, sound, whole)
    assert any("1299元" in part.text for part in parts)
    assert "".join(part.text for part in parts) == whole.text


def test_latin_words_are_parted_without_their_space(tmp_path: Path) -> None:
    sound = np.concatenate([tone(LOW, 4), tone(HIGH, 4)])
    text = "thank you for calling what is the price"
    timed = tuple(
        Word(found[0], i * 1000, i * 1000 + 950, offset=found.start())
        for i, found in enumerate(re.finditer(r"\w+", text))
    )
    first, second = told_apart(tmp_path, sound, said(text, timed))
    assert (first.text, second.text) == ("thank you for calling", "what is the price")
    for part in (first, second):
        for word in part.words:
            assert part.text_raw[word.offset : word.end] == word.text


def test_without_word_times_a_sentence_stays_whole(tmp_path: Path) -> None:
    sound = np.concatenate([tone(LOW, 5), tone(HIGH, 3), tone(LOW, 5)])
    result = told_apart(
        tmp_path,
        sound,
        said("请讲我想问", start_ms=0, end_ms=7800),
        said("好的", start_ms=8200, end_ms=12_800),
    )
    assert [s.text for s in result] == ["请讲我想问", "好的"]
    assert [s.start_ms for s in result] == [0, 8200]


def test_a_short_reply_is_embedded_with_what_is_around_it(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    sound = np.concatenate([tone(LOW, 4), tone(HIGH, 0.2), tone(LOW, 4)])
    result = PipelineResult(
        "zh", (said("嗯", start_ms=4000, end_ms=4200), said("好", words("好", 8000)))
    )
    separate(
        decoded(tmp_path, sound), result, embedder, count=None, on_wait=lambda: None
    )
    assert min(embedder.clips_ms) >= 500


@pytest.mark.parametrize("seconds", [0.12, 0.3, 0.6])
def test_next_to_nothing_is_one_speaker(tmp_path: Path, seconds: float) -> None:
    end_ms = int(seconds * 1000)
    result = told_apart(
        tmp_path, tone(LOW, seconds), said("嗯", start_ms=0, end_ms=end_ms), count=2
    )
    assert [(s.text, s.start_ms, s.end_ms) for s in result] == [("嗯", 0, end_ms)]


def test_two_are_two_when_somebody_says_so(tmp_path: Path) -> None:
    sound = np.concatenate([tone(LOW, 6), tone(600, 6)])
    segments = [said("好", start_ms=i * 2000, end_ms=i * 2000 + 1900) for i in range(6)]
    result = told_apart(tmp_path, sound, *segments, count=2)
    assert [s.voice for s in result] == [0, 0, 0, 1, 1, 1]


def test_it_stops_when_the_job_is_canceled(tmp_path: Path) -> None:
    def cancel() -> None:
        raise KeyboardInterrupt

    result = PipelineResult("zh", (said("好", start_ms=0, end_ms=3000),))
    with pytest.raises(KeyboardInterrupt):
        separate(
            decoded(tmp_path, tone(LOW, 4)),
            result,
            FakeEmbedder(),
            count=None,
            on_wait=cancel,
        )


def channelled(*channels: int) -> PipelineResult:
    return PipelineResult(
        "zh",
        tuple(
            PipelineSegment(channel, i * 4000, i * 4000 + 3500, "好", "好")
            for i, channel in enumerate(channels)
        ),
    )


def test_a_call_with_a_silent_channel_has_one_track(tmp_path: Path) -> None:
    """Both parties may be on the other: they are told apart by their voices."""
    sound = np.concatenate([tone(LOW, 4), tone(HIGH, 4)])
    made = decoded(tmp_path, sound, np.zeros_like(sound))
    alone = one_track_if_alone(channelled(0, 0))
    assert alone.notes == (SILENT_CHANNEL,)
    result = separate(made, alone, FakeEmbedder(), count=None, on_wait=lambda: None)
    assert [(s.channel, s.voice) for s in result.segments] == [(None, 0), (None, 1)]


def test_a_call_that_both_parties_speak_in_keeps_its_channels(tmp_path: Path) -> None:
    call = channelled(0, 1)
    assert one_track_if_alone(call) is call
    sound = tone(LOW, 8)
    result = separate(
        decoded(tmp_path, sound, sound),
        call,
        FakeEmbedder(),
        count=2,
        on_wait=lambda: None,
    )
    assert result is call
