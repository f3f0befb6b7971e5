"""Recall, precision and false insertions of a list's words, by place."""

from transcription.evaluation.scores.hotwords import HotwordCount, WordList


def count(words: list[str], reference: str, hypothesis: str) -> HotwordCount:
    return WordList(words).count(reference, hypothesis)


def test_a_word_recognised_where_it_was_said_is_found() -> None:
    found = count(["张晓明"], "负责人是张晓明经理。", "负责人是张晓明经理")
    assert found == HotwordCount(said=1, found=1)
    assert (found.recall, found.precision) == (1.0, 1.0)


def test_a_word_in_another_place_is_false_and_the_said_one_missed() -> None:
    found = count(
        ["理财产品"], "我买的理财产品到期了吗", "理财产品我买的礼才餐品到期了吗"
    )
    assert found == HotwordCount(said=1, found=0, false=1)


def test_a_word_said_once_and_recognised_twice_is_false_once() -> None:
    assert count(["你好"], "你好世界", "你好你好世界") == HotwordCount(1, 1, 1)


def test_errors_around_a_word_do_not_matter() -> None:
    assert count(["杭州东站"], "到达杭州东站了", "道大杭州东站") == HotwordCount(
        1, 1, 0
    )


def test_a_word_inside_another_one_counts_for_itself() -> None:
    found = count(["理财", "理财产品"], "买理财产品", "买理财产品")
    assert found == HotwordCount(2, 2, 0)


def test_latin_words_end_where_words_end() -> None:
    assert count(["OA"], "登录OA系统", "登录O A系统") == HotwordCount(1, 1, 0)
    assert count(["OA"], "a board meeting", "a board meeting") == HotwordCount()


def test_everything_recognised_in_silence_is_false() -> None:
    assert count(["谢谢"], "", "谢谢谢谢") == HotwordCount(0, 0, 2)


def test_spoken_variants_are_no_words_of_the_list() -> None:
    found = count(["大模型|大魔性"], "大模型和大魔性", "大模型和大魔性")
    assert found == HotwordCount(1, 1, 0)


def test_there_is_no_recall_of_nothing() -> None:
    found = count(["张晓明"], "你好", "你好")
    assert (found.recall, found.precision) == (None, None)
