"""Marks go between words; hotwords move with them, words and times stay."""

from itertools import accumulate
from pathlib import Path

import pytest

from tests.transcription.pipeline.fakes import FakeEngine, FakeVad, decoded, timed
from tests.transcription.pipeline.sounds import voice
from transcription.engine.base import RecognitionOptions, Word
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.text.punctuation import marks_between, punctuate
from transcription.pipeline.types import HotwordHit, PipelineSegment


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
    assert found.text_raw == "一共十二块五毛，谢谢。"
    assert found.text == "一共12.5元，谢谢。"
    assert found.mapping.changes == ((2, 7, 2, 7),)


def test_words_keep_their_text_and_times(tmp_path: Path) -> None:
    recognised = timed("你好世界", ("你好", 100, 400), ("世界", 500, 900))
    engine = FakeEngine(lambda piece: recognised, writes_punctuation=False)
    found = segment(tmp_path, engine, FakePunctuator({"你好世界": "你好，世界。"}))
    assert found.text_raw == "你好，世界。"
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
    made = punctuate("你好世界", [], [], FakePunctuator({"你好世界": answer}))
    assert made.text == "你好世界"


def test_no_mark_falls_into_a_word_or_a_hotword() -> None:
    punctuator = FakePunctuator({"今天天气张晓明": "今，天，天气，张，晓明。"})
    hit = HotwordHit("张晓明", "张小明", 4, 7)
    made = punctuate(
        "今天天气张晓明", words("今天", "天气", "张", "晓明"), [hit], punctuator
    )
    assert made.text == "今天，天气，张晓明。"
    moved = hit.moved(made.mapping)
    assert made.text[moved.start : moved.end] == "张晓明"


def test_marks_that_are_there_already_are_no_insertions() -> None:
    assert marks_between("3.5折", "3.5折。") == {4: "。"}
    assert marks_between("我 用 OA", "我 用 OA") == {}
