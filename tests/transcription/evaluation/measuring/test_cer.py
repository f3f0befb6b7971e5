"""Character error rate and its confidence interval."""

from transcription.evaluation.scores.alignment import by_turn
from transcription.evaluation.scores.cer import Score, comparable, interval, score


def test_punctuation_width_and_case_do_not_count() -> None:
    assert comparable("ＡＢ，你好 OA！") == "ab你好oa"
    assert score([("你好，世界。", "你好世界")]) == Score(0, 4)


def test_every_kind_of_error_counts_once() -> None:
    assert score([("请按一", "请按二"), ("你好", "你"), ("好", "你好")]).edits == 3


def test_the_interval_holds_the_score_and_is_the_same_each_time() -> None:
    scores = [Score(edits, 10) for edits in (0, 0, 1, 3, 0, 2, 0, 0, 5, 0)]
    low, high = interval(scores)
    assert low < 11.0 < high
    assert interval(scores) == (low, high)


def test_one_perfect_utterance_has_no_width() -> None:
    assert interval([Score(0, 8)]) == (0.0, 0.0)


def test_nothing_said_has_an_interval_too() -> None:
    assert interval([]) == (0.0, 0.0)
    assert interval([Score(3, 0)]) == (0.0, 0.0)


def test_more_utterances_make_the_interval_narrower() -> None:
    few = [Score(0, 10), Score(2, 10)] * 5
    low, high = interval(few)
    narrow_low, narrow_high = interval(few * 20)
    assert narrow_high - narrow_low < (high - low) / 2


def test_a_recording_recognised_as_a_whole_is_scored_turn_by_turn() -> None:
    parts = by_turn(["你好吗", "我很好", "再见"], "你吗我很好啊再见")
    assert [recognised for recognised, _ in parts] == ["你吗", "我很好啊", "再见"]
    assert [turn for _, turn in parts] == [Score(1, 3), Score(1, 3), Score(0, 2)]


def test_turns_that_were_not_recognised_are_deletions() -> None:
    parts = by_turn(["你好", "再见"], "")
    assert parts == [("", Score(2, 2)), ("", Score(2, 2))]


def test_words_in_silence_are_no_turns_error() -> None:
    assert by_turn([], "谢谢大家") == []
