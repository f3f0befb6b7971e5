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


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (("专", "些"), "转写"),  # tones alone
        (("坐", "洗"), "坐席"),
        (("尹", "硕"), "尹朔"),
        (("银", "硕"), "尹朔"),
        (("英", "朔"), "尹朔"),  # n/ng
        (("鼓", "晓"), "顾晓"),
        (("郑", "深"), "郑森"),  # s/sh
        (("狼", "洛"), "朗诺"),  # l/n
        (("冯", "丰"), "恒丰"),  # f/h
        (("龙", "泰"), "荣泰"),  # r/l
        (("立", "源"), "绿源"),  # i/ü
        (("绿", "颜"), "绿源"),
        (("季", "龙"), "季蓉"),
    ],
)
def test_a_word_of_two_syllables_may_be_confused_in_one(
    wrong: tuple[str, ...], word: str
) -> None:
    assert corrected(unsure(*wrong), word) == f"我要{word}吗"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (unsure("龙", "太", confidence=None), "荣泰"),
        (unsure("冷", "泰"), "荣泰"),  # another vowel
        (unsure("列", "盆"), "聂鹏"),  # both are others
        (unsure("狼"), "朗诺"),  # a syllable is missing
        (unsure("技术"), "极速"),  # a word that people use
        (
            # It was sure of one.
            [("我要", 1.0), ("龙", 0.4), ("泰", 0.95), ("吗", 1.0)],
            "荣泰",
        ),
        ([("我要", 1.0), ("龙", 0.8), ("泰", 0.8), ("吗", 1.0)], "荣泰"),  # not unsure
        ([("我", 1.0), ("要龙", 0.4), ("泰", 0.5), ("吗", 1.0)], "荣泰"),  # cut
        ([("二三", 0.7), ("姨", 0.4), ("其", 0.4), ("四", 0.9)], "余琪"),  # 二三一七四
        (unsure("零", "一"), "林一"),
        (unsure("和", "盐"), "何艳"),  # a word of the sentence may be one of them
        (unsure("一言"), "余艳"),
    ],
)
def test_without_all_evidence_two_syllables_stay(said: Words, word: str) -> None:
    assert corrected(said, word) == "".join(word for word, _ in said)


def test_a_variant_in_other_tones_is_enough_for_a_word_of_two_syllables() -> None:
    said = unsure("撰写")
    assert corrected(said, "转写") == "我要撰写吗"
    assert corrected(said, "转写|撰写") == "我要转写吗"
    assert corrected(unsure("撰写", confidence=0.99), "转写|撰写") == "我要撰写吗"


def test_in_large_libraries_two_syllables_have_no_near_misses() -> None:
    assert corrected(unsure("龙", "泰"), "荣泰", *MADE_UP) == "我要龙泰吗"


def test_more_near_misses_are_found_and_nothing_is_put_where_nobody_said_it() -> None:
    found = recall()
    assert len(found) == 22
    for (kind, size), (planted, without, with_them) in found.items():
        assert with_them >= without, (kind, size)
        least = 0.6 if size == "2" else 0.65
        if kind in ("final n/ng", "initial z/zh", "tone only") and size != "2":
            least = 0.95
        assert with_them >= least * planted, (kind, size)
    assert false_insertions() == (0, 0)
