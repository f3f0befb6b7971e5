"""Archives of many recordings: ordered, canceled, taken away, deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record
from accounts.services.departments import lock_department
from accounts.services.refusal import Refused
from transcription.exports import FORMATS
from transcription.models.exports import QUEUES, RecordingExport
from transcription.models.recordings import Recording
from transcription.models.runs import ACTIVE_STATES, JobState
from transcription.models.transcripts import Transcript
from transcription.services.media.disk.free_space import has_room
from transcription.services.notices.writing import tell_export_ended
from transcription.services.recordings.exporting.drafts import (
    remove_all,
    remove_drafts,
)
from transcription.services.recordings.selection.choosing import Selection
from transcription.services.runs.kind import RunKind
from transcription.services.runs.leases import request_cancel

MOST: Final = 5_000  # recordings in one archive
MAX_ACTIVE: Final = 3  # of one person in a department
# What a second of speech takes in an archive, packed; measured by
# benchmarks/portal/bulk_export.py.
_BYTES_A_SECOND: Final = {"txt": 15, "srt": 20, "vtt": 20, "csv": 30, "json": 120}
_BYTES_A_RECORDING: Final = 1_000

_CURRENT = Transcript.objects.filter(recording=OuterRef("pk"), is_current=True)


def folder_of(run: RecordingExport) -> Path:
    """Where the archive is made and kept: no user text in a path."""
    return exports_root() / str(run.department_id) / str(run.uuid)


def exports_root() -> Path:
    """Beside the recordings, on a disk that every host of a fleet shares."""
    return Path(settings.MEDIA_ROOT) / "exports"


def _forget(run_id: int) -> None:
    run = RecordingExport.objects.get(pk=run_id)
    transaction.on_commit(lambda: remove_drafts(folder_of(run)), robust=True)


EXPORTS: Final = RunKind(
    name="export",
    title=gettext_lazy("Bulk export"),
    model=RecordingExport,
    task="transcription.tasks.run_export",
    queues=QUEUES,
    forget=_forget,
    tell=tell_export_ended,
)


@dataclass(frozen=True, slots=True)
class ExportEstimate:
    """What an archive would hold; ``with_text`` of the recordings have a transcript."""

    count: int
    with_text: int
    length_ms: int
    sound_bytes: int

    @property
    def is_too_much(self) -> bool:
        return self.count > MOST

    def bytes_of(self, formats: Sequence[str], *, with_sound: bool) -> int:
        """About how large it gets, and rather too large."""
        seconds = self.length_ms // 1000
        texts = sum(_BYTES_A_SECOND[one] for one in formats) * seconds
        texts += _BYTES_A_RECORDING * self.count * (len(formats) + 1)
        return texts + (self.sound_bytes if with_sound else 0)


def estimate_export(chosen: QuerySet[Recording]) -> ExportEstimate:
    """Of the recordings as they are now."""
    plain = Recording.objects.filter(pk__in=chosen.order_by().values("pk"))
    sums = plain.aggregate(
        count=Count("pk"), length=Sum("duration_ms"), sound=Sum("size_bytes")
    )
    return ExportEstimate(
        count=sums["count"],
        with_text=plain.filter(Exists(_CURRENT)).count(),
        length_ms=sums["length"] or 0,
        sound_bytes=sums["sound"] or 0,
    )


def order_export(
    *,
    membership: Membership,
    origin: Origin,
    selection: Selection,
    formats: Sequence[str],
    with_sound: bool,
    raw: bool = False,
) -> RecordingExport:
    """A queued run and its queue entry. Raises ``Refused`` where there is nothing to
    pack, too much for one archive or for the disk, or the person has too many."""
    chosen = selection.recordings(membership)
    about = estimate_export(chosen)
    _check(about, formats, with_sound)
    with transaction.atomic():
        lock_department(membership.department_id)
        _check_room(membership)
        ids = list(chosen.values_list("pk", flat=True)[:MOST])
        run = RecordingExport.objects.create(
            department=membership.department,
            requested_by=membership.user,
            formats=[one for one in FORMATS if one in formats],
            with_sound=with_sound,
            raw=raw,
            language=get_language() or settings.LANGUAGE_CODE,
            recordings=ids,
            item_count=len(ids),
        )
        EXPORTS.enqueue(run)
        record(
            AuditAction.EXPORT,
            origin,
            run.audit_subject,
            what="export_order",
            recordings=len(ids),
            format=said_formats(run),
            raw=raw,
        )
    return run


def _check_room(membership: Membership) -> None:
    mine = exports_of(membership).filter(state__in=ACTIVE_STATES)
    if mine.count() >= MAX_ACTIVE:
        raise Refused(
            "export_too_many",
            _("%(count)d of your exports are being made. Wait for one of them.")
            % {"count": MAX_ACTIVE},
        )


def cancel_export(*, run: RecordingExport, origin: Origin) -> bool:
    """What is packed so far goes. False when it has ended."""
    with transaction.atomic():
        changed = request_cancel(EXPORTS, run)
        if changed:
            record(AuditAction.JOB, origin, run.audit_subject, what="cancel_export")
    return changed


def note_download(*, run: RecordingExport, origin: Origin) -> None:
    """The archive is taken away: one entry for it; each recording had its own when it
    was packed."""
    record(
        AuditAction.EXPORT,
        origin,
        run.audit_subject,
        what="export_download",
        recordings=run.packed_count,
        format=said_formats(run),
        bytes=run.size_bytes,
    )


def delete_export(*, run: RecordingExport, origin: Origin) -> bool:
    """The archive and its line, for good; it can be ordered again. False while it is
    being made: cancel it first."""
    with transaction.atomic():
        ended = RecordingExport.objects.filter(pk=run.pk).exclude(
            state__in=ACTIVE_STATES
        )
        deleted, _per_model = ended.delete()
        if not deleted:
            return False
        record(AuditAction.DELETE, origin, run.audit_subject)
        transaction.on_commit(lambda: remove_all(folder_of(run)), robust=True)
    return True


def exports_of(membership: Membership) -> QuerySet[RecordingExport]:
    """The person's own in the department, the newest first: nobody has another's."""
    return (
        RecordingExport.objects.filter(
            department=membership.department_id, requested_by=membership.user_id
        )
        .select_related("department")
        .defer("recordings")
    )


def why_failed(run: RecordingExport) -> str:
    """A sentence for whoever ordered it; empty unless it failed."""
    if run.state != JobState.FAILED:
        return ""
    if run.error_code == NOT_A_MEMBER:
        return _("You were no member of the department when it was to be made.")
    if run.error_code == "disk_full":
        return _(
            "The server's disk has too little room for it. Export fewer recordings, or "
            "without their sound files, or tell your admin."
        )
    return _("The server could not write it. Order it again, or tell your admin.")


NOT_A_MEMBER: Final = "not_a_member"


def said_formats(run: RecordingExport) -> str:
    """``txt, srt, original``: for the audit trail."""
    return ", ".join([*run.formats, *(["original"] if run.with_sound else [])])


def _check(about: ExportEstimate, formats: Sequence[str], with_sound: bool) -> None:
    if not about.count:
        raise Refused("nothing_chosen", _("Choose recordings first."))
    if about.is_too_much:
        raise Refused(
            "export_too_large",
            _(
                "These are %(count)d recordings, and one archive takes %(most)d. "
                "Narrow the list by its filters, such as the days."
            )
            % {"count": about.count, "most": MOST},
        )
    size = about.bytes_of(formats, with_sound=with_sound)
    if not has_room(exports_root(), for_bytes=size):
        raise Refused(
            "disk_full",
            _(
                "The server's disk has no room for an archive of %(size)s. Export "
                "fewer recordings, or without their sound files, or tell your admin."
            )
            % {"size": filesizeformat(size)},
        )
