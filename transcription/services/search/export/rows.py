"""The places of a search as rows of a table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models.members import Membership
from transcription.models.recordings import Recording
from transcription.search.language.tree import Node
from transcription.search.matching import Match
from transcription.services.search.export.cells import (
    Cell,
    Heading,
    Length,
    Link,
    Marked,
)
from transcription.services.search.finding import read_documents
from transcription.services.search.groups import segments_at
from transcription.services.search.hits import Hit, hits_of

# The absolute address of a recording, or of a place in it.
AddressOf = Callable[[Recording, Hit | None], str]
Place = tuple[Recording, Hit | None]

_RECORDINGS_AT_ONCE: Final = 50
_PLACES_AT_ONCE: Final = 500


def heading() -> Heading:
    """In the language of whoever exports."""
    return Heading(
        table=_("Hits"),
        about=pgettext("of a table of hits", "About"),
        columns=(
            (_("Title"), 32),
            (_("Time of the call"), 17),
            (_("Agent"), 12),
            (_("Direction"), 9),
            (_("Number"), 15),
            (_("Tags"), 16),
            (_("Length"), 9),
            (_("Speaker"), 12),
            (_("Said at"), 9),
            (_("Said at, in seconds"), 12),
            (_("Sentence"), 80),
            (_("As spoken"), 30),
            (_("Address"), 40),
        ),
    )


def places_of(
    membership: Membership, tree: Node, ids: Sequence[int]
) -> Iterator[Place]:
    """Of those of the recordings that answer the tree, every sentence in which
    something was found, in the order of the ids and of time. A recording that answers
    by what is known about it comes once, without a sentence."""
    for begin in range(0, len(ids), _RECORDINGS_AT_ONCE):
        some = ids[begin : begin + _RECORDINGS_AT_ONCE]
        found = read_documents(tree, some)
        recordings = _recordings(membership, list(found))
        said = {
            pk: [one for one in found[pk] if one.segment >= 0]
            for pk in some
            if pk in found and pk in recordings
        }
        for batch in _batches(said):
            yield from _places(recordings, batch)


def _recordings(membership: Membership, ids: list[int]) -> dict[int, Recording]:
    return (
        Recording.objects.visible_to(membership)
        .kept()
        .filter(pk__in=ids)
        .select_related("agent_member__user")
        .prefetch_related("tags")
        .defer("waveform")
        .in_bulk()
    )


def _batches(said: dict[int, list[Match]]) -> Iterator[dict[int, list[Match]]]:
    """Few enough places to be in memory together; of one recording all are."""
    batch: dict[int, list[Match]] = {}
    for pk, matches in said.items():
        batch[pk] = matches
        if sum(map(len, batch.values())) >= _PLACES_AT_ONCE:
            yield batch
            batch = {}
    if batch:
        yield batch


def _places(
    recordings: dict[int, Recording], said: dict[int, list[Match]]
) -> Iterator[Place]:
    indexes = {pk: [one.segment for one in each] for pk, each in said.items() if each}
    segments = segments_at(indexes) if indexes else {}
    for pk, matches in said.items():
        recording = recordings[pk]
        found = {one.segment: one for one in matches}
        hits = hits_of(segments.get(pk, ()), found)
        yield from ((recording, hit) for hit in hits)
        if not hits:
            yield recording, None


def rows_of(
    places: Iterable[Place], address_of: AddressOf
) -> Iterator[tuple[Place, list[Cell]]]:
    """Each with its cells, in the order of the ``heading``."""
    last, known = 0, list[Cell]()
    for recording, hit in places:
        if recording.pk != last:
            last, known = recording.pk, _known(recording)
        cells = [*known, *_said(hit), Link(address_of(recording, hit))]
        yield (recording, hit), cells


def _known(recording: Recording) -> list[Cell]:
    length, called = recording.duration_ms, recording.recorded_at
    return [
        recording.title,
        timezone.localtime(called).replace(tzinfo=None) if called else None,
        recording.agent_name,
        recording.get_direction_display(),
        recording.phone_number,
        pgettext("between the items of a list", ", ").join(
            tag.name for tag in recording.tags.all()
        ),
        None if length is None else Length(length),
    ]


def _said(hit: Hit | None) -> list[Cell]:
    if hit is None:
        return ["", None, None, "", ""]
    return [
        hit.speaker,
        Length(hit.start_ms),
        round(hit.start_ms / 1000, 1),
        Marked([*hit.lead, *hit.parts]),
        Marked(hit.raw_parts),
    ]
