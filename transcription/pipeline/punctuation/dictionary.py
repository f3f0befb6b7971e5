"""Where Chinese words begin and end, by jieba's dictionary."""

from functools import lru_cache
from itertools import accumulate
from typing import Any

import jieba


def word_places(text: str) -> frozenset[int]:
    """Where a word of ``text`` ends."""
    return frozenset(accumulate(len(word) for word in words_of(text)))


def words_of(text: str) -> list[str]:
    """The words of ``text``, all of its characters, in order."""
    return [str(word) for word in _tokenizer().cut(text, HMM=False)]


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    """Read once, in about a second.

    Not by jieba's own ``initialize``: its cache is a marshalled file of a known name
    in the shared temporary folder, and whoever may write there could have us load it.
    """
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
