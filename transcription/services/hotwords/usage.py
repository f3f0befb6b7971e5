"""What a department's hotwords did in its transcripts: how often each was put in, how
often people took it out again, and which ones never came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from accounts.models.departments import Department
from accounts.models.people import User
from transcription.models.hotwords.lists import HotwordList, HotwordListVersion
from transcription.models.transcripts import Segment
from transcription.pipeline.hotwords.rules import fold, parse_spec
from transcription.services.hotwords.for_jobs import usable_lists
from transcription.services.hotwords.overrides import words_off

IDLE_AFTER: Final = timedelta(days=90)
LOOKS_BACK: Final = timedelta(days=365)


@dataclass(slots=True)
class _Hits:
    count: int = 0
    undone: int = 0
    last: datetime | None = None


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


def word_uses(department: Department) -> list[WordUse]:
    """Every word of the lists that the department's new jobs use, in their order. What
    an engine wrote by itself is no hit. Four queries, however many words."""
    lists = {item.pk: item for item in usable_lists(department)}
    off = words_off(department)
    hits = _hits(department)
    now = timezone.now()
    uses = []
    for pk, versions in _versions(list(lists)).items():
        is_companys = lists[pk].department_id is None
        first = _first_published(versions)
        for line in versions[-1].lines:
            word = parse_spec(line).text
            folded = fold(word)
            if is_companys and folded in off:
                continue
            found, since = hits.get(folded, _Hits()), first[folded]
            uses.append(
                WordUse(
                    text=word,
                    hotword_list=lists[pk],
                    owner=since.published_by,
                    added_at=since.published_at,
                    hits=found.count,
                    undone=found.undone,
                    last_hit=found.last,
                    now=now,
                )
            )
    return uses


def _versions(lists: Sequence[int]) -> dict[int, list[HotwordListVersion]]:
    """Of each of the lists, the oldest first."""
    versions: dict[int, list[HotwordListVersion]] = {pk: [] for pk in lists}
    found = HotwordListVersion.objects.filter(hotword_list__in=lists)
    for version in found.select_related("published_by").order_by("number"):
        versions[version.hotword_list_id].append(version)
    return versions


def _first_published(
    versions: Iterable[HotwordListVersion],
) -> dict[str, HotwordListVersion]:
    """By folded word the version that brought it in; a word that was taken out and put
    in again counts from then."""
    first: dict[str, HotwordListVersion] = {}
    for version in versions:
        words = {fold(line.partition("|")[0]) for line in version.lines}
        first = {word: first.get(word, version) for word in words}
    return first


def _hits(department: Department) -> dict[str, _Hits]:
    """By folded word what became of it in the transcripts that people can read."""
    since = timezone.now() - LOOKS_BACK
    marked = (
        Segment.objects.readable_in(department)
        .filter(transcript__created_at__gte=since)
        .exclude(Q(hotwords=[]))
        .order_by()
        .values_list("hotwords", "text", "edited_at", "transcript__created_at")
    )
    hits: dict[str, _Hits] = {}
    for marks, text, edited_at, at in marked.iterator():
        for mark in marks:
            found = hits.setdefault(fold(str(mark["text"])), _Hits())
            if _is_gone(mark, text, is_edited=edited_at is not None):
                found.undone += 1
            else:
                found.count += 1
                found.last = max(found.last or at, at)
    return hits


def _is_gone(mark: dict[str, Any], text: str, *, is_edited: bool) -> bool:
    """Whether somebody took the word out, with one click or by writing."""
    return bool(mark.get("undone")) or (is_edited and str(mark["text"]) not in text)
