"""A page of the archive.

It begins at values, not at a number or at a row: it stays what it is while recordings
come and go, also when the one at which it began is gone for good.
"""

import base64
import json
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from transcription.models.recordings import Recording
from transcription.services.recordings.listing.sorting import Order, Value, key_of

_CURSOR_MAX: Final = 4_000  # characters; a title has at most 200

Place = tuple[Value, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """Recordings in their order, and where the pages beside them begin; empty: there
    are none."""

    recordings: list[Recording]
    previous: str = ""
    next: str = ""


def page_of(
    recordings: QuerySet[Recording],
    order: Order,
    *,
    size: int,
    before: str = "",
    after: str = "",
) -> Rows:
    """The page before or after a cursor; the first one without a cursor that makes
    sense, and when there is less than a page before it."""
    keyed = recordings.annotate(sort_key=order.key)
    if place := _place(before, order):
        found = _beyond(keyed, order, place, size, is_back=True)
        if len(found) >= size:
            shown = found[:size][::-1]
            has_more = len(found) > size
            previous = cursor_of(shown[0], order) if has_more else ""
            return Rows(shown, previous, cursor_of(shown[-1], order))
    place = None if before else _place(after, order)
    found = _beyond(keyed, order, place, size)
    shown = found[:size]
    return Rows(
        shown,
        cursor_of(shown[0], order) if place and shown else "",
        cursor_of(shown[-1], order) if len(found) > size else "",
    )


def _beyond(
    keyed: QuerySet[Recording],
    order: Order,
    place: Place | None,
    size: int,
    *,
    is_back: bool = False,
) -> list[Recording]:
    """A page and the first of the next, in the order or against it."""
    descends = order.is_descending is not is_back
    if place:
        value, pk = place
        lookup = "lte" if descends else "gte"
        keyed = keyed.filter(**{f"sort_key__{lookup}": value}).exclude(
            **{"sort_key": value, f"pk__{'gte' if descends else 'lte'}": pk}
        )
    sign = "-" if descends else ""
    return list(keyed.order_by(f"{sign}sort_key", f"{sign}pk")[: size + 1])


def cursor_of(recording: Recording, order: Order) -> str:
    """Where the row stands; it is annotated with ``sort_key``."""
    place = [str(order.sort), order.stored(key_of(recording)), recording.pk]
    told = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def is_cursor(cursor: str, order: Order) -> bool:
    """Whether somebody was given such a cursor for this order."""
    return _place(cursor, order) is not None


def _place(cursor: str, order: Order) -> Place | None:
    """Where it points; None when nobody was given such a cursor for this order."""
    if not cursor or len(cursor) > _CURSOR_MAX:
        return None
    try:
        told = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sort, stored, pk = json.loads(told)
        value = order.read(stored)
    except (ValueError, TypeError, RecursionError):
        return None
    if sort != order.sort or not isinstance(pk, int) or not 0 < pk < 2**63:
        return None
    return value, pk
