"""A sentence that lost more than its hotwords explain."""

from transcription.evaluation.scores.shortening import shortened
from transcription.pipeline.types import HotwordHit, PipelineSegment


def segment(
    text: str,
    start_ms: int = 0,
    end_ms: int = 2000,
    *,
    channel: int | None = None,
    hits: tuple[HotwordHit, ...] = (),
) -> PipelineSegment:
    return PipelineSegment(channel, start_ms, end_ms, text, text, hotwords=hits)


def test_a_word_that_swallows_its_neighbours_is_seen() -> None:
    hit = HotwordHit("理财产品", "礼才产品", 0, 4)
    (found,) = shortened(
        [segment("我买的礼才产品到期了")], [segment("理财产品", hits=(hit,))]
    )
    assert (found.before, found.after, found.lost) == (
        "我买的礼才产品到期了",
        "理财产品",
        6,
    )


def test_a_shorter_word_for_what_was_recognised_is_no_loss() -> None:
    hit = HotwordHit("OA", "欧诶系统", 2, 4)
    assert shortened([segment("登录欧诶系统")], [segment("登录OA", hits=(hit,))]) == []


def test_punctuation_is_no_loss() -> None:
    assert shortened([segment("你好，世界。")], [segment("你好世界")]) == []


def test_the_same_speech_may_be_cut_elsewhere() -> None:
    without = [segment("你好世界", 0, 1900)]
    using = [segment("你好", 0, 900), segment("世界", 1000, 1900)]
    assert shortened(without, using) == []


def test_what_one_channel_gains_does_not_make_up_for_the_other() -> None:
    without = [segment("你好吗", channel=0), segment("我很好", channel=1)]
    using = [segment("你好", channel=0), segment("我很好啊", channel=1)]
    assert [found.lost for found in shortened(without, using)] == [1]


def test_speech_that_is_gone_altogether_is_seen() -> None:
    assert [found.after for found in shortened([segment("你好")], [])] == [""]
