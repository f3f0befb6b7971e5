"""What people of a department have corrected, taken to measure with in one go."""

from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import Origin
from accounts.models import Department
from transcription.models import Recording, ReferenceItem, ReferenceSet, Segment
from transcription.services.reference_sets import (
    ReferenceRefused,
    add_corrected,
    set_for_corrections,
)

MAX_RECORDINGS: Final = 200  # of one order; the next one takes the next


def untaken_corrections(department: Department) -> QuerySet[Segment]:
    """Corrected sentences that people can read now and that are, as they read now, in
    none of the department's reference sets."""
    taken = ReferenceItem.objects.filter(
        # One track alone has no number, and NULL equals nothing.
        Q(channel=OuterRef("channel")) | Q(channel=None),
        reference_set__department=department,
        recording=OuterRef("transcript__recording"),
        start_ms=OuterRef("start_ms"),
        text=OuterRef("text"),
    )
    return (
        Segment.objects.readable_in(department)
        .filter(edited_at__isnull=False, end_ms__gt=F("start_ms"))
        .exclude(text="")
        .exclude(Exists(taken))
    )


def take_corrections(
    *, department: Department, origin: Origin
) -> tuple[ReferenceSet, int]:
    """Those of the newest recordings, into the set for corrections: the set, and how
    many sentences it has more. Raises ``ReferenceRefused`` when there are none, and
    when the set is full; what was taken until then stays."""
    untaken = untaken_corrections(department).values("transcript__recording")
    recordings = Recording.objects.filter(pk__in=untaken).order_by("-pk")
    chosen = list(recordings[:MAX_RECORDINGS])
    if not chosen:
        raise ReferenceRefused(
            "nothing_corrected",
            _("There are no corrected sentences that are in no set yet."),
        )
    target = set_for_corrections(department=department, origin=origin)
    return target, sum(_take(target, recording, origin) for recording in chosen)


def _take(target: ReferenceSet, recording: Recording, origin: Origin) -> int:
    try:
        return add_corrected(reference_set=target, recording=recording, origin=origin)
    except ReferenceRefused as refused:
        if refused.code == "nothing_corrected":  # the correction was undone meanwhile
            return 0
        raise
