"""Where Chinese words begin and end, by jieba's dictionary."""

import importlib
from functools import cache
from itertools import accumulate
from typing import Any, Final

# Those that are hardly ever the last word of a clause (not 高, 白, 方, 何).
_SURNAMES: Final = frozenset(
    "张王李赵刘陈杨周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴钟汪姜范姚谭廖邹熊陆郝孔崔康邱秦顾侯邵孟雷钱汤尹黎乔贺赖龚"
)


def word_places(text: str) -> frozenset[int]:
    """Where a word of ``text`` ends, but for a surname that stands alone: the given
    name behind it is in no dictionary."""
    words = words_of(text)
    ends = zip(words, accumulate(len(word) for word in words), strict=True)
    return frozenset(end for word, end in ends if word not in _SURNAMES)


def words_of(text: str) -> list[str]:
    """The words of ``text``, all of its characters, in order."""
    return [str(word) for word in _tokenizer().cut(text, HMM=False)]


def is_word(text: str) -> bool:
    """Whether the dictionary has it."""
    return bool(_tokenizer().FREQ.get(text, 0))


@cache
def _tokenizer() -> Any:
    """Read once, in 1.5 s and 70 MB: for processes that recognise or read archives, not
    for web processes, which do not even import it.

    Not by jieba's own ``initialize``: its cache is a marshalled file of a known name
    in the shared temporary folder, and whoever may write there could have us load it.
    """
    tokenizer = importlib.import_module("jieba").Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
