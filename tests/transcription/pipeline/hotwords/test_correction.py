"""What sounds like a hotword becomes one, in place and in time."""

import pytest

from tests.transcription.pipeline.fakes import in_turn
from transcription.engine.base import Word
from transcription.pipeline.hotwords.correction import HotwordCorrector
from transcription.pipeline.hotwords.index import HotwordIndex
from transcription.pipeline.types import HotwordHit


def corrector_of(
    hotwords: list[str], *, merges_n_and_l: bool = False
) -> HotwordCorrector:
    return HotwordCorrector(HotwordIndex(hotwords, merges_n_and_l=merges_n_and_l))


@pytest.mark.parametrize(
    ("hotwords", "recognised", "corrected"),
    [
        (["张晓明"], "负责人是张小明经理", "负责人是张晓明经理"),
        (["一网通办"], "您在依网通办里选", "您在一网通办里选"),
        (["稳健增利"], "购买的是稳健曾立九十天", "购买的是稳健增利九十天"),
        (["陈振宏"], "我叫陈正红", "我叫陈振宏"),  # ng/n, zh kept: accents
        (["苏州港"], "到苏粥钢那边", "到苏州港那边"),
        (["声文"], "打开升文看看", "打开声文看看"),
        (["TCL"], "买了t c l电视", "买了TCL电视"),
        (["CRM系统"], "登录crm系统", "登录CRM系统"),
        (["重庆银行"], "在重庆银行", "在重庆银行"),
        (["360"], "打开三百六十杀毒", "打开360杀毒"),
        (["IT"], "找 it 部门", "找 IT 部门"),
        (["12306"], "上一二三零六买票", "上12306买票"),
        (["东京塔", "東京タワー|东京塔"], "去东京塔", "去东京塔"),
        (["東京タワー|东京塔"], "去东京塔", "去東京タワー"),
        # A shorter hotword that is there stays there.
        (["科技", "华景科技"], "在华警科技上班", "在华景科技上班"),
        (["理财", "稳盈理财计划"], "买了文英理财计划", "买了稳盈理财计划"),
    ],
)
def test_it_corrects(hotwords: list[str], recognised: str, corrected: str) -> None:
    assert corrector_of(hotwords).correct(recognised).text == corrected


@pytest.mark.parametrize(
    ("hotwords", "recognised"),
    [
        (["张晓明"], "今天天气很好"),
        (["明"], "我们名单"),  # one syllable says nothing
        (["C++"], "吃维生素c"),
        (["陈红"], "成功"),
        (["苏州"], "速奏。周末"),
        (["小明张"], "张，小明"),
        # What has no sound that we know says nothing, and its rest says too little.
        (["東京タワー"], "去年去了东京出差"),
        (["π计划"], "工作计划"),
        (["佐々木"], "左木"),
        (["𠮷野家"], "我去野家"),
        (["360"], "一共一千三百六十块"),  # part of another number
        (["零一万物"], "还差零一万五千块"),  # would take the 5 of 5,000
        (["李建毅"], "给李建一百块"),
        (["IT", "US"], "it is up to us"),
        (["12306"], "号码是一三八一二三零六七八九"),
        (["科技部", "华科"], "华科技不好"),  # one would lose the other
        (["声文"], "身稳"),  # blurred sounds need three syllables
        ([], "什么都没有"),
        (["张晓明"], ""),
    ],
)
def test_it_leaves_alone(hotwords: list[str], recognised: str) -> None:
    result = corrector_of(hotwords).correct(recognised)
    assert (result.text, result.hits) == (recognised, ())


def test_a_hotword_that_is_there_is_never_touched() -> None:
    corrector = corrector_of(["张晓明", "章小铭"])
    assert corrector.correct("张晓明和章小铭").text == "张晓明和章小铭"


def test_the_longest_hotword_wins() -> None:
    corrector = corrector_of(["滨海", "滨海新区"])
    result = corrector.correct("这里是宾海新曲")
    assert result.text == "这里是滨海新区"
    assert result.hits == (HotwordHit("滨海新区", "宾海新曲", 3, 7),)


