"""What an engine guesses at again and again, found by its sound."""

import pytest

from tests.transcription.pipeline.fakes import in_turn
from transcription.pipeline.suggestions.uncertain_spans import (
    SegmentText,
    UncertainSpan,
    is_known,
    searchable,
    sounds_of,
    uncertain_spans,
)

Words = list[tuple[str, float | None]]


def said(*sentences: Words, joined_by: str = "") -> list[SegmentText]:
    """One recording each."""
    made = []
    for number, words in enumerate(sentences, start=1):
        text = joined_by.join(word for word, _ in words)
        made.append(SegmentText(number, number, text, in_turn(text, words)))
    return made


def spelled(span: UncertainSpan) -> list[str]:
    return [place.text for place in span.places]


ZENGLI: list[Words] = [
    [("买", 1.0), ("了", 1.0), ("文件", 0.4), ("曾", 0.5), ("立", 0.4), ("吗", 1.0)],
    [("我们", 1.0), ("稳", 0.5), ("键", 0.5), ("增", 0.3), ("利", 0.5), ("的", 1.0)],
    [("说", 1.0), ("问", 0.4), ("健", 0.5), ("曾", 0.3), ("丽", 0.4), ("好", 1.0)],
]


def test_what_was_guessed_in_three_recordings_is_found_by_its_sound() -> None:
    (span,) = uncertain_spans(said(*ZENGLI))
    assert span.sound in ("wen jian zen li", "wen jian cen li")  # 曾 is both
    assert spelled(span) == ["文件曾立", "稳键增利", "问健曾丽"]
    assert [(place.key, place.start) for place in span.places] == [
        (1, 2),
        (2, 2),
        (3, 1),
    ]


def test_what_is_read_out_in_every_call_is_not_suggested() -> None:
    script: list[Words] = [
        [("您好", 1.0), ("欢迎", 1.0), (wrong, 0.4), ("竭诚", 1.0), ("服务", 1.0)]
        for wrong in ("智店", "致点", "制电")
    ]
    assert not uncertain_spans(said(*script))
    spoken: list[Words] = [[("去", 1.0), *rest[2:4]] for rest in script]
    assert len(uncertain_spans(said(*script, *spoken))) == 1


def test_twice_in_a_recording_is_once() -> None:
    sentences = said(*ZENGLI)
    assert not uncertain_spans(sentences[:2])
    same = [SegmentText(s.key, 1, s.text, s.words) for s in sentences]
    assert not uncertain_spans(same)


def test_what_the_engine_was_sure_of_is_not_suggested() -> None:
    sure: list[Words] = [[(word, 0.99) for word, _ in words] for words in ZENGLI]
    certain: list[Words] = [[(word, 0.99) for word in ("问题", "解决", "了")]] * 3
    assert not uncertain_spans(said(*certain))
    assert not uncertain_spans(said(*sure))


def test_what_is_mostly_recognised_with_certainty_is_not_suggested() -> None:
    guessed: list[Words] = [[("业务", 0.4), ("办理", 0.5)]] * 3
    recognised: list[Words] = [[("业务", 1.0), ("办理", 1.0)]] * 3
    assert [spelled(span)[0] for span in uncertain_spans(said(*guessed))] == [
        "业务办理"
    ]
    assert not uncertain_spans(said(*guessed, *recognised))


def test_one_word_of_the_dictionary_is_known_to_the_engine() -> None:
    words: list[Words] = [[("理财", 0.3), ("吗", 1.0)]] * 3
    assert not uncertain_spans(said(*words))


def test_single_characters_that_form_no_word_are_doubtful_without_confidences() -> None:
    texts: list[Words] = [
        [("请", None), ("找", None), ("卓", None), ("翊", None), ("确认", None)],
        [("问", None), ("卓", None), ("一", None), ("确认", None)],
        [("桌", None), ("翊", None), ("同意", None)],
    ]
    plain = [
        SegmentText(n, n, "".join(w for w, _ in s), ()) for n, s in enumerate(texts)
    ]
    for sentences in (said(*texts), plain):
        assert "zuo yi" in {span.sound for span in uncertain_spans(sentences)}


def test_little_words_begin_and_end_no_span() -> None:
    words: list[Words] = [[("的", 0.3), ("卓", 0.3), ("翊", 0.3)]] * 3
    spans = uncertain_spans(said(*words))
    assert [spelled(span)[0] for span in spans] == ["卓翊"]


def test_english_is_grouped_by_its_consonants() -> None:
    sentences = said(
        [("the", 1.0), ("gray", 0.4), ("fan", 0.5), ("is", 1.0), ("slow", 1.0)],
        [("open", 1.0), ("graph", 0.4), ("anna", 0.5), ("now", 1.0)],
        [("with", 1.0), ("grow", 0.3), ("fauna", 0.5), ("again", 1.0)],
        joined_by=" ",
    )
    (span,) = uncertain_spans(sentences)
    assert spelled(span) == ["gray fan", "graph anna", "grow fauna"]


@pytest.mark.parametrize("known", ["wen jian zen li", "买 wen jian zen li ka"])
def test_known_sounds_are_left_out(known: str) -> None:
    assert not uncertain_spans(said(*ZENGLI), [known])


def test_a_sound_is_known_by_whole_syllables_of_one_word() -> None:
    known = searchable(["wen jian zen", "li cai", "KRFN"])
    assert is_known(["cen li", "jian zen"], known)
    assert is_known(["KRFN"], known)
    for other in (["en jian"], ["zen li"], ["li ca"], ["KRF"], []):
        assert not is_known(other, known)
    assert not is_known(["li cai"], searchable([]))


def test_words_that_are_no_longer_those_of_the_text_say_nothing() -> None:
    changed = [SegmentText(s.key, s.recording, "别的", s.words) for s in said(*ZENGLI)]
    assert not uncertain_spans(changed)


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("稳健增利", "wen jian zen li"),
        ("文件曾立", "wen jian zen li"),
        ("gray fan", "KRFN"),
        ("it", ""),
        ("找it", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_sounds(text: str, sound: str) -> None:
    assert sound in (sounds_of(text) or ("",))
