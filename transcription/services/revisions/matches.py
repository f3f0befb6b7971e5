"""Where a word may have been said in the archive, though it is not written there."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.transcripts import Segment
from transcription.pipeline.hotwords.patterns import sound_pattern
from transcription.pipeline.hotwords.rules import HotwordSpec
from transcription.services.revisions.revisions import (
    Proposal,
    corrector_for,
    propose,
)

MATCHES_PER_PAGE: Final = 100
# Rows that one query looks at, and seconds after which no further query begins.
_ROWS: Final = 50_000
_SECONDS: Final = 4.0
# Sentences that the pattern found for nothing: an English one is loose.
_MISSES: Final = 2_000


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """Sentences that would change, the likeliest first, then the newest. ``next`` is
    where to go on to older ones, None at the end of the archive."""

    proposals: list[Proposal]
    next: int | None


def find_in_archive(
    *,
    membership: Membership,
    origin: Origin,
    word: HotwordSpec,
    below: int | None = None,
) -> ArchivePage:
    """Current sentences of kept recordings that nobody corrected. ``below`` goes on
    from an earlier page's ``next``. Costs at most some seconds; raises
    ``Refused`` for a word that is too short to be found by its sound."""
    pattern = sound_pattern(str(word))
    if not pattern:
        raise Refused("too_short", _("The word is too short to be found by its sound."))
    page = _likeliest_first(_page(membership, word, pattern, below))
    detail: dict[str, object] = {"by_sound": True, "hits": len(page.proposals)}
    if below is not None:
        detail["continued"] = True
    record(
        AuditAction.SEARCH,
        origin,
        Subject("search", name=word.text, department_id=membership.department_id),
        **detail,
    )
    return page


def _page(
    membership: Membership, word: HotwordSpec, pattern: str, below: int | None
) -> ArchivePage:
    corrector = corrector_for(word)
    deadline = time.monotonic() + _SECONDS
    proposals: list[Proposal] = []
    misses = 0
    for floor, rows in _windows(membership, pattern, below):
        for segment in rows:
            proposal = propose(segment, corrector)
            if proposal is None:
                misses += 1
            else:
                proposals.append(proposal)
            if len(proposals) == MATCHES_PER_PAGE or misses == _MISSES:
                return ArchivePage(proposals, segment.pk)
        if floor and time.monotonic() > deadline:
            return ArchivePage(proposals, floor)
    return ArchivePage(proposals, None)


def _likeliest_first(page: ArchivePage) -> ArchivePage:
    """By what speaks for them; of equals the newest recordings from the beginning."""

    def place(proposal: Proposal) -> tuple[float, int, int]:
        segment = proposal.segment
        rank = round(proposal.weakest.rank, 3)
        return -rank, -segment.transcript_id, segment.index

    return replace(page, proposals=sorted(page.proposals, key=place))


def _windows(
    membership: Membership, pattern: str, below: int | None
) -> Iterator[tuple[int, QuerySet[Segment]]]:
    """The sentences that the pattern finds, by ranges of ids from the newest down, each
    with the id at which it ends."""
    candidates = Segment.objects.readable_by(membership).filter(
        edited_at=None, text_raw__regex=pattern
    )
    newest = Segment.objects.filter(department=membership.department).aggregate(
        Max("pk")
    )
    top = (newest["pk__max"] or 0) + 1
    if below is not None:  # whoever typed it: there is nothing above the newest
        top = min(top, below)
    while top > 0:
        floor = max(0, top - _ROWS)
        found = candidates.filter(pk__lt=top, pk__gte=floor).order_by("-pk")
        yield floor, found.select_related("transcript__recording", "speaker")
        top = floor
