"""Letters that were written by their sound are known again."""

import pytest

from transcription.pipeline.hotwords.rules import parse_spec
from transcription.pipeline.text.letters import has_letter_sounds, letter_word_lines


def test_there_are_300_words_and_each_is_a_hotword() -> None:
    words = [parse_spec(line).text for line in letter_word_lines()]
    assert len(words) == len(set(words)) == 300
    assert {"CPU", "VIP", "QQ", "OKR"} <= set(words)
    # Two letters sound like much that is Chinese: 喜提新车 is no CD.
    assert [word for word in words if len(word) == 2] == ["QQ"]


@pytest.mark.parametrize("text", ["请检查一下嬉皮有的温度", "我是维爱皮客户"])
def test_chinese_that_sounds_like_letters_is_known(text: str) -> None:
    assert has_letter_sounds(text)


@pytest.mark.parametrize(
    "text",
    [
        "请检查一下CPU的温度",
        "我上个月买的理财产品",
        "一共十二块五毛",
        "我必爱你",
        "皮皮爱吃",
        "他喜提新车",
        "一批矮的桌子",
        "",
    ],
)
def test_letters_and_ordinary_words_are_not_taken_for_it(text: str) -> None:
    assert not has_letter_sounds(text)
