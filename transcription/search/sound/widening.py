"""A question, asked of what sounds like its words as well."""

from dataclasses import replace

from transcription.search.language.tree import (
    All,
    Any,
    Fact,
    Near,
    Node,
    Without,
    Words,
    words_of,
)
from transcription.search.sound.grams import query_grams


def by_sound_too(node: Node) -> Node:
    """The tree with every word that has a sound. Words that must not be there stay as
    they are: nobody would see which recordings are left out, and why."""
    match node:
        case Words():
            return _words(node)
        case Near(left, right, within_ms):
            return Near(by_sound_too(left), by_sound_too(right), within_ms)
        case All(parts, where) | Any(parts, where):
            after = where.after and _words(where.after)
            each = tuple(map(by_sound_too, parts))
            return type(node)(each, replace(where, after=after))
        case Fact() | Without():
            return node


def has_a_sound(node: Node) -> bool:
    """Whether ``by_sound_too`` makes it another question."""
    return by_sound_too(node) != node


def asks_by_sound(node: Node) -> bool:
    """Whether any of the words that are wanted is looked for by its sound."""
    return any(words.by_sound for words in words_of(node))


def _words(words: Words) -> Words:
    return replace(words, by_sound=any(map(query_grams, words.phrases)))