def test_hits_say_what_was_recognised_and_where() -> None:
    result = corrector_of(["张晓明", "TCL"]).correct("张小明买t c l，张小明卖")
    assert result.text == "张晓明买TCL，张晓明卖"
    for hit in result.hits:
        assert result.text[hit.start : hit.end] == hit.text
    assert [hit.heard for hit in result.hits] == ["张小明", "t c l", "张小明"]


def test_words_keep_their_times_and_share_the_new_text() -> None:
    words = (
        Word("是", 0, 100, 0.9, offset=0),
        Word("张小", 100, 300, offset=1),
        Word("明经理", 300, 700, offset=3),
    )
    result = corrector_of(["张晓明"]).correct("是张小明经理", words)
    assert [word.text for word in result.words] == ["是", "张晓", "明经理"]
    assert [(w.start_ms, w.end_ms) for w in result.words] == [
        (w.start_ms, w.end_ms) for w in words
    ]


def test_words_of_another_length_become_one() -> None:
    words = (
        Word("买", 0, 100, offset=0),
        Word("t", 100, 200, offset=1),
        Word("c", 200, 300, offset=3),
        Word("l", 300, 400, offset=5),
        Word("吧", 400, 500, offset=6),
    )
    result = corrector_of(["TCL"]).correct("买t c l吧", words)
    assert result.words == (
        Word("买", 0, 100, offset=0),
        Word("TCL", 100, 400, offset=1),
        Word("吧", 400, 500, offset=4),
    )


def test_words_stand_where_they_say_after_several_hotwords() -> None:
    text = "请张小明买t c l吧 谢谢"
    pieces = ["请", "张小", "明买", "t", "c", "l", "吧", "谢谢"]
    words = in_turn(text, [(piece, None) for piece in pieces])
    result = corrector_of(["张晓明", "TCL"]).correct(text, words)
    assert result.text == "请张晓明买TCL吧 谢谢"
    for word in result.words:
        assert result.text[word.offset : word.end] == word.text
    assert [word.text for word in result.words] == [
        "请",
        "张晓",
        "明买",
        "TCL",
        "吧",
        "谢谢",
    ]


@pytest.mark.parametrize(
    ("hotword", "words", "corrected"),
    [
        ("同志", [("通知", 0.99)], "通知"),
        ("权力", [("权利", 0.99)], "权利"),  # the engine was sure of its word
        ("权力", [("权利", 0.6)], "权力"),
        ("权力", [("权利", None)], "权利"),
        ("声文", [("升", 0.99), ("文", 0.99)], "声文"),
        ("江宇", [("将", 1.0), ("于", 0.5)], "将于"),  # two syllables, other tones
        ("韦栋", [("位于", 0.9), ("东京", 1.0)], "位于东京"),
        ("高启", [("最高", 1.0), ("气温", 1.0)], "最高气温"),
        ("黄佑怡", [("还有", 1.0), ("一个", 1.0)], "还有一个"),
        ("六本木", [("六", 0.6), ("本", 0.7), ("目的", 0.9)], "六本木的"),  # exact
        ("一网通办", [("以往", 0.9), ("同伴", 0.9)], "一网通办"),
    ],
)
def test_the_engines_own_words_are_evidence(
    hotword: str, words: list[tuple[str, float | None]], corrected: str
) -> None:
    text = "".join(word for word, _ in words)
    assert corrector_of([hotword]).correct(text, in_turn(text, words)).text == corrected


