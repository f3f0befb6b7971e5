"""Many recordings into the trash at once, and out of it."""

from functools import partial
from typing import Final

from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record_each
from transcription.access.recordings import editable_by
from transcription.models.bulk import BulkChange, BulkKind
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording, RecordingQuerySet
from transcription.models.runs import ACTIVE_STATES
from transcription.services.jobs.kind import JOBS
from transcription.services.jobs.orders import resume_stopped
from transcription.services.recordings.selection.choosing import (
    MOST,
    Outcome,
    PutBack,
    Selection,
    change_each,
    in_batches,
    locked,
)
from transcription.services.runs.leases import request_cancel
from transcription.services.search.index import drop_from_index, index_recording

INDEXED_AT_ONCE: Final = 200


def trash_recordings(
    *, membership: Membership, origin: Origin, selection: Selection
) -> Outcome:
    """Into the trash, their jobs stopped; what is deleted at once has one moment."""
    chosen = selection.recordings(membership)
    return change_each(
        membership=membership,
        chosen=chosen,
        kind=BulkKind.DELETE,
        detail={},
        wanted=chosen,
        do=lambda change: partial(_trash, change, origin),
    )


def restore_recordings(
    *, membership: Membership, origin: Origin, recordings: RecordingQuerySet
) -> PutBack:
    """Out of the trash. Of very many the search documents are left to the janitor:
    writing them takes ten times as long as bringing the recordings back."""
    trashed = recordings.trashed().filter(editable_by(membership))
    ids = list(trashed.order_by("pk").values_list("pk", flat=True))
    is_indexed = len(ids) <= INDEXED_AT_ONCE
    done, left = in_batches(ids[:MOST], partial(_restore, origin, is_indexed))
    return PutBack(done, left + len(ids[MOST:]), is_searched_later=not is_indexed)


def _trash(change: BulkChange, origin: Origin, ids: list[int]) -> list[int]:
    # Jobs before recordings, as everywhere: in the other order two could wait for each
    # other.
    jobs = TranscriptionJob.objects.filter(recording__in=ids, state__in=ACTIVE_STATES)
    active = list(jobs.select_for_update().order_by("pk"))
    found = [one for one in locked(ids) if one.deleted_at is None]
    Recording.objects.filter(pk__in=[one.pk for one in found]).update(
        deleted_at=change.created_at, deleted_by=change.user
    )
    gone = {one.pk for one in found}
    for job in active:
        if job.recording_id in gone:
            request_cancel(JOBS, job)
    drop_from_index(*found)
    record_each(AuditAction.DELETE, origin, ((one.audit_subject, {}) for one in found))
    return [one.pk for one in found]


def _restore(origin: Origin, is_indexed: bool, ids: list[int]) -> list[int]:
    jobs = TranscriptionJob.objects.filter(recording__in=ids)
    list(jobs.select_for_update().order_by("pk").values_list("pk"))
    found = [one for one in locked(ids) if one.deleted_at is not None]
    back = [one.pk for one in found]
    deleted_at = {one.pk: one.deleted_at for one in found if one.deleted_at}
    Recording.objects.filter(pk__in=back).update(deleted_at=None, deleted_by=None)
    for one in found if is_indexed else ():
        one.deleted_at = one.deleted_by = None
        index_recording(one)
    record_each(AuditAction.RESTORE, origin, ((one.audit_subject, {}) for one in found))
    resume_stopped(deleted_at=deleted_at, origin=origin)
    return back
