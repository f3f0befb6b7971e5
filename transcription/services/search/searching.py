"""Searching a department's recordings: a page of calls, with what was found in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from accounts.access import require
from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.writing import Origin, record
from transcription.models.recordings import Recording
from transcription.search.language.tree import Node, words_of
from transcription.services.search.asking import understood
from transcription.services.search.facets import Facet, facets_of
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.finding import recordings_for
from transcription.services.search.groups import BEFORE_ALL, Group, groups_of
from transcription.services.search.ranking import ResultOrder, places_in, ranked
from transcription.services.search.reach import asked_by, recording_id
from transcription.services.search.sounding import FEW, Sounding, also_sounding
from transcription.services.search.trail import search_subject

COUNT_CAP = 1000
_QUOTES = '"“”„‟＂「｢『」｣』'
RECORDINGS_PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after this recording, or after this segment of it; in every
    order but the index's own, after ``skipped`` of those up to this recording."""

    recording: UUID
    index: int | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Recordings in their order; ``total`` counts them, up to ``COUNT_CAP``, and
    ``places`` the sentences in which something was found, in as many; None: that would
    have cost too much (``count_places``). ``next`` begins the following page.

    ``is_partial``: so many recordings hold the words that only the newest were looked
    at for the rest of the question. ``said`` is what was typed of words that are there,
    to find them in a transcript. ``facets`` are there on a first page only.
    ``is_ranked``: in another order than the index's own, and of more than ``COUNT_CAP``
    only the newest. ``sounding`` is what sounds like it, where few were found.
    """

    groups: list[Group]
    total: int
    is_capped: bool
    next: Cursor | None
    is_partial: bool = False
    said: str = ""
    places: int | None = None
    facets: tuple[Facet, ...] = ()
    is_ranked: bool = False
    sounding: Sounding | None = None


def search_segments(
    *,
    membership: Membership,
    origin: Origin,
    query: str,
    filters: RecordingFilters | None = None,
    cursor: Cursor | None = None,
    order: ResultOrder = ResultOrder.UPLOAD,
    by_sound: bool = False,
) -> SearchPage:
    """One page of hits in the membership's department, or ``Refused``."""
    require(membership, Capability.SEARCH)
    filters = filters or RecordingFilters()
    tree = understood(query, membership, by_sound=by_sound)
    page = _page(membership, tree, filters, cursor, order)
    page = replace(page, said=said_words(query, tree))
    if cursor is None and page.total < FEW and not page.is_partial:
        found = [group.recording.pk for group in page.groups]
        sounding = also_sounding(membership, tree, filters, found)
        page = replace(page, sounding=sounding)
    detail: dict[str, object] = {"hits": page.total}
    if narrowed_to := noted(membership, filters):
        detail["filters"] = narrowed_to
    if by_sound:
        detail["by_sound"] = True
    if cursor:
        detail["continued"] = True
    record(
        AuditAction.SEARCH,
        origin,
        search_subject(membership, query),
        **detail,
    )
    return page


def said_words(typed: str, tree: Node) -> str:
    """What was typed of words that are there, to find them in a transcript."""
    words = (typed[slice(*words.span)].strip(_QUOTES) for words in words_of(tree))
    return " ".join(dict.fromkeys(words))


def noted(membership: Membership, filters: RecordingFilters) -> dict[str, str]:
    """The filters for the trail; a recording by its title, as people know it."""
    narrowed_to = filters.noted()
    if filters.recording:
        found = Recording.objects.visible_to(membership).filter(uuid=filters.recording)
        narrowed_to["recording"] = found.values_list("title", flat=True).first() or ""
    return narrowed_to


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


def _page(
    membership: Membership,
    tree: Node,
    filters: RecordingFilters,
    cursor: Cursor | None,
    order: ResultOrder,
) -> SearchPage:
    asked = asked_by(membership, tree, filters)
    answers = recordings_for(asked, COUNT_CAP + 1)
    counted = answers.ids[:COUNT_CAP]
    begins = recording_id(membership, cursor.recording) if cursor else 0
    is_alone = bool(filters.recording)
    is_ranked = order is not ResultOrder.UPLOAD and not is_alone
    if is_ranked:
        if begins:
            counted = recordings_for(asked.below(begins + 1), COUNT_CAP).ids
        part = _ranked(tree, counted, cursor, order)
    elif begins and not is_alone:
        ids = recordings_for(asked.below(begins), RECORDINGS_PER_PAGE + 1).ids
        part = _Part(ids, len(ids) > RECORDINGS_PER_PAGE)
    else:
        part = _Part(answers.ids, len(answers.ids) > RECORDINGS_PER_PAGE)
    after = BEFORE_ALL
    if is_alone and cursor and cursor.index is not None:
        after = cursor.index
    shown = part.ids[:RECORDINGS_PER_PAGE]
    groups = groups_of(membership, tree, shown, after, is_alone=is_alone)
    places = part.places
    if cursor is None and len(shown) == len(answers.ids):
        places = sum(group.hit_count for group in groups)
    return SearchPage(
        groups=groups,
        total=len(answers.ids[:COUNT_CAP]),
        is_capped=len(answers.ids) > COUNT_CAP,
        next=part.next or _next(groups, filters, part),
        is_partial=answers.looked_back_to is not None,
        places=places,
        facets=() if cursor or is_alone else facets_of(counted),
        is_ranked=is_ranked,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What a page begins with, and what follows it."""

    ids: Sequence[int]
    has_more: bool
    next: Cursor | None = None
    places: int | None = None


def _ranked(
    tree: Node, ids: Sequence[int], cursor: Cursor | None, order: ResultOrder
) -> _Part:
    """Of the same recordings on every page, so that one that arrives moves nothing."""
    found = ranked(tree, ids, order)
    begins = cursor.skipped if cursor else 0
    ends = begins + RECORDINGS_PER_PAGE
    if len(found.ids) <= ends:
        return _Part(found.ids[begins:], has_more=False, places=found.places)
    newest = Recording.objects.values_list("uuid", flat=True).get(pk=ids[0])
    following = Cursor(newest, skipped=ends)
    return _Part(
        found.ids[begins:ends], has_more=True, next=following, places=found.places
    )


def _next(groups: list[Group], filters: RecordingFilters, part: _Part) -> Cursor | None:
    if not groups:
        return None
    last = groups[-1]
    if filters.recording:
        if not last.hidden_count:
            return None
        return Cursor(last.recording.uuid, last.hits[-1].index)
    return Cursor(last.recording.uuid) if part.has_more else None
