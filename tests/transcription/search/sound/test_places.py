import time

import pytest

from transcription.search.sound.places import places


def found(text: str, phrase: str) -> list[str]:
    return [text[place.start : place.end] for place in places(text, phrase)]


@pytest.mark.parametrize(
    ("said", "text", "written"),
    [
        ("理财", "我想买立财产品", "立财"),  # another tone
        ("理财", "我想买你财产品", "你财"),  # n for l
        ("投诉", "我要头诉你们", "头诉"),
        ("支付", "自付成功了吗", "自付"),  # z for zh
        ("账单", "我的账当在哪里", "账当"),  # ang for an
        ("保护", "请你们保付隐私", "保付"),  # f for h
        ("银行", "去音行办卡", "音行"),
        ("银行", "去银航办卡", "银航"),  # hang, though 行 is mostly xing
        ("行走", "老人形走不便", "形走"),  # xing
        ("还款", "几号欢款", "欢款"),  # huan, though 还 is mostly hai
        ("曾静", "增静女士您好", "增静"),  # zeng, though 曾 is mostly ceng
        ("会计", "找快计开票", "快计"),
        ("信用卡", "我的新用咖丢了", "新用咖"),
        ("信用卡", "我的信山卡丢了", "信山卡"),  # one is another character altogether
        ("最低还款", "只还了最底还款", "最底还款"),
        ("最低还款", "只还了最低款", "最低款"),  # one is left out
        ("工单编号", "请报工单的编号", "工单的编号"),  # one is put in
        ("vip客户", "我是vip刻户", "vip刻户"),
    ],
)
def test_what_sounds_alike_is_found(said: str, text: str, written: str) -> None:
    assert found(text, said) == [written]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("理财", "我想买理财产品"),  # it is written
        ("理财", "理财理财"),
        ("理财", "处理财务的人"),  # 处理 is a word
        ("理财", "你才刚说过"),  # ordinary words
        ("期限", "起先是我弄错了"),
        ("还款", "孩子很宽心"),
        ("银行", "这个人影很远"),
        ("理财", "理\n才"),  # two sentences
        ("vip客户", "vap客户"),  # letters are not misheard
        ("vip客户", "vip1刻户"),
        ("vip客户", "vip"),
        ("12306", "12307"),
        ("理", "立"),
        ("vip", "vap"),
        ("理财", ""),
        ("", "理财"),
    ],
)
def test_what_does_not_is_not(said: str, text: str) -> None:
    assert found(text, said) == []


def test_a_place_is_found_beside_one_that_is_written() -> None:
    text = "理财经理说立财产品\n我不买你财"
    assert found(text, "理财") == ["立财", "你财"]


def test_the_likelier_place_has_the_higher_score() -> None:
    (near,) = places("我要头诉", "投诉")
    (far,) = places("我要投束", "投诉")
    (best,) = places("我要投素", "投诉")
    assert best.score > far.score
    assert near.score > 12


def test_places_do_not_overlap_and_are_in_order() -> None:
    found_places = places("信用咖信用咖新用卡", "信用卡")
    assert [(place.start, place.end) for place in found_places] == [
        (0, 3),
        (3, 6),
        (6, 9),
    ]


def test_a_stretch_of_every_two_lines_is_its_own() -> None:
    lines = ["我要头诉", "我的新用卡", "最底还款"]
    assert found("\n".join(lines), "投诉") == ["头诉"]
    assert found("\n".join(lines), "信用卡") == ["新用卡"]
    assert found("\n".join(lines), "最低还款") == ["最底还款"]


def test_a_long_phrase_is_looked_for_and_one_that_is_too_long_is_not() -> None:
    phrase = "我想咨询一下理财产品的收益率"
    text = phrase.replace("收", "手").replace("财", "才")
    assert found(f"好的{text}是多少", phrase) == [text]
    assert found(text * 2, phrase * 2) == []


@pytest.mark.parametrize("phrase", ["嗯恩", "嗯嗯", "恩嗯恩嗯恩嗯恩嗯恩嗯恩嗯恩嗯恩嗯"])
def test_an_hour_of_one_character_is_read_in_the_time_of_its_length(
    phrase: str,
) -> None:
    def cost(size: int) -> float:
        text = "嗯" * size
        began = time.process_time()
        places(text, phrase)
        return time.process_time() - began

    cost(10)
    assert cost(16_000) < 20 * cost(4_000)
