"""What a recording must hold to be a candidate for words, said for a database: phrases
that are written, and grams of which one of each slot is there."""

from collections.abc import Iterator
from dataclasses import dataclass

from transcription.search.folding import Phrase
from transcription.search.language.tree import Words
from transcription.search.sound.grams import Slot, query_grams


@dataclass(frozen=True, slots=True)
class Way:
    """All of it."""

    phrases: tuple[Phrase, ...]
    slots: tuple[Slot, ...] = ()


def ways_of(words: Words) -> list[Way]:
    """Any of these. What is written has its own grams, so of words that are looked for
    by their sound the way they are written is none of its own."""
    first = _by_sound(words.phrases) if words.by_sound else [Way(words.phrases)]
    return [*first, *map(Way, words.ways[1:])]


def _by_sound(phrases: tuple[Phrase, ...]) -> Iterator[Way]:
    each = {phrase: query_grams(phrase) for phrase in phrases}
    if len(each) == 1:
        (alternatives,) = each.values()
        yield from (Way((), slots) for slots in alternatives)
        if not alternatives:
            yield Way(phrases)
        return
    # One way, though it lets more through: all combinations would be too many.
    yield Way(
        tuple(phrase for phrase, found in each.items() if not found),
        tuple(
            frozenset().union(*(slots[0] for slots in found))
            for found in each.values()
            if found
        ),
    )
