"""Hotwords beside numbers: no number becomes another one.

文件曾九十天 sounds like 稳健增利 up to 九, and 九 belongs to 九十: 稳健增利十天 would
be another number of days.
"""

from dataclasses import replace
from typing import Final

from transcription.pipeline.hotwords.index import Match

NUMERALS: Final = frozenset("零〇幺一二两三四五六七八九十百千万亿点0123456789")


def sparing_numbers(match: Match, text: str) -> Match | None:
    """The match without a numeral at its edge that belongs to a number beyond it; None
    when it would take more of one, or is itself a number inside a longer one (the
    三百六十 of 一千三百六十 is no 360)."""
    replaced, word = text[match.start : match.end], match.hotword
    follows_one = text[: match.start][-1:] in NUMERALS
    precedes_one = text[match.end : match.end + 1] in NUMERALS
    if (follows_one and word[0].isdigit()) or (precedes_one and word[-1].isdigit()):
        return None
    start = match.start + (follows_one and _is_lost(replaced[0], word[0]))
    end = match.end - (precedes_one and _is_lost(replaced[-1], word[-1]))
    if (start, end) == (match.start, match.end):
        return match
    rest = text[start:end]
    if not rest or {rest[0], rest[-1]} & NUMERALS:
        return None
    return replace(match, start=start, end=end, is_same=False, is_exact=False)


def is_beside_number(match: Match, text: str) -> bool:
    """一七 that was not recognised stands between other figures, and is no 余琪."""
    before, after = text[: match.start][-1:], text[match.end : match.end + 1]
    return bool(NUMERALS & {before, after})


def _is_lost(replaced: str, put: str) -> bool:
    return replaced in NUMERALS and replaced != put