@pytest.mark.parametrize(
    ("hotword", "words", "corrected"),
    [
        # The engine knows newton, and wrote what it was sure of.
        ("Newton", [("a", 1.0), ("new", 0.97), ("ton", 0.95)], "a new ton"),
        ("Newton", [("a", 1.0), ("new", 0.8), ("ton", 0.6)], "a Newton"),
        ("Newton", [("new", None), ("ton", None)], "new ton"),
        ("Cando", [("can", 1.0), ("do", 1.0)], "can do"),
        ("Elasticsearch", [("elastic", 1.0), ("search", 1.0)], "Elasticsearch"),
        ("ChatGPT", [("chat", 1.0), ("gpt", 1.0)], "ChatGPT"),
        ("Salesforce|sales force", [("sales", 1.0), ("force", 1.0)], "Salesforce"),
        # It cannot know Kubernetes.
        ("Kubernetes", [("cooper", 1.0), ("netties", 1.0)], "Kubernetes"),
        ("Lenovo", [("len", 0.9), ("oh", 1.0), ("vo", 0.9)], "Lenovo"),
        ("Terraform", [("to", 0.45), ("reform", 0.45)], "Terraform"),
        ("Terraform", [("to", 1.0), ("reform", 1.0)], "to reform"),
        ("Ericsson", [("erickson", 0.3)], "Ericsson"),
        ("Ericsson", [("erickson", 1.0)], "erickson"),  # somebody else
        ("Redis", [("read", 0.8), ("this", 0.6)], "read this"),  # common words
        ("Redis", [("read", 0.6), ("this", 0.6)], "Redis"),
        ("Siemens", [("seaman", 1.0), ("is", 1.0)], "seaman is"),
    ],
)
def test_english_words_count_by_how_sure_the_engine_was_and_how_common_they_are(
    hotword: str, words: list[tuple[str, float | None]], corrected: str
) -> None:
    text = " ".join(word for word, _ in words)
    assert corrector_of([hotword]).correct(text, in_turn(text, words)).text == corrected


def test_the_letters_of_a_hotword_win_over_its_sounds() -> None:
    words = in_turn("a lenovo", [("a", 1.0), ("lenovo", 1.0)])
    corrector = corrector_of(["Lenova", "Lenovo"])
    assert corrector.correct("a lenovo", words).text == "a Lenovo"


def test_a_large_library_needs_more_of_english_sounds() -> None:
    many = ["Ericsson", *(f"公司{number}" for number in range(600))]
    words = in_turn("erickson", [("erickson", 0.6)])
    assert corrector_of(["Ericsson"]).correct("erickson", words).text == "Ericsson"
    assert corrector_of(many).correct("erickson", words).text == "erickson"
    doubted = in_turn("the letter", [("the", 0.6), ("letter", 0.6)])
    assert corrector_of(["Delliter"]).correct("the letter", doubted).hits
    assert not corrector_of([*many, "Delliter"]).correct("the letter", doubted).hits


def test_n_and_l_are_one_sound_where_asked() -> None:
    word = "南宁路"
    assert corrector_of([word]).correct("去蓝宁路").text == "去蓝宁路"
    merged = corrector_of([word], merges_n_and_l=True)
    assert merged.correct("去蓝宁路").text == "去南宁路"


@pytest.mark.parametrize(
    ("hotword", "recognised", "words"),
    [
        ("Ping An Bank", ["pin", "gan", "bank"], ["Ping An Bank"]),
        ("Chat-GPT", ["chat", "gpt"], ["Chat-GPT"]),  # as long as what was recognised
    ],
)
def test_words_with_spaces_between_them_become_one(
    hotword: str, recognised: list[str], words: list[str]
) -> None:
    text = " ".join(recognised)
    timed = in_turn(text, [(piece, None) for piece in recognised])
    corrected = corrector_of([hotword]).correct(text, timed)
    assert corrected.text == hotword
    assert [word.text for word in corrected.words] == words
    assert (corrected.words[0].start_ms, corrected.words[-1].end_ms) == (
        0,
        300 * len(recognised),
    )


def test_a_numeral_that_sounds_like_the_words_end_stays_where_a_person_looks() -> None:
    corrector = HotwordCorrector(HotwordIndex(["稳健增利"]), is_plausible_enough=True)
    result = corrector.correct("购买的是文件曾九十天")
    assert result.text == "购买的是稳健增利九十天"
    assert [hit.heard for hit in result.hits] == ["文件曾"]


def test_the_numeral_that_a_word_itself_has_is_no_obstacle() -> None:
    corrector = corrector_of(["一网通办"])
    assert corrector.correct("有十一网同办的人").text == "有十一网通办的人"
