import pytest

from transcription.pipeline.text.words import words_from_json
from transcription.search.folding import phrases_of
from transcription.search.highlight import find, find_across, parts
from transcription.search.moments import said_at


def marked(text: str, typed: str) -> str:
    found = find(text, [p for word in typed.split() for p in phrases_of(word)])
    return "".join(f"[{t}]" if hit else t for t, hit in parts(text, found.spans))


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("这个理财产品好", "理财", "这个[理财]产品好"),
        ("理财理财", "理财", "[理财理财]"),
        ("哈哈哈", "哈哈", "[哈哈哈]"),
        ("请说ＶＩＰ客户", "vip客户", "请说[ＶＩＰ客户]"),
        ("請打電話", "电话", "請打[電話]"),
        ("要1,299元", "1299元", "要[1,299元]"),
        ("好的，利率", "利率 好", "[好]的，[利率]"),
        ("退。款", "退款", "退。款"),
        ("<b>退款</b>", "退款", "<b>[退款]</b>"),
        ("共㎏米饭", "米", "共㎏[米]饭"),
        ("尾号13800138000", "8000", "尾号1380013[8000]"),
        ("un café crème", "cafe", "un [café] crème"),
        ("ｶﾞｿﾘﾝ代", "ガソリン", "[ｶﾞｿﾘﾝ]代"),
    ],
)
def test_hits_are_marked_in_the_stored_text(
    text: str, typed: str, expected: str
) -> None:
    assert marked(text, typed) == expected


def test_phrases_that_are_not_there_are_named() -> None:
    assert find("利率", ("利率", "退款")).missing == ("退款",)


def test_a_phrase_across_two_texts_is_marked_in_both() -> None:
    phrase = "人工智能"
    assert find_across("请转人工", "智能客服", phrase) == ((2, 4), (0, 2))
    assert find_across("请转人工。", "智能客服", phrase) is None
    assert find_across("fun", "ASR", "fun‿asr") == ((0, 3), (0, 3))
    assert find_across("人工智能", "客服", phrase) is None


def test_a_hit_is_said_when_its_word_is() -> None:
    words = [
        {"text": "我们", "start_ms": 1_000, "end_ms": 1_400},
        {"text": "要", "start_ms": 1_400, "end_ms": 1_600},
        {"text": "退款", "start_ms": 2_500, "end_ms": 3_000},
    ]
    timed = words_from_json("我们要退款", words)
    assert said_at(timed, 3, 1_000) == 2_500
    assert said_at(timed, 1, 1_000) == 1_000
    assert said_at((), 3, 700) == 700
    assert said_at(words_from_json("我们要退款", [{"text": "我们"}]), 3, 700) == 700
