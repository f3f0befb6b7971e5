"""Searching a department's transcripts, and keeping the index true.

``index_transcript``, ``reindex_segment`` and ``drop_from_index`` are called by whoever
changes transcripts, inside the same transaction. Only current transcripts of kept
recordings are in the index.
"""

from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment, Transcript
from transcription.search.backends.base import Condition, Question
from transcription.search.backends.choose import backend_of
from transcription.search.documents import (
    key_of,
    keys_of,
    place_of,
)
from transcription.search.query import (
    MAX_LENGTH,
    MAX_TERMS,
    MAX_UNITS,
    Query,
    QueryCode,
    QueryRefused,
    parse,
)
from transcription.services.search.filters import RecordingFilters, narrowed
from transcription.services.search.hits import Hit, hits_of

COUNT_CAP = 1000
RECORDINGS_PER_PAGE = 10
HITS_PER_RECORDING = 3
HITS_PER_PAGE = 100  # of one recording, when only that is searched


def _sentence(code: QueryCode) -> str:
    sentences = {
        QueryCode.EMPTY: _("Type at least one character, letter or digit to look for."),
        QueryCode.TOO_LONG: _("A search has at most %(count)d characters.")
        % {"count": MAX_LENGTH},
        QueryCode.TOO_MANY_TERMS: _("A search has at most %(count)d words or phrases.")
        % {"count": MAX_TERMS},
        QueryCode.TERM_TOO_LONG: _("A phrase has at most %(count)d characters.")
        % {"count": MAX_UNITS},
    }
    return sentences[code]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after this recording, or after this segment of it."""

    recording: UUID
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A recording with its first hits in the order in which they are said."""

    recording: Recording
    hits: list[Hit]
    hit_count: int
    is_capped: bool

    @property
    def hidden_count(self) -> int:
        return self.hit_count - len(self.hits)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Recordings newest first; ``next`` begins the following page."""

    groups: list[Group]
    total: int
    is_capped: bool
    next: Cursor | None


def search_segments(
    *,
    membership: Membership,
    origin: Origin,
    query: str,
    filters: RecordingFilters | None = None,
    cursor: Cursor | None = None,
) -> SearchPage:
    """One page of hits in the membership's department, or ``Refused``."""
    require(membership, Capability.SEARCH)
    filters = filters or RecordingFilters()
    try:
        parsed = parse(query)
    except QueryRefused as refusal:
        raise Refused(refusal.code, _sentence(refusal.code)) from None
    page = _page(membership.department, parsed, filters, cursor)
    detail: dict[str, object] = {"hits": page.total}
    if cursor:
        detail["continued"] = True
    record(
        AuditAction.SEARCH,
        origin,
        Subject(
            "search",
            name=query.replace("\x00", "").strip()[:200],
            department_id=membership.department_id,
        ),
        **detail,
    )
    return page


def _page(
    department: Department,
    query: Query,
    filters: RecordingFilters,
    cursor: Cursor | None,
) -> SearchPage:
    low, high = _key_range(department, filters)
    conditions = _conditions(filters)
    start = min(high, _start(department, cursor, high))
    question = Question(query, department.pk, conditions, low, high)
    rest = Question(query, department.pk, conditions, low, start)
    backend = backend_of(connection)
    with connection.cursor() as sql:
        keys = backend.keys(sql, rest, COUNT_CAP + 1)
        total = len(keys)
        if start < high:
            total = backend.count(sql, question, COUNT_CAP + 1)
    places = [place_of(key) for key in keys]
    found = [
        (recording_id, [index for _id, index in group])
        for recording_id, group in groupby(places, key=lambda place: place[0])
    ]
    is_cut = len(keys) > COUNT_CAP
    shown, size = found[:RECORDINGS_PER_PAGE], HITS_PER_RECORDING
    if filters.recording:
        size = HITS_PER_PAGE
    groups = _groups(department, query, shown, size)
    if is_cut and groups and len(shown) == len(found):
        last = groups[-1]
        groups[-1] = Group(last.recording, last.hits, last.hit_count, is_capped=True)
    following = _next(groups, filters, is_cut or len(found) > len(shown))
    return SearchPage(groups, min(total, COUNT_CAP), total > COUNT_CAP, following)


def _next(
    groups: list[Group], filters: RecordingFilters, has_more_recordings: bool
) -> Cursor | None:
    if not groups:
        return None
    last = groups[-1]
    if filters.recording:
        if not last.hidden_count:
            return None
        return Cursor(last.recording.uuid, last.hits[-1].index)
    return Cursor(last.recording.uuid) if has_more_recordings else None


def _groups(
    department: Department,
    query: Query,
    found: list[tuple[int, list[int]]],
    size: int,
) -> list[Group]:
    transcripts = {
        transcript.recording_id: transcript
        for transcript in Transcript.objects.filter(
            department=department,
            recording__in=[recording_id for recording_id, _indexes in found],
            recording__deleted_at=None,
            is_current=True,
        )
        .select_related("recording__uploaded_by")
        .defer("recording__waveform")
    }
    wanted = {
        (transcripts[recording_id].pk, index)
        for recording_id, indexes in found
        if recording_id in transcripts
        for index in indexes[:size]
    }
    by_transcript = _segments(wanted)
    groups = []
    for recording_id, indexes in found:
        transcript = transcripts.get(recording_id)
        segments = by_transcript.get(transcript.pk, []) if transcript else []
        if transcript and segments:
            hits = hits_of(segments, query)
            groups.append(Group(transcript.recording, hits, len(indexes), False))
    return groups


def _segments(wanted: set[tuple[int, int]]) -> dict[int, list[Segment]]:
    """The segments of these transcripts and indexes, by transcript, in order."""
    # Every place times every transcript, then what is wanted of them: an OR of pairs
    # would make SQLite read the whole table.
    places = Segment.objects.filter(
        transcript__in={transcript for transcript, _index in wanted},
        index__in={index for _transcript, index in wanted},
    ).values_list("pk", "transcript", "index")
    ids = [pk for pk, *place in places if tuple(place) in wanted]
    by_transcript: dict[int, list[Segment]] = {}
    for segment in (
        Segment.objects.filter(pk__in=ids)
        .select_related("speaker", "transcript")
        .order_by("index")
    ):
        by_transcript.setdefault(segment.transcript_id, []).append(segment)
    return by_transcript


def _key_range(department: Department, filters: RecordingFilters) -> tuple[int, int]:
    if filters.recording is None:
        return 0, 2**63 - 1
    return keys_of(_recording_id(department, filters.recording))


def _start(department: Department, cursor: Cursor | None, high: int) -> int:
    """The highest key of the page; an unknown cursor begins at the beginning."""
    if cursor is None:
        return high
    recording_id = _recording_id(department, cursor.recording)
    if not recording_id:
        return high
    if cursor.index is None:
        return keys_of(recording_id)[0] - 1
    return key_of(recording_id, cursor.index) - 1


def _recording_id(department: Department, uuid: UUID) -> int:
    """0, which no recording has, for another department's."""
    found = Recording.objects.of(department).filter(uuid=uuid).values_list("pk").first()
    return found[0] if found else 0


def _conditions(filters: RecordingFilters) -> list[Condition]:
    """That the filters let the hit's recording through; which one it is, the range of
    keys says already."""
    others = replace(filters, recording=None)
    if others == RecordingFilters():
        return []
    itself = Recording.objects.filter(pk=RawSQL("r.id", ()))
    wanted = narrowed(itself, others).order_by().values("pk")
    sql, values = wanted.query.sql_with_params()
    return [Condition(f"EXISTS ({sql})", tuple(values))]
