"""Results in another order than the index's own, and how many places there are.

The index walks recordings from the newest upload downwards, and nothing else is cheap
in it. Every other order is one of the newest recordings that were found, as many as are
counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from transcription.models.recordings import HAPPENED_AT, Recording
from transcription.search.language.tree import Node
from transcription.search.relevance import Counted, scores
from transcription.services.search.finding import readings

_CHUNK = 100  # documents that are read at once


class ResultOrder(StrEnum):
    """In which order recordings stand; named as in the archive's addresses."""

    UPLOAD = "-upload"
    CALL = "-call"  # the call, else the upload
    OLDEST_CALL = "call"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True)
class Ranked:
    """Recordings in an order. ``places`` are known where everything was read for it."""

    ids: Sequence[int]
    places: int | None = None


def ranked(tree: Node, ids: Sequence[int], order: ResultOrder) -> Ranked:
    """These recordings, which come newest uploads first, in the order: the same ones
    always in the same."""
    match order:
        case ResultOrder.UPLOAD:
            return Ranked(ids)
        case ResultOrder.RELEVANCE:
            calls = counted(tree, ids)
            found = scores(calls)
            places = sum(call.sentences for call in calls.values())
            return Ranked(sorted(found, key=lambda pk: (-found[pk], -pk)), places)
        case ResultOrder.CALL | ResultOrder.OLDEST_CALL:
            sign = "-" if order is ResultOrder.CALL else ""
            keyed = Recording.objects.filter(pk__in=ids).alias(at=HAPPENED_AT)
            in_order = keyed.order_by(f"{sign}at", f"{sign}pk")
            return Ranked(list(in_order.values_list("pk", flat=True)))


def counted(tree: Node, ids: Sequence[int]) -> dict[int, Counted]:
    """What was found in each of the recordings that answer the tree."""
    calls = {}
    for at in range(0, len(ids), _CHUNK):
        for pk, reading in readings(tree, ids[at : at + _CHUNK]):
            matches = reading.answers(tree)
            if matches is None:
                continue
            calls[pk] = call = Counted(len(reading.document.text))
            for match in matches:
                if match.segment < 0:
                    call.known.update(match.phrases)
                else:
                    call.said.update(match.phrases)
                    call.sentences += 1
    return calls


def places_in(tree: Node, ids: Sequence[int]) -> int:
    """In how many sentences of these recordings something was found."""
    return sum(call.sentences for call in counted(tree, ids).values())
