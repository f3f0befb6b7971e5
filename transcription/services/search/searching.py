"""Searching a department's recordings: a page of calls, with what was found in them."""

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
from transcription.services.search.filters import RecordingFilters
from transcription.services.search.finding import (
    LOOKED_CAP,
    Asked,
    is_counted_by_index,
    recordings_for,
)
from transcription.services.search.groups import BEFORE_ALL, Group, groups_of
from transcription.services.search.ranking import ResultOrder, ranked
from transcription.services.search.reach import asked_by, recording_id
from transcription.services.search.sounding import Sounding, also_sounding
from transcription.services.search.trail import search_detail, search_subject

COUNT_CAP = 1000
# Documents that are read for a first page; a following page reads ``LOOKED_CAP``.
FIRST_LOOK = 60
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
    """Recordings in their order. ``total`` counts all of them, up to ``COUNT_CAP``, and
    ``places`` the sentences in which something was found, in as many; None: that would
    have cost too much (``overview``, ``count_places``). ``next`` begins the following
    page; ``is_cut_short``: there may be more answers than these few, and the following
    page begins where the reading of documents stopped.

    ``said`` is what was typed of words that are there, to find them in a transcript.
    ``is_ranked``: in another order than the index's own, of which ``is_partial`` says
    that older recordings were not read, and ``is_capped`` that there are more.
    ``sounding`` is what sounds like it, where few were found.
    """

    groups: list[Group]
    total: int | None
    is_capped: bool
    next: Cursor | None
    is_cut_short: bool = False
    is_partial: bool = False
    said: str = ""
    places: int | None = None
    is_ranked: bool = False
    sounding: Sounding | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was found, and there is nothing further to look at."""
        return not self.groups and self.next is None


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
    if cursor is None and page.total is not None and not page.is_partial:
        found = [group.recording.pk for group in page.groups]
        sounding = also_sounding(membership, tree, filters, found)
        page = replace(page, sounding=sounding)
    detail: dict[str, object] = {}
    if page.total is not None:
        detail["hits"] = page.total
    detail |= search_detail(noted(membership, filters), by_sound=by_sound)
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


def _page(
    membership: Membership,
    tree: Node,
    filters: RecordingFilters,
    cursor: Cursor | None,
    order: ResultOrder,
) -> SearchPage:
    asked = asked_by(membership, tree, filters)
    begins = recording_id(membership, cursor.recording) if cursor else 0
    if filters.recording:
        return _alone(membership, asked, cursor)
    if order is not ResultOrder.UPLOAD:
        return _ranked(membership, asked, cursor, order)
    below = asked.below(begins) if begins else asked
    is_counted = cursor is None and is_counted_by_index(tree)
    limit = COUNT_CAP if is_counted else RECORDINGS_PER_PAGE
    answers = recordings_for(
        below, limit + 1, FIRST_LOOK if cursor is None else LOOKED_CAP
    )
    is_whole = cursor is None and answers.looked_back_to is None
    has_more = len(answers.ids) > RECORDINGS_PER_PAGE
    shown = answers.ids[:RECORDINGS_PER_PAGE]
    following = shown[-1] if has_more else answers.looked_back_to
    groups = groups_of(membership, tree, shown)
    is_all = is_whole and not has_more
    return SearchPage(
        groups=groups,
        total=len(answers.ids[:limit]) if is_counted or is_all else None,
        is_capped=is_counted and len(answers.ids) > limit,
        next=_cursor(following),
        is_cut_short=not has_more and following is not None,
        places=sum(group.hit_count for group in groups) if is_all else None,
    )


def _cursor(recording_id: int | None, skipped: int = 0) -> Cursor | None:
    """After this recording."""
    if recording_id is None:
        return None
    uuids = Recording.objects.values_list("uuid", flat=True)
    return Cursor(uuids.get(pk=recording_id), skipped=skipped)


def _alone(membership: Membership, asked: Asked, cursor: Cursor | None) -> SearchPage:
    """Of one recording more hits, those after the cursor's."""
    ids = recordings_for(asked, 1).ids
    after = cursor.index if cursor and cursor.index is not None else BEFORE_ALL
    groups = groups_of(membership, asked.tree, ids, after, is_alone=True)
    following = None
    if groups and groups[-1].hidden_count:
        last = groups[-1]
        following = Cursor(last.recording.uuid, last.hits[-1].index)
    places = groups[-1].hit_count if groups and cursor is None else None
    return SearchPage(groups, len(ids), is_capped=False, next=following, places=places)


def _ranked(
    membership: Membership, asked: Asked, cursor: Cursor | None, order: ResultOrder
) -> SearchPage:
    """Of the same recordings on every page, so that one that arrives moves nothing."""
    answers = recordings_for(asked, COUNT_CAP + 1)
    counted = answers.ids[:COUNT_CAP]
    begins = recording_id(membership, cursor.recording) if cursor else 0
    if begins:
        counted = recordings_for(asked.below(begins + 1), COUNT_CAP).ids
    found = ranked(asked.tree, counted, order)
    skipped = cursor.skipped if cursor else 0
    ends = skipped + RECORDINGS_PER_PAGE
    shown = found.ids[skipped:ends]
    groups = groups_of(membership, asked.tree, shown)
    places = found.places
    if cursor is None and len(shown) == len(answers.ids):
        places = sum(group.hit_count for group in groups)
    return SearchPage(
        groups=groups,
        total=len(answers.ids[:COUNT_CAP]),
        is_capped=len(answers.ids) > COUNT_CAP,
        next=_cursor(counted[0] if len(found.ids) > ends else None, ends),
        is_partial=answers.looked_back_to is not None,
        places=places,
        is_ranked=True,
    )
