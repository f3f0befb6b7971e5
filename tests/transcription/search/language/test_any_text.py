"""Random text is understood or refused, and what is understood can be written."""

import random

import pytest

from tests.transcription.search.language.shapes import TODAY
from transcription.search.language.joining import bare
from transcription.search.language.parsing import parse
from transcription.search.language.refusals import NotUnderstood
from transcription.search.language.tree import Node
from transcription.search.language.writing import chips, write

TYPED = """
    退款 投诉 ＶＩＰ don't 1,299元 12:30 或者说 é ﬁ ｶﾞ 繁體 \U00020000 א ٣ ½ ㎏
    AND OR NOT NEAR NEAR/5s near/1m 邻近/20秒 或 并且 非 不含 - － -- | ｜ ( ) （ ）
    " “ ” 「 」 『 』 ＂ ， 。 ; ? ! : ： / + * \\ % ' \u200b \ufeff \x00 \ud800 \u0301
    speaker: 说话人：客服 within:first30s 位置:结尾1分钟 after:好 after: scope:turn
    tag:甲 标签:“a b” last:month 最近:7天 from:2024 到:2024-02-30 longer:5m shorter:1s
    direction:in 方向:上 status:failed speeker:x http://x title:
"""
PIECES = TYPED.split()
CHARS = '退款甲 a1|-－()（）"“”「」:：，/\u200b\x00\ud800\u0301OR'


def anything(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return "".join(chance.choices(CHARS, k=chance.randrange(40)))
    glue = chance.choice(("", " ", " ", "\u3000"))
    return glue.join(chance.choices(PIECES, k=chance.randrange(1, 12)))


def understood(typed: str) -> Node | None:
    try:
        return parse(typed, TODAY)
    except NotUnderstood as refusal:
        start, end = refusal.span
        assert 0 <= start <= end <= len(typed)
        return None


@pytest.mark.parametrize("seed", range(6))
def test_any_text_is_a_tree_or_a_refusal(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    trees = 0
    for _ in range(600):
        typed = anything(chance)
        node = understood(typed)
        if node is None:
            continue
        trees += 1
        text = write(node)
        assert bare(parse(text, TODAY)) == bare(node), (typed, text)
        assert write(parse(text, TODAY)) == text
        text.encode()
    assert trees > 50


@pytest.mark.parametrize("seed", range(4))
def test_the_chips_together_ask_the_same(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(600):
        typed = anything(chance)
        node = understood(typed)
        if node is None:
            continue
        found = chips(typed, TODAY)
        again = parse(" ".join(chip.text for chip in found), TODAY)
        assert bare(again) == bare(node), typed
        for chip in found:
            assert not chip.without or understood(chip.without), (typed, chip)


@pytest.mark.parametrize("piece", [*PIECES, *CHARS])
def test_as_much_as_fits_of_one_piece(piece: str) -> None:
    for text in (piece * 500, f"{piece} " * 500):
        understood(text[:500])
    understood(f"{piece}" * 501)
