import pytest

from transcription.services.hotwords.lines import merge_key, typed_words


def read(text: str) -> list[str]:
    words, problems = typed_words(text)
    assert problems == []
    return [str(word.spec) for word in words]


def problems_in(text: str) -> list[tuple[int, str, str]]:
    return [(p.line_no, p.text, p.code) for p in typed_words(text)[1]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("利率，理财、基金；债券", ["利率", "理财", "基金", "债券"]),
        ("利率,理财;基金", ["利率", "理财", "基金"]),
        ("利率\t理财\t基金", ["利率", "理财", "基金"]),
        ("利率 理财　基金", ["利率", "理财", "基金"]),
        ("利率 20 理财 15", ["利率", "理财"]),
        ("阿里巴巴，20", ["阿里巴巴"]),
        ("阿里,20,腾讯,15", ["阿里", "腾讯"]),
        ("，利率、、理财；", ["利率", "理财"]),
        ("ＯＫＲ，１２３０６", ["OKR", "12306"]),
        ("110、119、120", ["110", "119", "120"]),
        ("OKR | 欧克阿；KPI｜克批埃", ["OKR|欧克阿", "KPI|克批埃"]),
        ("利率、OKR | 欧克阿", ["利率", "OKR|欧克阿"]),
    ],
)
def test_signs_that_no_word_has_separate_words(text: str, words: list[str]) -> None:
    assert read(text) == words


@pytest.mark.parametrize(
    "word", ["ALI 云", "iPhone 15", "张 三", "New York", "客服 10086", "Fun-ASR"]
)
def test_a_space_that_can_be_part_of_a_word_is(word: str) -> None:
    assert read(word) == [word]


def test_a_word_that_a_list_has_is_one_word_with_a_space_too() -> None:
    listed = {"中国 银行", "稳健增利"}
    words, _ = typed_words("中国 银行\n中国 电信\n稳健 增利", whole=listed)
    assert [word.text for word in words] == ["中国 银行", "中国", "电信", "稳健 增利"]


def test_columns_of_a_spreadsheet_are_word_weight_and_variants() -> None:
    assert read("OKR\t20\t欧克阿\t欧可阿\n利率\t\t里率\n理财\t5") == [
        "OKR|欧克阿|欧可阿",
        "利率|里率",
        "理财",
    ]


@pytest.mark.parametrize("sign", ["\t", ","])
def test_headings_say_what_the_columns_are(sign: str) -> None:
    rows = [
        ("热词", "读法", "权重"),
        ("OKR", "欧克阿、欧可阿", "20"),
        ("利率", "", "5"),
    ]
    text = "\ufeff" + "\r\n".join(sign.join(row) for row in rows)
    assert read(text) == ["OKR|欧克阿|欧可阿", "利率"]


def test_what_could_mean_two_things_is_not_guessed() -> None:
    text = "好词\nOKR | 欧克阿、利率\n阿里,20,腾讯"
    assert problems_in(text) == [
        (2, "OKR | 欧克阿、利率", "unclear_line"),
        (3, "阿里,20,腾讯", "unclear_line"),
    ]


def test_of_a_line_only_the_word_that_cannot_be_is_left_out() -> None:
    words, problems = typed_words("利率，<坏>，理财  # 旧表")
    assert [word.text for word in words] == ["利率", "理财"]
    assert [(p.line_no, p.text, p.code) for p in problems] == [
        (1, "<坏>", "forbidden_character")
    ]


def test_spellings_of_one_word_have_one_key() -> None:
    assert len({merge_key(word) for word in ("Fun ASR", "ＦｕｎＡＳＲ", "funasr")}) == 1
    assert merge_key("臺灣銀行") == merge_key("台湾银行")
    assert merge_key("1 12") != merge_key("11 2")
