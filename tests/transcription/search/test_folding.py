import sys
import unicodedata

import pytest

from transcription.search.folding import fold, folded, joined, phrases_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("理财产品", "理财产品"),
        ("您好，请问", "您好\n请问"),
        ("好。", "好\n"),
        ("，好", "\n好"),
        ("", ""),
        ("Hello World", "hello‿world"),
        ("iPhone15要1,299元", "iphone‿15要1299元"),
        ("12.5元18:45", "12·5元18∶45"),
        ("don't", "don’t"),
        ("《三国》“演义”", "三国演义"),
        ("Fun-ASR", "fun‿asr"),
        ("ｖｉｐ客户", "vip客户"),
        ("電話錢", "电话钱"),
        ("カード", "カード"),
        ("12,34", "12\n34"),
        ("1,299,000.5", "1299000·5"),
        ("cafe\u0301 Café", "cafe‿cafe"),  # combining, and composed
        ("ｶﾞｿﾘﾝ", "ガソリン"),  # half-width kana and their mark
        ("ガソリン", "ガソリン"),
        ("Straße Å", "strasse‿a"),
    ],
)
def test_what_is_searched_of_a_text(text: str, expected: str) -> None:
    assert folded(text).text == expected


def test_added_marks_end_no_line() -> None:
    assert folded("您好，请问。", has_added_marks=True).text == "您好请问"
    assert folded("您好！请问", has_added_marks=True).text == "您好\n请问"


def test_each_character_knows_where_it_comes_from() -> None:
    text = "共㍿５㎏米e\u0301"
    searched = folded(text)
    assert fold(text)[0] == "共株式会社5kg米e"
    start = searched.text.index("kg")
    assert text[slice(*searched.span(start, start + 2))] == "㎏"
    assert text[slice(*searched.span(0, 1))] == "共"
    last = len(searched.text)
    assert text[slice(*searched.span(last - 1, last))] == "e\u0301"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("電話費", "电话费"),
        ("著著", "着着"),
        ("姪兒揹著砲鎗", "侄儿背着炮枪"),
        ("乾燥", "干燥"),
        ("ＡＢＣ", "abc"),
        ("「啊」", "「啊」"),  # brackets are no script
        ("\ud800", "\ud800"),
        ("薴苧", "苎苎"),  # one is the traditional form of what the other becomes
    ],
)
def test_both_scripts_and_their_variants_fold_to_one(
    written: str, expected: str
) -> None:
    assert fold(written)[0] == expected


def test_a_typed_text_asks_for_a_phrase_for_each_line() -> None:
    assert phrases_of("退款，投诉") == ("退款", "投诉")
    assert phrases_of("退款。退款") == ("退款",)
    assert phrases_of("…！") == ()


def test_texts_of_one_voice_continue_each_other() -> None:
    assert joined("人工智", "能客服") == "人工智能客服"
    assert joined("hello", "world") == "hello‿world"
    assert joined("请按", "9") == "请按9"
    assert joined("", "好") == "好"


def test_what_is_folded_is_folded_for_good() -> None:
    changed = []
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) in ("Cn", "Co", "Cs"):
            continue  # nothing, of which nothing is made
        once = fold(char)[0]
        if once != char and fold(once)[0] != once:
            changed.append(char)
    assert changed == []
