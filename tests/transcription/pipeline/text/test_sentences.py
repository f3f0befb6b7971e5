"""Recognitions become sentences at the speaker's pauses."""

from tests.transcription.pipeline.fakes import timed
from transcription.engine.base import Recognition
from transcription.pipeline.text.sentences import sentences


def test_without_word_times_nothing_is_cut() -> None:
    recognition = Recognition("很长的一句话" * 30, "zh")
    assert [s.text for s in sentences(recognition)] == [recognition.text]


def test_a_pause_ends_a_sentence() -> None:
    recognised = timed(
        "我们开始开会请坐下吧",
        ("我们", 0, 300),
        ("开始", 300, 600),
        ("开会", 600, 900),
        ("请", 1600, 1800),
        ("坐下", 1800, 2200),
        ("吧", 2200, 2400),
    )
    first, second = sentences(recognised)
    assert (first.text, second.text) == ("我们开始开会", "请坐下吧")
    assert first.words[-1].end_ms == 900
    assert second.words[0].start_ms == 1600
    assert [word.offset for word in second.words] == [0, 1, 3]


def test_a_hesitation_stays_with_its_sentence() -> None:
    recognised = timed(
        "我想退货", ("我", 0, 200), ("想", 1000, 1200), ("退货", 1200, 1600)
    )
    assert [s.text for s in sentences(recognised)] == ["我想退货"]


def test_punctuation_goes_with_the_word_before() -> None:
    recognised = timed(
        "您好您好。请讲，请讲！",
        ("您好", 0, 300),
        ("您好", 300, 600),
        ("请讲", 1500, 1800),
        ("请讲", 1800, 2000),
    )
    assert [s.text for s in sentences(recognised)] == ["您好您好。", "请讲，请讲！"]


def test_english_words_keep_their_spaces() -> None:
    recognised = timed(
        "hello there how are you",
        ("hello", 0, 300),
        ("there", 350, 600),
        ("how", 1500, 1700),
        ("are", 1700, 1800),
        ("you", 1800, 2000),
    )
    assert [s.text for s in sentences(recognised)] == ["hello there", "how are you"]


def test_what_grows_too_long_is_cut_at_its_longest_silences() -> None:
    words, text, at = [], "", 0
    for index in range(40):
        words.append(("三个字", at, at + 500))
        text += "三个字"
        at += 500 + (400 if index % 10 == 9 else 20)
    found = sentences(timed(text, *words))
    assert len(found) == 3
    assert "".join(s.text for s in found) == text
    assert all(len(s.text) <= 60 for s in found)


def test_words_that_are_not_the_texts_are_no_guide() -> None:
    recognised = timed("今天天气好", ("昨天", 0, 300), ("下雨", 2000, 2300))
    assert [s.text for s in sentences(recognised)] == ["今天天气好"]
