"""From what a person typed to the tree that is looked for in their department."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils import timezone

from accounts.models.members import Membership
from accounts.models.people import User
from transcription.search.folding import Phrase, folded
from transcription.search.language.parsing import parse
from transcription.search.language.refusals import NotUnderstood
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
from transcription.search.sound.widening import by_sound_too
from transcription.services.search.aliases import Aliases
from transcription.services.search.figures import other_ways
from transcription.services.search.refusals import refused


def understood(typed: str, membership: Membership, *, by_sound: bool = False) -> Node:
    """The tree, or ``QuestionRefused`` with a sentence and the place. Words are looked
    for in other ways, too: figures as they are said and as they are written, hotwords
    with their spoken variants, members' names as the agents of calls, and ``by_sound``
    whatever sounds like them. Two queries."""
    try:
        tree = parse(typed, timezone.localdate())
    except NotUnderstood as reason:
        raise refused(reason) from None
    others = _Others(_Names(membership), Aliases(membership.department))
    tree = _completed(tree, others, is_bounded=False)
    return by_sound_too(tree) if by_sound else tree


def phrases_for_agents(tree: Node) -> Iterator[Phrase]:
    """Those of the words for which ``understood`` lets an agent's name do."""
    if not isinstance(tree, All | Any):
        return
    spans = {
        part.span
        for part in tree.parts
        if isinstance(part, Fact) and part.name is FactName.AGENT
    }
    for part in tree.parts:
        if isinstance(part, Words) and part.span in spans:
            yield from part.phrases
        yield from phrases_for_agents(part)


def _completed(node: Node, known: "_Others", *, is_bounded: bool) -> Node:
    match node:
        case Words():
            words = known.ways_of(node)
            agents = () if is_bounded else known.names.like(words)
            return Any((words, *agents)) if agents else words
        case Fact():
            return node
        case Without(part):
            return Without(_completed(part, known, is_bounded=is_bounded))
        case Near(left, right, within_ms):
            return Near(
                _completed(left, known, is_bounded=True),
                _completed(right, known, is_bounded=True),
                within_ms,
            )
        case All(parts, where) | Any(parts, where):
            # Nobody says an agent's field, in no part of a call.
            inside = is_bounded or not where.is_open
            each = tuple(_completed(part, known, is_bounded=inside) for part in parts)
            after = where.after and known.ways_of(where.after)
            return type(node)(each, replace(where, after=after))


@dataclass(frozen=True, slots=True)
class _Others:
    """What else may be meant."""

    names: "_Names"
    aliases: Aliases

    def ways_of(self, words: Words) -> Words:
        """With all ways to write the same."""
        return replace(
            words,
            others=(*words.others, *other_ways(words.phrases)),
            aliases=self.aliases.of(words.phrases),
        )


class _Names:
    """What the department's members are called, read once somebody asks."""

    def __init__(self, membership: Membership) -> None:
        people = User.objects.filter(memberships__department=membership.department)
        self._people = people
        self._folded: list[tuple[str, str]] | None = None

    def like(self, words: Words) -> tuple[Fact, ...]:
        """That the agent is one of the members whose name holds the words."""
        if len(words.phrases) > 1:
            return ()
        if self._folded is None:
            self._folded = [
                (folded(user.display_name).text, user.display_name)
                for user in self._people
            ]
        return tuple(
            Fact(FactName.AGENT, name, words.span)
            for text, name in self._folded
            if words.phrases[0] in text
        )
