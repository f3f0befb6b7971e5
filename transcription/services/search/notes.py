"""What a page says of a hit that is not what was typed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from transcription.search.folding import JOINT, Phrase
from transcription.search.language.tree import Node, words_of
from transcription.search.matching import Match

_SOUND = _("Sounds alike")
_ALIAS = _("Spoken variant")


@dataclass(frozen=True, slots=True)
class Note:
    """How the text was found."""

    label: StrOrPromise
    text: str


def notes_of(match: Match, aliases: Collection[Phrase]) -> Iterator[Note]:
    """Of a sentence, or of what is known about a recording."""
    for phrase in match.phrases:
        if phrase in aliases:
            yield Note(_ALIAS, plain(phrase))
    for phrase in match.heard:
        yield Note(_SOUND, plain(phrase))


def aliases_in(tree: Node) -> frozenset[Phrase]:
    """The phrases that are looked for as aliases, and were not typed themselves."""
    words = list(words_of(tree))
    found = {phrase for one in words for way in one.aliases for phrase in way}
    return frozenset(found.difference(*(one.phrases for one in words)))


def plain(phrase: Phrase) -> str:
    """As people read it."""
    return phrase.replace(JOINT, " ").translate(str.maketrans("·∶", ".:"))
