"""A typed question with a fact more, or without one that it has."""

from collections.abc import Collection, Iterable
from datetime import date

from transcription.search.language.facts import Said, meaning
from transcription.search.language.scanning import Kind, tokens
from transcription.search.language.tree import All, Fact, FactName
from transcription.search.language.writing import Chip, chips

Stated = tuple[FactName, str | date | int]


def stated(chip: Chip, today: date) -> frozenset[Stated]:
    """The facts that the part of a question says, if it says nothing else."""
    pieces = list(tokens(chip.text))
    if len(pieces) != 1 or pieces[0].kind is not Kind.FIELD:
        return frozenset()
    meant = meaning(pieces[0], today)
    if isinstance(meant, Said):
        return frozenset()
    parts = meant.parts if isinstance(meant, All) else (meant,)
    return frozenset(_alike(fact) for fact in parts if isinstance(fact, Fact))


def says(typed: str, facts: Iterable[Stated], today: date) -> bool:
    """Whether all calls that are asked for have these facts, because parts of the
    question say just that. ``typed`` can be understood."""
    wanted = set(map(alike, facts))
    said = {fact for chip in chips(typed, today) for fact in stated(chip, today)}
    return wanted <= said


def without_facts(typed: str, facts: Collection[Stated], today: date) -> str:
    """The question without the parts that say only these facts; empty when nothing
    else was asked."""
    wanted = set(map(alike, facts))
    for chip in chips(typed, today):
        said = stated(chip, today)
        if said and said <= wanted:
            rest = chip.without
            return without_facts(rest, facts, today) if rest else ""
    return typed


def alike(fact: Stated) -> Stated:
    """Names as they are compared: in whatever case."""
    name, value = fact
    return (name, value.casefold()) if isinstance(value, str) else fact


def _alike(fact: Fact) -> Stated:
    return alike((fact.name, fact.value))
