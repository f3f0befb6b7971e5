"""Facts about recordings, as the database says them."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from transcription.models.recordings import Recording
from transcription.search.backends.base import Condition
from transcription.search.language.tree import (
    All,
    Any,
    Fact,
    FactName,
    Near,
    Node,
    Without,
)
from transcription.services.search.filters import (
    in_state,
    known,
    since,
    until,
    with_agent,
)


def facts_of(node: Node) -> Iterator[Fact]:
    """Every fact that the tree asks for."""
    match node:
        case Fact():
            yield node
        case Without(part):
            yield from facts_of(part)
        case Near(left, right):
            yield from facts_of(left)
            yield from facts_of(right)
        case All(parts) | Any(parts):
            for part in parts:
                yield from facts_of(part)


def condition_of_fact(fact: Fact) -> Condition:
    """The fact of ``r``, the recording, for the index's query."""
    itself = _known(fact).filter(pk=RawSQL("r.id", ()))
    sql, values = itself.order_by().values("pk").query.sql_with_params()
    return Condition(f"EXISTS ({sql})", tuple(values))


def recordings_with(fact: Fact, ids: Iterable[int]) -> frozenset[int]:
    """Those of the recordings of which the fact is true."""
    return frozenset(_known(fact).filter(pk__in=ids).values_list("pk", flat=True))


def _known(fact: Fact) -> QuerySet[Recording]:
    return known(Recording.objects.all()).filter(_wanted(fact)).order_by()


def _wanted(fact: Fact) -> Q:
    """What a recording must be. Names and titles are found by a part of them, tags,
    choices and days by the whole."""
    value = fact.value
    match fact.name:
        case FactName.FROM if isinstance(value, date):
            return since(value)
        case FactName.TO if isinstance(value, date):
            return until(value)
        case FactName.STATUS:
            return in_state(str(value))
        case FactName.AGENT:
            return with_agent(str(value))
        case FactName.UPLOADER:
            name = Q(uploaded_by__display_name__icontains=value)
            return name | Q(uploaded_by__username__iexact=value)
        case _:
            return Q(**{_LOOKUPS[fact.name]: value})


_LOOKUPS = {
    FactName.DIRECTION: "direction",
    FactName.LANGUAGE: "wanted_language",
    FactName.LONGER: "duration_ms__gt",
    FactName.NUMBER: "phone_number__icontains",
    FactName.SHORTER: "duration_ms__lt",
    FactName.TAG: "tags__name__iexact",
    FactName.TITLE: "title__icontains",
}
