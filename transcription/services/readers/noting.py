"""What people do with a recording's text and sound, into the audit trail."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.services.audit.writing import Origin, record
from transcription.models.recordings import Recording

PLAY_SECONDS: Final = 3600
SAME_SECONDS: Final = 60
# Of one person from one recording within ``SAME_SECONDS``; more says nothing more.
COPIES: Final = 10
CLIPBOARD: Final = "clipboard"  # the details' word for a format that is no file


def note_view(
    *, recording: Recording, origin: Origin, through_api: UUID | None = None
) -> None:
    """Somebody read the transcript, in the browser or as the result of an API's job:
    reads leave a trace too. Reading it again within ``SAME_SECONDS`` is the same read.
    """
    detail: dict[str, object] = {}
    if through_api:
        detail = {"through": "api", "job": str(through_api)}
    recent = _recent(AuditAction.VIEW, recording, origin, SAME_SECONDS)
    if detail not in recent.values_list("detail", flat=True):
        record(AuditAction.VIEW, origin, recording.audit_subject, **detail)


def note_play(*, recording: Recording, origin: Origin, is_start: bool) -> None:
    """Somebody listens. A player asks for many ranges: those after the start belong to
    a play that is in the trail already, when it is from the last ``PLAY_SECONDS``;
    starting again within ``SAME_SECONDS`` is the same play. What was heard of it
    follows (``listening``)."""
    seconds = SAME_SECONDS if is_start else PLAY_SECONDS
    plays = _recent(AuditAction.PLAY, recording, origin, seconds)
    if not plays.exclude(detail__has_key="heard").exists():
        record(AuditAction.PLAY, origin, recording.audit_subject)


def note_download(*, recording: Recording, origin: Origin) -> None:
    """Somebody took the original file away."""
    record(AuditAction.EXPORT, origin, recording.audit_subject, format="original")


def note_whole_copy(*, recording: Recording, origin: Origin, raw: bool) -> None:
    """Somebody was sent all of the text, to copy."""
    subject = recording.audit_subject
    record(AuditAction.EXPORT, origin, subject, format=CLIPBOARD, whole=True, raw=raw)


def note_copy(*, recording: Recording, origin: Origin, sentences: int) -> None:
    """Somebody copied so many sentences from the page. The same again within
    ``SAME_SECONDS`` is the same copy."""
    recent = _recent(AuditAction.EXPORT, recording, origin, SAME_SECONDS)
    copies = recent.filter(detail__format=CLIPBOARD, detail__has_key="sentences")
    counts = copies.values_list("detail__sentences", flat=True)
    if sentences in counts or len(counts) >= COPIES:
        return
    subject = recording.audit_subject
    record(AuditAction.EXPORT, origin, subject, format=CLIPBOARD, sentences=sentences)


def _recent(
    action: AuditAction, recording: Recording, origin: Origin, seconds: int
) -> "QuerySet[AuditEvent]":
    """The person's events of this kind about the recording in the last ``seconds``."""
    about = recording.audit_subject
    return AuditEvent.objects.filter(
        action=action,
        actor=origin.user,
        object_type=about.kind,
        object_id=str(about.pk),
        at__gte=timezone.now() - timedelta(seconds=seconds),
    )
