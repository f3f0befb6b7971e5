"""How much a search found in all, and by what it can be narrowed.

A page shows a few recordings; what is counted here is found by going through all of
them up to a cap, and reading their documents where the index alone cannot tell.
"""

from dataclasses import dataclass

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.services.search.asking import understood
from transcription.services.search.facets import Facet, facets_of
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.finding import recordings_for
from transcription.services.search.ranking import places_in
from transcription.services.search.reach import asked_by
from transcription.services.search.searching import COUNT_CAP
from transcription.services.search.sounding import Sounding, also_sounding

# Documents that are read to count where the index alone cannot tell.
LOOKED = 1_000


@dataclass(frozen=True, slots=True)
class Overview:
    """``total`` counts recordings up to ``COUNT_CAP``; ``is_capped``: there are more.
    ``is_partial``: so many recordings hold the words that only the newest were looked
    at for the rest of the question. ``facets`` are those of the recordings counted,
    ``sounding`` what sounds like it, where few were found."""

    total: int
    is_capped: bool
    is_partial: bool
    facets: tuple[Facet, ...]
    sounding: Sounding | None
    places: None = None  # count_places


def overview(
    *,
    membership: Membership,
    query: str,
    filters: RecordingFilters,
    by_sound: bool = False,
) -> Overview:
    """Of a search that ``search_segments`` made, which is in the trail."""
    require(membership, Capability.SEARCH)
    tree = understood(query, membership, by_sound=by_sound)
    asked = asked_by(membership, tree, filters)
    answers = recordings_for(asked, COUNT_CAP + 1, LOOKED)
    counted = answers.ids[:COUNT_CAP]
    is_partial = answers.looked_back_to is not None
    sounding = None
    if not is_partial:
        sounding = also_sounding(membership, tree, filters, counted)
    return Overview(
        total=len(counted),
        is_capped=len(answers.ids) > COUNT_CAP,
        is_partial=is_partial,
        facets=facets_of(counted),
        sounding=sounding,
    )


@dataclass(frozen=True, slots=True)
class Places:
    """As of a ``SearchPage``."""

    places: int
    is_capped: bool


def count_places(
    *,
    membership: Membership,
    query: str,
    filters: RecordingFilters,
    by_sound: bool = False,
) -> Places:
    """Of a search that ``search_segments`` made. What is counted there is read here
    from beginning to end, which takes longer than a page may."""
    require(membership, Capability.SEARCH)
    tree = understood(query, membership, by_sound=by_sound)
    ids = recordings_for(asked_by(membership, tree, filters), COUNT_CAP + 1).ids
    return Places(places_in(tree, ids[:COUNT_CAP]), len(ids) > COUNT_CAP)
