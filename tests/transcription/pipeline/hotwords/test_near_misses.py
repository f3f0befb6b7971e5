"""A syllable that is half another, or missing: put right only where all else agrees."""

import pytest

from benchmarks.hotwords.near_misses import false_insertions, recall
from tests.transcription.pipeline.fakes import in_turn
from transcription.pipeline.hotwords.correction import HotwordCorrector
from transcription.pipeline.hotwords.index import HotwordIndex

Words = list[tuple[str, float | None]]

MADE_UP = [
    f"某{a}{b}{c}厂"
    for a in "甲乙丙丁戊己庚辛壬癸"
    for b in "子丑寅卯辰巳午未申酉"
    for c in "东南西北中外"
]


def corrected(said: Words, *lines: str) -> str:
    text = "".join(word for word, _ in said)
    return HotwordCorrector(HotwordIndex(lines)).correct(text, in_turn(text, said)).text


def unsure(*words: str, confidence: float | None = 0.5) -> Words:
    return [("我要", 1.0), *((word, confidence) for word in words), ("吗", 1.0)]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (("罗", "家", "和"), "骆嘉禾"),  # tones alone: as before
        (("惠", "民", "带"), "惠民贷"),
        (("花", "名", "贷"), "惠民贷"),  # two syllables: too far
        (("服", "航", "险"), "护航险"),  # f/h
        (("海", "唐", "苑"), "海棠苑"),
        (("星", "火", "几", "画"), "星火计划"),
        (("青", "禾", "龙", "场"), "青禾农场"),  # l/n
    ],
)
def test_half_a_syllable_may_be_another(wrong: tuple[str, ...], word: str) -> None:
    is_near = wrong != ("花", "名", "贷")
    text = corrected(unsure(*wrong), word)
    assert text == f"我要{word if is_near else ''.join(wrong)}吗"


def test_a_swallowed_syllable_is_put_back_with_the_times_of_the_others() -> None:
    said = unsure("稳", "盈", "利")
    text = "".join(word for word, _ in said)
    corrector = HotwordCorrector(HotwordIndex(["稳盈增利"]))
    found = corrector.correct(text, in_turn(text, said))
    assert found.text == "我要稳盈增利吗"
    (hit,) = found.hits
    assert (hit.heard, hit.start, hit.end) == ("稳盈利", 2, 6)
    assert [(w.text, w.start_ms, w.end_ms) for w in found.words][1] == (
        "稳盈增利",
        300,
        1200,
    )


@pytest.mark.parametrize(
    "said",
    [
        unsure("青", "禾", "龙", "场", confidence=0.95),  # the engine was sure
        unsure("青", "禾", "龙", "场", confidence=None),  # it does not say
        [("我要", 1.0), ("大青", 0.5), ("禾", 0.5), ("龙", 0.5), ("场", 0.5)],  # cut
        unsure("清河", "农民"),  # words that people use
    ],
)
def test_without_all_evidence_a_text_stays(said: Words) -> None:
    assert corrected(said, "青禾农场") == "".join(word for word, _ in said)


def test_in_large_libraries_every_syllable_must_agree() -> None:
    said = unsure("青", "禾", "龙", "场")
    assert corrected(said, "青禾农场", *MADE_UP) == "我要青禾龙场吗"


def test_more_near_misses_are_found_and_nothing_is_put_where_nobody_said_it() -> None:
    found = recall()
    assert set(found) == {
        "final n/ng",
        "initial z/zh",
        "l/n",
        "f/h",
        "tone only",
        "swallowed",
    }
    for kind, (planted, before, now) in found.items():
        assert now >= before, kind
        least = {"swallowed": 0.6, "l/n": 0.8, "f/h": 0.8}.get(kind, 0.95)
        assert now >= least * planted, kind
    assert false_insertions() == (0, 0)
