"""Which stretches of a recording somebody listened to: gathered while they listen, one
entry of the audit trail when the sitting has ended."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models.audit.events import AuditAction
from accounts.models.people import User
from accounts.services.audit.writing import Origin, record
from transcription.models.listening import Listening
from transcription.models.recordings import Recording
from transcription.services.readers.noting import note_play
from transcription.services.readers.stretches import Stretch, merged, within

# Nobody has listened for so long: the next time is another sitting.
SITTING: Final = timedelta(minutes=10)
# A player tells every so many seconds (``js/media/heard.js``), and when it stops.
APART: Final = timedelta(seconds=1)
AT_ONCE: Final = 200


def note_heard(
    *,
    recording: Recording,
    user: User,
    origin: Origin,
    stretches: Iterable[Stretch],
) -> bool:
    """Add what somebody has heard to their sitting. False when they told a moment ago:
    nothing was noted, and the player tells all of it again."""
    heard = merged(within(stretches, recording.duration_ms))
    if not heard:
        return True
    note_play(recording=recording, origin=origin, is_start=False)
    now = timezone.now()
    with transaction.atomic():
        sitting, is_new = _sittings().get_or_create(
            recording=recording, user=user, defaults=_begun(origin, heard, now)
        )
        if is_new:
            return True
        if now - sitting.last_at >= SITTING:
            _write(sitting)
            begun = _begun(origin, heard, now)
            Listening.objects.filter(pk=sitting.pk).update(**begun)
            return True
        known = [(start, end) for start, end in sitting.stretches]
        together = merged([*known, *heard])
        if now - sitting.last_at < APART:
            return together == known
        sitting.stretches, sitting.last_at = together, now
        sitting.save(update_fields=["stretches", "last_at"])
    return True


def write_ended_sittings() -> int:
    """The janitor's duty: into the trail with what has ended; how many."""
    limit = timezone.now() - SITTING
    ended = Listening.objects.filter(last_at__lt=limit).values_list("pk", flat=True)
    return sum(_end(Q(pk=pk, last_at__lt=limit)) for pk in list(ended[:AT_ONCE]))


def write_sittings_of(recording: Recording) -> None:
    """Before the recording goes for good: whoever is listening has listened."""
    sittings = Listening.objects.filter(recording=recording)
    for pk in list(sittings.values_list("pk", flat=True)):
        _end(Q(pk=pk))


def _end(which: Q) -> bool:
    with transaction.atomic():
        sitting = _sittings().filter(which).first()
        if sitting is None:
            return False
        _write(sitting)
        sitting.delete()
    return True


def _sittings() -> "QuerySet[Listening]":
    return Listening.objects.select_for_update(of=("self",)).select_related(
        "recording", "user"
    )


def _begun(origin: Origin, heard: list[Stretch], now: datetime) -> dict[str, object]:
    return {
        "stretches": heard,
        "ip_address": origin.ip_address,
        "user_agent": origin.user_agent,
        "since": now,
        "last_at": now,
    }


def _write(sitting: Listening) -> None:
    origin = Origin(sitting.user, sitting.ip_address, sitting.user_agent)
    record(
        AuditAction.PLAY,
        origin,
        sitting.recording.audit_subject,
        heard=sitting.stretches,
        since=timezone.localtime(sitting.since).strftime("%Y-%m-%d %H:%M:%S"),
    )
