"""An engine that takes hotwords works twice, and is believed only with evidence."""

import numpy as np
import pytest

from tests.transcription.pipeline.fakes import FakeEngine
from tests.transcription.pipeline.sounds import silence, voice
from transcription.engine.base import Recognition, RecognitionOptions, Samples
from transcription.pipeline.hotwords.index import HotwordIndex
from transcription.pipeline.recognise import (
    HOTWORD_LEAK,
    HOTWORD_REJECTED,
    HotwordRecogniser,
    RecognisedPiece,
)
from transcription.pipeline.types import HotwordHit

OPTIONS = RecognitionOptions(language="zh")


def recognise(
    first: str, second: str, words: list[str], sound: Samples | None = None
) -> tuple[RecognisedPiece, FakeEngine]:
    engine = FakeEngine(first, with_hotwords=second, max_hotwords=50)
    recogniser = HotwordRecogniser(engine, HotwordIndex(words))
    (piece,) = recogniser.recognise_with_hotwords(
        [voice(3) if sound is None else sound], OPTIONS
    )
    return piece, engine


def shown(engine: FakeEngine) -> list[tuple[str, ...]]:
    return [options.hotwords for _, options in engine.calls]


def test_only_plausible_words_are_shown_to_the_engine() -> None:
    words = ["张晓明", "稳健增利", "一网通办", "滨海新区"]
    piece, engine = recognise("负责人是张小明经理", "负责人是张晓明经理", words)
    assert shown(engine) == [(), ("张晓明",)]
    assert piece.recognition.text == "负责人是张晓明经理"
    assert piece.hits == (HotwordHit("张晓明", "张小明", 4, 7),)


def test_a_word_that_is_wrong_in_one_syllable_of_four_is_plausible() -> None:
    piece, _ = recognise("买了稳定增利", "买了稳健增利", ["稳健增利"])
    assert piece.recognition.text == "买了稳健增利"
    assert piece.hits[0].heard == "稳定增利"


@pytest.mark.parametrize(
    ("second", "text"),
    [
        ("买的是稳健增利九十天", "买的是稳健增利九十天"),
        ("买的是稳健增利十天", "买的是文件曾九十天"),
    ],
)
def test_a_word_does_not_take_a_figure_of_a_number(second: str, text: str) -> None:
    piece, _ = recognise("买的是文件曾九十天", second, ["稳健增利"])
    assert piece.recognition.text == text
    assert (HOTWORD_REJECTED in piece.recognition.flags) == (text != second)


def test_nothing_plausible_means_one_recognition() -> None:
    piece, engine = recognise("今天天气很好", "张晓明", ["张晓明"])
    assert shown(engine) == [()]
    assert piece.recognition.text == "今天天气很好"


def test_a_word_that_was_recognised_at_once_is_not_asked_for_again() -> None:
    piece, engine = recognise("找张晓明", "", ["张晓明"])
    assert shown(engine) == [()]
    assert piece.hits == ()


@pytest.mark.parametrize(
    ("first", "second", "is_leak"),
    [
        ("负责人是张小明经理", "张晓明", False),  # the rest is gone
        ("负责人是张小明经理", "负责人是张晓明", False),
        ("负责人是张小明经理", "", False),
        ("负责人是张小明经理", "负责人是张晓明经理和稳健增利", True),
        ("负责人是张小明经理", "张晓明负责人是张晓明经理", True),
        ("负责人是张小明经理", "稳健增利是张小明经理", True),
    ],
)
def test_a_second_recognition_that_shortens_or_invents_is_not_believed(
    first: str, second: str, is_leak: bool
) -> None:
    # Both are plausible somewhere in the text, so both are shown.
    first, second = f"{first}买稳健曾利", f"{second}买稳健增利" if second else ""
    piece, _ = recognise(first, second, ["张晓明", "稳健增利"])
    assert piece.recognition.text == first
    assert HOTWORD_REJECTED in piece.recognition.flags
    assert (HOTWORD_LEAK in piece.recognition.flags) is is_leak
    assert piece.hits == ()
    assert piece.is_open  # the sound may still put the word in


def test_a_word_that_was_part_of_a_longer_one_before_is_a_hit_on_its_own() -> None:
    first, second = "张小明买理财产品和李财", "张晓明买理财产品和理财"
    piece, _ = recognise(first, second, ["张晓明", "理财产品", "理财"])
    assert piece.recognition.text == second
    assert piece.hits == (
        HotwordHit("张晓明", "张小明", 0, 3),
        HotwordHit("理财", "李财", 9, 11),
    )


def test_punctuation_may_change() -> None:
    piece, _ = recognise("找张小明。谢谢", "找张晓明，谢谢！", ["张晓明"])
    assert piece.recognition.text == "找张晓明，谢谢！"


@pytest.mark.parametrize("sound", [silence(3), voice(3) * np.float32(0.001)])
def test_nothing_is_put_into_near_silence(sound: Samples) -> None:
    piece, engine = recognise("张小明", "张晓明", ["张晓明"], sound)
    assert shown(engine) == [()]
    assert (piece.recognition.text, piece.is_open) == ("张小明", False)


def test_where_nothing_was_recognised_nothing_is_put_in() -> None:
    piece, engine = recognise("", "张晓明", ["张晓明"])
    assert shown(engine) == [()]
    assert piece.recognition.text == ""


def test_pieces_share_a_call_while_their_words_fit() -> None:
    firsts = iter(["找张小明", "买稳健曾利", "去宾海新区"])
    engine = FakeEngine(
        lambda _: Recognition(next(firsts), "zh"),
        with_hotwords="没听清",
        max_hotwords=2,
    )
    words = ["张晓明", "稳健增利", "滨海新区"]
    pieces = HotwordRecogniser(engine, HotwordIndex(words)).recognise_with_hotwords(
        [voice(2)] * 3, OPTIONS
    )
    assert shown(engine) == [(), ("张晓明", "稳健增利"), ("滨海新区",)]
    assert [len(lengths) for lengths, _ in engine.calls] == [3, 2, 1]
    assert all(HOTWORD_REJECTED in piece.recognition.flags for piece in pieces)


def test_an_engine_that_takes_none_is_asked_once_and_leaves_it_to_the_sound() -> None:
    engine = FakeEngine("找张小明")
    recogniser = HotwordRecogniser(engine, HotwordIndex(["张晓明"]))
    (piece,) = recogniser.recognise_with_hotwords([voice(2)], OPTIONS)
    assert shown(engine) == [()]
    assert piece.is_open
