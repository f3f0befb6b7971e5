"""When a sentence that was recognised again takes the place of the one that stands."""

from dataclasses import replace

import pytest

from tests.transcription.pipeline.fakes import FakeEngine, timed
from tests.transcription.pipeline.sounds import voice
from transcription.engine.base import Recognition, RecognitionOptions
from transcription.engine.guards import REPETITION
from transcription.pipeline.re_recognise import (
    Outcome,
    RecognisedSentence,
    SentenceRecogniser,
    SentenceSound,
    StoredSentence,
)
from transcription.pipeline.types import HotwordHit

STORED = StoredSentence("买稳健曾立", "买稳健曾立", (), (), is_of_this_engine=True)
OPTIONS = RecognitionOptions("zh")


def recognise(
    engine: FakeEngine, stored: StoredSentence = STORED, line: str = "稳健增利"
) -> RecognisedSentence:
    recogniser = SentenceRecogniser(engine, line, OPTIONS, punctuator=None)
    (result,) = recogniser.recognise(
        [(SentenceSound(voice(3), 10_000, 12_500), stored)]
    )
    return result


def test_sentences_share_the_engines_calls_and_none_anothers_hotwords() -> None:
    engine = FakeEngine(
        "买稳健曾立给张小明", with_hotwords="买稳健增利给张小明", max_hotwords=50
    )
    recogniser = SentenceRecogniser(engine, "稳健增利", OPTIONS, punctuator=None)
    plain = replace(STORED, text_raw="买稳健曾立给张小明")
    named = replace(plain, known=("张晓明",))
    sentences = [
        (SentenceSound(voice(seconds), 0, 9000), stored)
        for seconds, stored in ((3, plain), (2, named), (1, plain), (0.05, plain))
    ]
    results = recogniser.recognise(sentences)
    asked = [(lengths, set(options.hotwords)) for lengths, options in engine.calls]
    assert asked == [
        ([3000, 2000, 1000], set()),
        ([3000, 1000], {"稳健增利"}),
        ([2000], {"稳健增利", "张晓明"}),
    ]
    assert [one.outcome for one in results] == [
        Outcome.CHANGED,
        Outcome.CHANGED,
        Outcome.CHANGED,
        Outcome.NOT_RECOGNISED,
    ]
    assert results == [recogniser.recognise([sentence])[0] for sentence in sentences]


def test_words_have_the_recordings_times_and_end_with_it() -> None:
    engine = FakeEngine(
        lambda piece: timed("买稳健增利", ("买", 0, 200), ("稳健增利", 200, 2900))
    )
    result = recognise(engine)
    assert result.outcome is Outcome.CHANGED
    times = [(word.start_ms, word.end_ms) for word in result.written.words]
    assert times == [(10_000, 10_200), (10_200, 12_500)]
    assert result.confidence == pytest.approx(0.9)


def test_the_mark_says_what_stood_there_before() -> None:
    """Also when the engine recognises the word at once, without being told."""
    result = recognise(FakeEngine(" 买稳健增利"))
    assert result.written.text_raw == "买稳健增利"
    assert result.written.hotwords == (HotwordHit("稳健增利", "稳健曾立", 1, 5),)


def test_variants_of_the_word_are_known() -> None:
    stored = replace(STORED, text_raw="查欧克啊目标")
    result = recognise(FakeEngine("查欧克阿目标"), stored, "OKR|欧克阿")
    assert (result.outcome, result.written.text) == (
        Outcome.CHANGED,
        "查OKR目标",
    )


def test_figures_are_compared_with_figures() -> None:
    stored = replace(
        STORED,
        text_raw="稳健曾立利率是百分之三点二五",
        text="稳健曾立利率是3.25%",
    )
    writes_figures = FakeEngine("稳健增利利率是3.25%", does_itn=True)
    assert recognise(writes_figures, stored).outcome is Outcome.CHANGED
    says_them = recognise(FakeEngine("稳健增利利率是百分之三点二五"), stored)
    assert says_them.outcome is Outcome.CHANGED
    assert says_them.written.text == "稳健增利利率是3.25%"


def test_a_new_doubt_is_no_progress() -> None:
    engine = FakeEngine(
        lambda piece: Recognition("买稳健增利", "zh", flags=(REPETITION,))
    )
    assert recognise(engine).outcome is Outcome.REJECTED
    doubted = replace(STORED, flags=(REPETITION,))
    assert recognise(engine, doubted).outcome is Outcome.CHANGED


def test_a_hotword_under_the_new_one_may_go_and_no_other() -> None:
    stored = replace(STORED, text_raw="曾立买稳健曾立", known=("曾立",))
    assert recognise(FakeEngine("曾立买稳健增利"), stored).outcome is Outcome.CHANGED
    assert recognise(FakeEngine("增利买稳健增利"), stored).outcome is Outcome.REJECTED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("好的，买稳健曾立，", "好的，买稳健增利，"),
        ("好的买稳健曾立", "好的买稳健增利"),
    ],
)
def test_a_sentence_has_marks_afterwards_if_it_had_some(
    before: str, after: str
) -> None:
    engine = FakeEngine("好的买稳健曾立", writes_punctuation=False)
    stored = replace(STORED, text_raw="好的买稳健曾立", text=before)
    again = recognise(engine, stored)
    assert again.outcome is Outcome.CHANGED
    assert (again.written.text_raw, again.written.text) == ("好的买稳健增利", after)
