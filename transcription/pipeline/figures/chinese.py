"""Which stretches of spoken Chinese are figures to a reader, and how they are written.

A number becomes figures when it is ten or more, has a decimal, or stands where readers
expect figures (dates, times, prices, codes, telephones). Small counts (三个部门),
idioms and approximations (七八十, 十几个) stay as they were said, and so does what may
be read in two ways. docs/decisions/figures.md says how this is built and why.
"""

import re
from collections.abc import Iterator
from typing import Final

from transcription.pipeline.figures import amounts, chains, codes, dates
from transcription.pipeline.figures.names import LEFT_ALONE
from transcription.pipeline.figures.numbers import NUMERALS
from transcription.pipeline.figures.scan import Place, Replacement, Rule, Token

_FIRST: Final = re.compile(f"[{''.join(sorted(NUMERALS))}负]")
_FIGURES: Final = frozenset("0123456789")
_LEFT_ALONE: Final = re.compile(LEFT_ALONE)

# The first that answers for a place has it.
_RULES: Final[tuple[Rule, ...]] = (
    codes.plate,
    dates.year,
    dates.month,
    dates.decade,
    amounts.percent,
    amounts.fraction,
    codes.dotted,
    dates.time,
    amounts.score,
    amounts.loose_coins,
    amounts.money,
    amounts.fine_measure,
    chains.chain,
    dates.day,
    codes.address,
    codes.key,
    codes.beside_letters,
    amounts.small,
    codes.digits,
    amounts.count,
)


def replacements(text: str) -> Iterator[Replacement]:
    """What to rewrite, in order, never overlapping."""
    if _FIRST.search(text) is None:
        return
    left = {match.start(): match.end() for match in _LEFT_ALONE.finditer(text)}
    at, written = 0, ""
    place = Place(text, 0)
    while at < len(text):
        if at in left:
            at = left[at]
            continue
        if text[at] not in NUMERALS and text[at] != "负":
            at += 1
            continue
        token = _token(place._replace(at=at))
        if token is None:
            at += 1
            continue
        at = token.end
        if token.parts and not _runs_together(token, text, place.previous_end, written):
            yield from token.parts
            place = Place(text, at, at, token.kind)
            written = token.parts[-1].figures if token.parts[-1].end == at else ""


def _token(place: Place) -> Token | None:
    return next((token for rule in _RULES if (token := rule(place))), None)


def _runs_together(token: Token, text: str, previous_end: int, written: str) -> bool:
    """Whether its figures would stand right beside others: 7:508:05."""
    first, last = token.parts[0], token.parts[-1]
    before = text[first.start - 1 : first.start]
    if first.start == previous_end and written:
        before = written[-1]
    after = text[last.end : last.end + 1]
    return (before in _FIGURES and first.figures[0] in _FIGURES) or (
        after in _FIGURES and last.figures[-1] in _FIGURES
    )
