"""What people of a department have corrected, taken to measure with in one go."""

from typing import Final

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models.members import Membership
from accounts.services.audit.writing import Origin
from accounts.services.refusal import Refused
from transcription.models.evaluation import ReferenceItem, ReferenceSet
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment
from transcription.services.evaluation.sets import (
    MAX_ITEMS,
    add_corrected,
    set_for_corrections,
)
from transcription.services.transcripts.marks import is_written_by_person

MAX_RECORDINGS: Final = 200  # of one order; the next one takes the next


def untaken_corrections(membership: Membership) -> list[Segment]:
    """Sentences that people wrote, that the membership can read now and that are, as
    they read now, in none of the department's reference sets. The newest, and not more
    than a set holds."""
    taken = ReferenceItem.objects.filter(
        # One track alone has no number, and NULL equals nothing.
        Q(channel=OuterRef("channel")) | Q(channel=None),
        reference_set__department=membership.department,
        recording=OuterRef("transcript__recording"),
        start_ms=OuterRef("start_ms"),
        text=OuterRef("text"),
    )
    corrected = (
        Segment.objects.readable_by(membership)
        .filter(edited_at__isnull=False, end_ms__gt=F("start_ms"))
        .exclude(text="")
        .exclude(Exists(taken))
        .select_related("transcript__recording")
        .defer("words", "text_raw", "transcript__recording__waveform")
        .order_by("-pk")
    )
    return [one for one in corrected[:MAX_ITEMS] if is_written_by_person(one)]


def take_corrections(
    *, membership: Membership, origin: Origin
) -> tuple[ReferenceSet, int]:
    """Those of the newest recordings, into the set for corrections: the set, and how
    many sentences it has more. Raises ``Refused`` when there are none, and
    when the set is full; what was taken until then stays."""
    untaken = untaken_corrections(membership)
    recordings = dict.fromkeys(segment.transcript.recording for segment in untaken)
    chosen = list(recordings)[:MAX_RECORDINGS]
    if not chosen:
        raise Refused(
            "nothing_corrected",
            _("There are no corrected sentences that are in no set yet."),
        )
    target = set_for_corrections(department=membership.department, origin=origin)
    return target, sum(_take(target, recording, origin) for recording in chosen)


def _take(target: ReferenceSet, recording: Recording, origin: Origin) -> int:
    try:
        return add_corrected(reference_set=target, recording=recording, origin=origin)
    except Refused as refused:
        if refused.code == "nothing_corrected":  # the correction was undone meanwhile
            return 0
        raise
