"""Chinese without marks becomes readable: commas, full stops and question marks."""

from collections.abc import Sequence

import pytest

from benchmarks.planted_pauses import SEED, seeded, tracks, utterances
from benchmarks.punctuation import KINDS, Said, counted, own
from transcription.engine.base import EngineFacts, Word
from transcription.pipeline.punctuation.lines import Line
from transcription.pipeline.punctuation.marking import Marking, marking_for
from transcription.pipeline.punctuation.model import SequenceModel, weights
from transcription.pipeline.types import Punctuation

VOSK = EngineFacts("vosk", "Vosk small", "cpu", writes_punctuation=False)


def marking() -> Marking:
    return marking_for(VOSK, "zh", None, wanted=True)


def line(spoken: str, start_ms: int = 0) -> Line:
    """``你好 300 世界``: words, and the silences between them where there are some."""
    words: list[Word] = []
    at = start_ms
    for part in spoken.split():
        if part.isdecimal():
            at += int(part)
        else:
            end = at + 200 * len(part)
            offset = len("".join(word.text for word in words))
            words.append(Word(part, at, end, offset=offset))
            at = end
    text = "".join(word.text for word in words)
    return Line(text, tuple(words), start_ms, at)


def marked(*lines: Line) -> list[str]:
    return [written.text for written in marking().marked(lines)]


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        (
            "你好 180 我 想 问一下 300 你们 的 营业 时间 是 几点",
            "你好，我想问一下，你们的营业时间是几点？",
        ),
        (
            "我 上个月 买 的 理财 产品 360 利率 调整 了 吗",
            "我上个月买的理财产品，利率调整了吗？",
        ),
        ("好 的 270 请 您 稍 等", "好的，请您稍等。"),
        ("行 240 那 我 再 考虑 考虑", "行，那我再考虑考虑。"),
        ("你们 有没有 大 一点 的", "你们有没有大一点的？"),
        ("您 要 大号 的 还是 小号 的", "您要大号的还是小号的？"),
        ("我 还是 觉得 太 贵 了", "我还是觉得太贵了。"),
    ],
)
def test_a_bare_sentence_gets_its_marks(spoken: str, expected: str) -> None:
    assert marked(line(spoken)) == [expected]


@pytest.mark.parametrize(
    ("first", "pause_ms", "second", "expected"),
    [
        ("您 买 的 是 扫地 机器人", 620, "对 吗", ["您买的是扫地机器人，", "对吗？"]),
        ("您 是 本人 办理", 700, "是 吧", ["您是本人办理，", "是吧？"]),
        ("明天 下午 送到", 650, "好 不 好", ["明天下午送到，", "好不好？"]),
        (
            *("您 需要 带 身份证", 640, "还有 两张 一寸 照片"),
            ["您需要带身份证，", "还有两张一寸照片。"],
        ),
        # So long after it somebody else has spoken.
        ("您 买 的 是 扫地 机器人", 4_000, "是 吗", ["您买的是扫地机器人。", "是吗？"]),
        (
            "那 手续费 是 多少",
            700,
            "还有 两张 照片",
            ["那手续费是多少？", "还有两张照片。"],
        ),
    ],
)
def test_a_tag_belongs_to_the_sentence_before_it(
    first: str, pause_ms: int, second: str, expected: list[str]
) -> None:
    said = line(first)
    assert marked(said, line(second, said.end_ms + pause_ms)) == expected


def test_without_word_times_the_words_alone_decide() -> None:
    bare = Line("您好请问您的订单号是多少", (), 0, 3_000)
    assert marked(bare) == ["您好，请问您的订单号是多少？"]


def test_a_line_that_goes_on_at_once_ends_in_a_comma() -> None:
    first = line("如果 还是 不行 的话")
    second = line("您 再 打 电话 过来", first.end_ms + 610)
    assert marked(first, second) == [
        "如果还是不行的话，",
        "您再打电话过来。",
    ]


@pytest.mark.parametrize(
    "spoken",
    [
        "手机号 是 幺三八 900 零零幺二 900 三四五六",
        "一共 是 三百 800 六十五 块",
        "我 找 张 900 晓明",
        "新来 的 同事 叫 孙 500 佳琪",
    ],
)
def test_a_pause_inside_a_number_or_a_hotword_is_no_mark(spoken: str) -> None:
    found = line(spoken)
    at = found.text.find("张晓明")
    whole = ((at, at + 3),) if at >= 0 else ()
    found = Line(found.text, found.words, 0, found.end_ms, whole)
    assert marked(found) == [f"{found.text}。"]


def test_marking_again_changes_nothing() -> None:
    (once,) = marked(line("好 的 270 请 您 稍 等"))
    assert marked(Line(once, (), 0, 900)) == [once]


def test_the_last_mark_of_a_known_sentence_stays() -> None:
    known = line("好 的 270 请 您 稍 等")
    again = Line(known.text, known.words, 0, known.end_ms, last_mark="，")
    assert marked(again) == ["好的，请您稍等，"]


def test_an_empty_line_stays_empty() -> None:
    assert marked(Line("", (), 0, 900), line("你好")) == ["", "你好。"]


@pytest.mark.parametrize(
    ("language", "writes", "wanted", "source"),
    [
        ("zh", False, True, Punctuation.MODEL),
        ("en", False, True, Punctuation.PAUSES),
        ("ja", False, True, Punctuation.NONE),
        ("zh", False, False, Punctuation.NONE),
        ("zh", True, True, Punctuation.ENGINE),
        ("zh", True, False, Punctuation.ENGINE),
    ],
)
def test_the_engines_own_marks_come_first(
    language: str, writes: bool, wanted: bool, source: Punctuation
) -> None:
    facts = EngineFacts("any", "Any", "cpu", writes_punctuation=writes)
    assert marking_for(facts, language, None, wanted=wanted).source is source


def f1(sets: Sequence[Said]) -> dict[str, float]:
    count = counted(SequenceModel(weights()), sets)
    assert count.inside == []
    return {kind: count.f1(kind) for kind in KINDS}


@pytest.mark.once
def test_sentences_that_it_was_not_trained_on_read_well() -> None:
    found = f1(own("test"))
    assert found["ends"] >= 0.87
    assert found["questions"] >= 0.87
    assert found["commas"] >= 0.71


def test_the_same_seed_plants_the_same_pauses() -> None:
    turns = utterances("test")
    one, other = (list(tracks(turns, seeded(SEED))) for _number in range(2))
    assert one == other
    assert len(turns) == len(utterances("tuning")) == 150
