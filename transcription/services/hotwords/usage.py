"""What a department's hotwords did in its transcripts: how often each was put in, how
often people took it out again, and which ones never came.

A year's sentences and all versions of the lists are much to read: the janitor counts,
and the page shows what was counted last beside the words that are published now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Capability
from transcription.models.hotwords.lists import HotwordList, HotwordListVersion
from transcription.models.hotwords.usage import HotwordUsage
from transcription.models.transcripts import Segment
from transcription.pipeline.hotwords.rules import fold
from transcription.services.hotwords.drafts import published_versions
from transcription.services.hotwords.for_jobs import usable_lists
from transcription.services.hotwords.overrides import words_off

IDLE_AFTER: Final = timedelta(days=90)
LOOKS_BACK: Final = timedelta(days=365)
EVERY: Final = timedelta(hours=1)  # a department is counted at most so often


@dataclass(slots=True)
class _Hits:
    count: int = 0
    undone: int = 0
    last: datetime | None = None

    def add(self, at: datetime, *, is_gone: bool) -> None:
        if is_gone:
            self.undone += 1
        else:
            self.count += 1
            self.last = max(self.last or at, at)


@dataclass(frozen=True, slots=True)
class WordUse:
    """One word that new jobs use. ``hits`` are those of ``LOOKS_BACK`` that still
    stand, ``undone`` those that people took out; ``owner`` published it first, at
    ``added_at``."""

    text: str
    hotword_list: HotwordList
    owner: User | None
    added_at: datetime
    hits: int = 0
    undone: int = 0
    last_hit: datetime | None = None
    now: datetime = field(default_factory=timezone.now)

    @property
    def is_idle(self) -> bool:
        """Known for long enough, and not put in."""
        since = self.now - IDLE_AFTER
        return self.added_at < since and (self.last_hit or self.added_at) < since

    @property
    def is_harmful(self) -> bool:
        """People take it out as often as it stays."""
        return self.undone > 0 and self.undone >= self.hits


@dataclass(frozen=True, slots=True)
class DepartmentUsage:
    """Every word of the lists that the department's new jobs use, in their order, and
    when its hits were counted; never yet is None."""

    words: list[WordUse]
    counted_at: datetime | None

    def with_letters(self, query: str) -> list[WordUse]:
        """Those that have them in one piece, however they are written."""
        letters = fold(query)
        return [use for use in self.words if letters in fold(use.text)]


def usage_of(membership: Membership) -> DepartmentUsage:
    """What an engine wrote by itself is no hit, nor what is in private recordings,
    unless the membership reads all of them. Five queries, however many words, versions
    and sentences."""
    department = membership.department
    lists = {item.pk: item for item in usable_lists(department)}
    off = words_off(department)
    usage = HotwordUsage.objects.filter(department=department).first()
    usage = usage or HotwordUsage(department=department)
    latest = published_versions(list(lists.values()))
    reads_all = membership.can(Capability.READ_PRIVATE)
    counts = usage.words if reads_all else usage.open_words
    owners = _versions_named(usage, latest)
    now = timezone.now()
    uses: dict[str, WordUse] = {}  # a word in two lists counts in the first, as in jobs
    for pk, item in lists.items():
        brought = usage.since.get(str(pk), {}).get("words", {})
        for line in latest[pk].lines:
            word = line.partition("|")[0]
            folded = fold(word)
            if folded in uses or (item.department_id is None and folded in off):
                continue
            # A word that came after the counting is as old as its version.
            first = owners.get(brought.get(folded, 0)) or owners[latest[pk].pk]
            hits = counts.get(folded, (0, 0, None))
            uses[folded] = _word_use(word, item, first, hits, now)
    return DepartmentUsage(list(uses.values()), usage.counted_at)


def _word_use(
    word: str,
    hotword_list: HotwordList,
    first: HotwordListVersion,
    hits: Sequence[Any],
    now: datetime,
) -> WordUse:
    count, undone, last = hits
    return WordUse(
        text=word,
        hotword_list=hotword_list,
        owner=first.published_by,
        added_at=first.published_at,
        hits=count,
        undone=undone,
        last_hit=parse_datetime(last) if last else None,
        now=now,
    )


def count_hotword_use() -> bool:
    """The janitor's duty: count the words of one department, the one that has waited
    longest. False when none is due. Several janitors do no harm."""
    waiting = Department.objects.exclude(
        pk__in=HotwordUsage.objects.values("department")
    )
    HotwordUsage.objects.bulk_create(
        (HotwordUsage(department=department) for department in waiting),
        ignore_conflicts=True,
    )
    now = timezone.now()
    is_due = Q(read_at=None) | Q(read_at__lt=now - EVERY)
    due = HotwordUsage.objects.filter(is_due).select_related("department")
    usage = due.order_by(F("read_at").asc(nulls_first=True)).first()
    if usage is None:
        return False
    same = HotwordUsage.objects.filter(pk=usage.pk, read_at=usage.read_at)
    if same.update(read_at=now):
        _count(usage)
    return True


def _count(usage: HotwordUsage) -> None:
    usage.words, usage.open_words = _counts(usage.department)
    usage.since = _since(usable_lists(usage.department), usage.since)
    usage.counted_at = timezone.now()
    usage.save(update_fields=["words", "open_words", "since", "counted_at"])


def _since(
    lists: Sequence[HotwordList], known: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """By list and folded word the version that brought it in; a word that was taken out
    and put in again counts from then. Versions never change: only new ones are read."""
    since = {}
    for item in lists:
        former = known.get(str(item.pk), {"number": 0, "words": {}})
        number, brought = former["number"], former["words"]
        versions = item.versions.filter(number__gt=number).order_by("number")
        for version in versions.iterator(chunk_size=20):
            words = {fold(line.partition("|")[0]) for line in version.lines}
            brought = {word: brought.get(word, version.pk) for word in words}
            number = version.number
        since[str(item.pk)] = {"number": number, "words": brought}
    return since


def _versions_named(
    usage: HotwordUsage, latest: Mapping[int, HotwordListVersion]
) -> dict[int, HotwordListVersion]:
    """Who published those that brought words in, and when."""
    named = {version.pk for version in latest.values()}
    for pk in latest:
        named.update(usage.since.get(str(pk), {}).get("words", {}).values())
    found = HotwordListVersion.objects.filter(pk__in=named)
    return found.defer("lines").select_related("published_by").in_bulk()


def _counts(department: Department) -> tuple[dict[str, Any], dict[str, Any]]:
    """By folded word what became of it in the transcripts that people can read: in all
    of them, and in those that are not private."""
    since = timezone.now() - LOOKS_BACK
    marked = (
        Segment.objects.readable_in(department)
        .filter(transcript__created_at__gte=since)
        .exclude(Q(hotwords=[]))
        .order_by()
        .values_list(
            "hotwords",
            "text",
            "edited_at",
            "transcript__created_at",
            "transcript__recording__is_private",
        )
    )
    all_hits: dict[str, _Hits] = {}
    open_hits: dict[str, _Hits] = {}
    for marks, text, edited_at, at, is_private in marked.iterator():
        for mark in marks:
            is_gone = _is_gone(mark, text, is_edited=edited_at is not None)
            word = fold(str(mark["text"]))
            all_hits.setdefault(word, _Hits()).add(at, is_gone=is_gone)
            if not is_private:
                open_hits.setdefault(word, _Hits()).add(at, is_gone=is_gone)
    return _to_json(all_hits), _to_json(open_hits)


def _to_json(hits: Mapping[str, _Hits]) -> dict[str, Any]:
    return {
        word: [found.count, found.undone, found.last and found.last.isoformat()]
        for word, found in hits.items()
    }


def _is_gone(mark: dict[str, Any], text: str, *, is_edited: bool) -> bool:
    """Whether somebody took the word out, with one click or by writing."""
    return bool(mark.get("undone")) or (is_edited and str(mark["text"]) not in text)
