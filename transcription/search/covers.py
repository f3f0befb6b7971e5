"""What every answer to a tree holds.

Many questions are kept, and each new recording has to be asked the few that it may
answer. A *term* is something that is read off a recording at once: one, two or four
characters in a row, how two sound, a tag. A *cover* is a set of terms, one of which is
in each recording that answers the tree. A recording that holds nothing of one of the
tree's covers answers no.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from transcription.mandarin.lexicon import bits_of
from transcription.search.folding import JOINT, lines_of, phrases_of
from transcription.search.language.tree import (
    All,
    Any,
    Fact,
    FactName,
    Near,
    Node,
    Without,
    Words,
)
from transcription.search.sound.grams import grams_of
from transcription.search.sound.ways import Way, ways_of

Cover = frozenset[str]

MOST: Final = 3
_SIZES: Final = (4, 2, 1)  # characters in a row
# Of a character that is no Chinese one: figures are everywhere.
_OTHER_BITS = -4.0
# Found in the recording's text or its agents' names by a part of the value.
_PARTS = frozenset((FactName.AGENT, FactName.NUMBER, FactName.TITLE))
_TAG = "tag:"
_TAG_BITS = -20.0
# What no folded text holds.
_SOUND = "~"
_SOUND_BITS = -14.0


def covers_of(node: Node) -> tuple[Cover, ...]:
    """Those that the fewest recordings are likely to hold something of, at most
    ``MOST``. None when nothing is wanted that a recording must hold: only what must
    not be there, a day, a length."""
    return narrowest(_covers(node))


def narrowest(covers: Iterable[Cover]) -> tuple[Cover, ...]:
    """The best of what must all hold."""
    return tuple(sorted(dict.fromkeys(covers), key=_share)[:MOST])


def terms_of(text: str, names: Iterable[str], tags: Iterable[str]) -> set[str]:
    """Those of a recording: of its folded text, of what its agent may be called, and
    its tags."""
    lines = [*lines_of(text), *(one for name in names for one in phrases_of(name))]
    terms = {
        line[at : at + size]
        for line in lines
        for size in _SIZES
        for at in range(len(line) - size + 1)
    }
    return terms.union(map(_sound_term, grams_of(text)), map(tag_term, tags))


def part_covers(value: str) -> Iterator[Cover]:
    """Of a part of a name: a character. What is beside it, a fold may take away from
    the whole name."""
    letters = {char for phrase in phrases_of(value) for char in phrase} - {JOINT}
    if found := sorted(char for char in letters if char.isalnum()):
        yield frozenset((min(found, key=_bits),))


def _covers(node: Node) -> Iterator[Cover]:
    match node:
        case Words():
            yield from _of_words(node)
        case Fact(FactName.TAG, str(name)):
            yield frozenset((tag_term(name),))
        case Fact(name, str(value)) if name in _PARTS:
            yield from part_covers(value)
        case Fact() | Without():
            return
        case Near(left, right):
            yield from _covers(left)
            yield from _covers(right)
        case All(parts, where):
            for part in (*parts, *([where.after] if where.after else [])):
                yield from _covers(part)
        case Any(parts):
            best = [narrowest(_covers(part))[:1] for part in parts]
            if all(best):
                yield frozenset().union(*(cover for (cover,) in best))


def _of_words(words: Words) -> Iterator[Cover]:
    ways = ways_of(words)
    if len(ways) == 1:
        yield from _of_way(ways[0])
    else:
        yield frozenset().union(*(min(_of_way(way), key=_share) for way in ways))


def _of_way(way: Way) -> Iterator[Cover]:
    for phrase in way.phrases:
        size = next(size for size in _SIZES if size <= len(phrase))
        # Both ends of a long one say nearly as much as all of it.
        for term in dict.fromkeys((phrase[:size], phrase[-size:])):
            yield frozenset((term,))
    for slot in way.slots:
        yield frozenset(map(_sound_term, slot))


def tag_term(name: str) -> str:
    """Tags are the same whatever the case."""
    return f"{_TAG}{name.upper()}".replace("\0", "")[:128]


def _sound_term(gram: int) -> str:
    return f"{_SOUND}{gram}"


def _share(cover: Cover) -> float:
    return sum(2 ** _bits(term) for term in cover)


def _bits(term: str) -> float:
    """How likely it stands at a place of a text: a binary logarithm."""
    if term.startswith(_TAG):
        return _TAG_BITS
    if term.startswith(_SOUND):
        return _SOUND_BITS
    if all("\u3400" <= char <= "\u9fff" for char in term):
        return bits_of(term)
    return _OTHER_BITS * len(term)
