"""Where ct-punc is installed its marks go between words; what was recognised stays."""

from itertools import accumulate
from pathlib import Path

import pytest

from tests.transcription.pipeline.fakes import FakeEngine, FakeVad, decoded, timed
from tests.transcription.pipeline.sounds import voice
from transcription.engine.base import RecognitionOptions, Word
from transcription.pipeline.punctuation.lines import Line
from transcription.pipeline.punctuation.marking import (
    LineByLine,
    Marking,
    marks_between,
)
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.types import PipelineSegment, Punctuation


class FakePunctuator:
    """Answers what the test says, or puts a full stop behind the text."""

    def __init__(self, answers: dict[str, str] | None = None) -> None:
        self._answers = answers or {}
        self.asked: list[str] = []

    def punctuate(self, text: str) -> str:
        self.asked.append(text)
        return self._answers.get(text, f"{text}。")


def words(*texts: str) -> list[Word]:
    places = accumulate(map(len, texts), initial=0)
    return [
        Word(text, 0, 0, offset=place)
        for text, place in zip(texts, places, strict=False)
    ]


def marked(line: Line | str, punctuator: FakePunctuator) -> str:
    if isinstance(line, str):
        line = Line(line, (), 0, 900)
    marking = Marking(Punctuation.MODEL, LineByLine(punctuator, "zh"))
    return marking.marked([line])[0].text


def segment(
    folder: Path,
    engine: FakeEngine,
    punctuator: FakePunctuator,
    options: RecognitionOptions | None = None,
) -> PipelineSegment:
    (found,) = transcribe(
        decoded(folder, voice(2)),
        RunSetup(
            engine=engine,
            vad=FakeVad([(0, 2000)]),
            options=options or RecognitionOptions(),
            punctuator=punctuator,
        ),
    ).segments
    return found


def test_text_that_lacks_marks_gets_them_before_its_figures(tmp_path: Path) -> None:
    engine = FakeEngine("一共十二块五毛谢谢", writes_punctuation=False)
    punctuator = FakePunctuator({"一共十二块五毛谢谢": "一共十二块五毛，谢谢。"})
    found = segment(tmp_path, engine, punctuator)
    assert found.text_raw == "一共十二块五毛谢谢"
    assert found.text == "一共12.5元，谢谢。"
    assert found.mapping.changes == ((2, 7, 2, 7), (7, 7, 7, 8), (9, 9, 10, 11))


def test_what_was_recognised_and_its_words_stay(tmp_path: Path) -> None:
    recognised = timed("你好世界", ("你好", 100, 400), ("世界", 500, 900))
    engine = FakeEngine(lambda piece: recognised, writes_punctuation=False)
    found = segment(tmp_path, engine, FakePunctuator({"你好世界": "你好，世界。"}))
    assert (found.text_raw, found.text) == ("你好世界", "你好，世界。")
    assert [(w.text, w.start_ms, w.end_ms) for w in found.words] == [
        ("你好", 100, 400),
        ("世界", 500, 900),
    ]
    assert [found.text_raw[w.offset : w.end] for w in found.words] == ["你好", "世界"]


def test_hotwords_are_still_where_they_are_said_to_be(tmp_path: Path) -> None:
    engine = FakeEngine("请找张小明谢谢", writes_punctuation=False)
    punctuator = FakePunctuator({"请找张晓明谢谢": "请找，张晓明。谢谢。"})
    options = RecognitionOptions(hotwords=("张晓明",))
    found = segment(tmp_path, engine, punctuator, options)
    (hit,) = found.hotwords
    assert found.text_raw[hit.start : hit.end] == hit.text == "张晓明"
    assert found.text == "请找，张晓明。谢谢。"
    start, end = found.mapping.span(hit.start, hit.end)
    assert found.text[start:end] == "张晓明"


def test_an_engine_that_punctuates_is_left_alone(tmp_path: Path) -> None:
    punctuator = FakePunctuator()
    found = segment(tmp_path, FakeEngine("你好"), punctuator)
    assert (found.text_raw, punctuator.asked) == ("你好", [])


def test_a_language_that_the_model_does_not_know_is_left_alone(tmp_path: Path) -> None:
    punctuator = FakePunctuator()
    engine = FakeEngine("もしもし", writes_punctuation=False)
    options = RecognitionOptions(language="ja")
    found = segment(tmp_path, engine, punctuator, options)
    assert (found.text_raw, punctuator.asked) == ("もしもし", [])


@pytest.mark.parametrize(
    "answer", ["你们好。", "你。", "", "您好世界。", "你好 世界。"]
)
def test_an_answer_with_other_letters_changes_nothing(answer: str) -> None:
    assert marked("你好世界", FakePunctuator({"你好世界": answer})) == "你好世界"


def test_no_mark_falls_into_a_word_a_number_or_a_hotword() -> None:
    text = "今天下雨三点五十找张晓明"
    punctuator = FakePunctuator({text: "今，天，下雨，三点，五十，找，张，晓明。"})
    timed_words = words("今天", "下雨", "三点", "五十", "找", "张", "晓明")
    line = Line(text, tuple(timed_words), 0, 900, whole=((9, 12),))
    assert marked(line, punctuator) == "今天，下雨，三点五十，找，张晓明。"


def test_a_text_that_has_marks_gets_no_more() -> None:
    punctuator = FakePunctuator()
    once = marked("你好世界", punctuator)
    assert marked(once, punctuator) == once == "你好世界。"


def test_marks_that_are_there_already_are_no_insertions() -> None:
    assert marks_between("3.5折", "3.5折。") == {4: "。"}
    assert marks_between("我 用 OA", "我 用 OA") == {}
