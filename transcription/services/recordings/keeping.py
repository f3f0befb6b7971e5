"""Recordings: taken in, described, thrown away, brought back, removed for good."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.services.audit.writing import SYSTEM, Origin, record
from accounts.services.departments import lock_department
from accounts.services.refusal import Refused
from transcription.engine.base import ErrorCode
from transcription.models.jobs import JobWindow, SpeakerCount, TranscriptionJob
from transcription.models.recordings import (
    Language,
    Recording,
    recording_path,
    visible_to,
)
from transcription.models.runs import ACTIVE_STATES
from transcription.models.transcripts import Segment, Speaker
from transcription.pipeline.audio.sniff import known_but_not_read, sniff
from transcription.services.drafts.keeping import drop_drafts_below
from transcription.services.jobs.kind import JOBS
from transcription.services.jobs.options import CallDetails, UploadOptions
from transcription.services.jobs.orders import order_job, resume_stopped
from transcription.services.media import storage
from transcription.services.media.cleaning import clean_line
from transcription.services.media.disk.free_space import disk_state
from transcription.services.media.lengths import queue_for
from transcription.services.media.uploads import HashedUpload
from transcription.services.readers.listening import write_sittings_of
from transcription.services.recordings.details import describe, set_tags
from transcription.services.runs.errors import sentence
from transcription.services.runs.leases import request_cancel
from transcription.services.search.index import drop_from_index, index_recording
from transcription.services.trouble import no_room_for_files, trouble_of

__all__ = [
    "CallDetails",
    "UploadOptions",
    "Uploaded",
    "purge_expired_trash",
    "purge_recording",
    "restore_recording",
    "trash_recording",
    "upload_recording",
]

logger = logging.getLogger(__name__)

FindExisting = Callable[[], TranscriptionJob | None]
OnKept = Callable[[Recording], None]


def nothing_more(recording: Recording) -> None:
    """``on_kept`` for an upload that is one by itself."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of an upload. ``is_duplicate``: the department has the file already,
    as ``recording``; nothing was stored."""

    recording: Recording
    job: TranscriptionJob
    is_duplicate: bool = False


def upload_recording(
    *,
    membership: Membership,
    origin: Origin,
    file: HashedUpload,
    options: UploadOptions,
    details: CallDetails,
    queue: str | None = None,
    find_existing: FindExisting | None = None,
    on_kept: OnKept = nothing_more,
) -> Uploaded:
    """Keep the file, order its transcription and enqueue it: all of it or nothing.
    Closes ``file``. Raises ``Refused``.

    ``find_existing`` answers with an earlier job that this upload means (default: of
    the same bytes); then that one is returned. Of two such uploads at the same moment
    one is kept: it is asked again under a lock. ``on_kept`` is called in the
    transaction that makes the recording; what it raises undoes that.
    """
    with file:
        media_format = _checked(file, options)
        department = membership.department
        find = find_existing or partial(find_same_file, membership, file.sha256)
        existing = find()
        if existing is not None:
            return Uploaded(existing.recording, existing, is_duplicate=True)
        recording = _new_recording(membership, file, media_format, details)
        path = recording_path(recording, "")
        recording.file.name = path
        with _stored(file, path), transaction.atomic():
            # One upload at a time in a department, for the moment this takes.
            lock_department(department.pk)
            existing = find()
            if existing is None:
                job = _keep(recording, membership, origin, options, details, queue)
                on_kept(recording)
        if existing is not None:
            storage.remove(path)
            return Uploaded(existing.recording, existing, is_duplicate=True)
    return Uploaded(recording, job)


def _new_recording(
    membership: Membership, file: HashedUpload, media_format: str, details: CallDetails
) -> Recording:
    """Not stored yet."""
    recording = Recording(
        uuid=uuid.uuid4(),
        department=membership.department,
        uploaded_by=membership.user,
        original_name=clean_line(file.name or "", 255),
        sha256=file.sha256,
        size_bytes=file.size,
        media_format=media_format,
        is_private=membership.department.default_private,
    )
    describe(recording, details)
    return recording


def _keep(
    recording: Recording,
    membership: Membership,
    origin: Origin,
    options: UploadOptions,
    details: CallDetails,
    queue: str | None,
) -> TranscriptionJob:
    recording.save(force_insert=True)
    set_tags(recording, details.tags)
    index_recording(recording)
    job = order_job(
        recording=recording,
        requested_by=membership.user,
        options=options,
        queue=queue or queue_for(recording),
    )
    record(
        AuditAction.UPLOAD,
        origin,
        recording.audit_subject,
        bytes=recording.size_bytes,
    )
    return job


def trash_recording(
    *, recording: Recording, membership: Membership, origin: Origin
) -> bool:
    """Into the trash: gone from the archive and the search, its job stopped. False when
    it was there already."""
    with transaction.atomic():
        active = _locked_jobs(recording).filter(state__in=ACTIVE_STATES)
        now = timezone.now()
        if (
            not Recording.objects.kept()
            .filter(pk=recording.pk)
            .update(deleted_at=now, deleted_by=membership.user)
        ):
            return False
        recording.deleted_at, recording.deleted_by = now, membership.user
        for job in active:
            request_cancel(JOBS, job)
        drop_from_index(recording)
        record(AuditAction.DELETE, origin, recording.audit_subject)
    return True


def restore_recording(*, recording: Recording, origin: Origin) -> bool:
    """Out of the trash again, and what the deletion stopped goes on. False when it was
    not there."""
    deleted_at = recording.deleted_at
    with transaction.atomic():
        list(_locked_jobs(recording).values_list("pk"))
        if (
            not Recording.objects.trashed()
            .filter(pk=recording.pk)
            .update(deleted_at=None, deleted_by=None)
        ):
            return False
        recording.deleted_at = recording.deleted_by = None
        index_recording(recording)
        record(AuditAction.RESTORE, origin, recording.audit_subject)
        if deleted_at is not None:
            resume_stopped(deleted_at={recording.pk: deleted_at}, origin=origin)
    return True


def purge_recording(*, recording: Recording, origin: Origin) -> bool:
    """Remove a trashed recording with all that belongs to it, for good. False when it
    is in the trash no more: somebody brought it back, or purged it before. The files
    go after the commit: a failed purge loses nothing."""
    with transaction.atomic():
        _locked_jobs(recording)
        # As it is now: restored meanwhile, or with the worker's copy for the player.
        locked = Recording.objects.trashed().select_for_update(of=("self",))
        found = locked.select_related("department").filter(pk=recording.pk).first()
        if found is None:
            return False
        recording = found
        names = [recording.file.name or "", recording.playback_file.name or ""]
        write_sittings_of(recording)
        drop_from_index(recording)
        # A worker may be storing what it recognised of them.
        list(recording.reference_items.select_for_update().values_list("pk"))
        Segment.objects.filter(transcript__recording=recording).delete()
        Speaker.objects.filter(transcript__recording=recording).delete()
        recording.transcripts.all().delete()
        JobWindow.objects.filter(job__recording=recording).delete()
        recording.jobs.all().delete()
        drop_drafts_below(recording.uuid)
        record(
            AuditAction.PURGE, origin, recording.audit_subject, sha256=recording.sha256
        )
        recording.delete()
        transaction.on_commit(lambda: storage.remove(*names), robust=True)
    return True


def purge_expired_trash() -> int:
    """Purge what has been in the trash for ``TRASH_DAYS``; the number purged."""
    limit = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    expired = Recording.objects.filter(deleted_at__lt=limit).select_related(
        "department"
    )
    count = 0
    for recording in expired.iterator(chunk_size=100):
        count += purge_recording(recording=recording, origin=SYSTEM)
    return count


def _checked(file: HashedUpload, options: UploadOptions) -> str:
    """The file's format by its bytes; raises what is wrong with it."""
    if options.language not in Language.values:
        raise Refused("language_unknown", _("This language is not known here."))
    if options.speakers not in SpeakerCount.values:
        raise Refused("speakers_unknown", _("That is too many speakers. Choose fewer."))
    if file.size == 0:
        raise _refusal(ErrorCode.EMPTY_FILE)
    if file.size > settings.UPLOAD_MAX_BYTES:
        raise Refused(
            ErrorCode.TOO_LARGE,
            _("The file is larger than %(limit)s MB, the most that is accepted here.")
            % {"limit": settings.UPLOAD_MAX_BYTES // 2**20},
        )
    if file.write_error is not None:
        raise _not_stored(file.write_error)
    if disk_state().is_low:
        raise _disk_full()
    sniffed = sniff(file)
    if sniffed is None:
        raise _refusal(ErrorCode.UNSUPPORTED_FORMAT, known_but_not_read(file))
    return sniffed.media_format


@contextmanager
def _stored(file: HashedUpload, path: str) -> Iterator[None]:
    """The file under ``path``; gone again, and ``Refused`` where the disk is at fault,
    when what is done with it fails."""
    try:
        storage.keep_upload(file, path)
        yield
    except OSError as error:
        storage.remove(path)
        logger.error("An upload could not be stored: %s", error.strerror)
        raise _not_stored(error) from error
    except BaseException:
        storage.remove(path)
        raise


def _refusal(code: ErrorCode, detail: str = "") -> Refused:
    return Refused(code, sentence(code, detail))


def _not_stored(error: OSError) -> Refused:
    return _disk_full() if trouble_of(error) else _refusal(ErrorCode.STORAGE_FAILED)


def _disk_full() -> Refused:
    trouble = no_room_for_files()
    return Refused(trouble.code, f"{trouble.title} {trouble.text}")


def find_same_file(membership: Membership, sha256: str) -> TranscriptionJob | None:
    """The newest job of a kept recording with these bytes that the membership may know
    of. Of another one the answer would tell."""
    return (
        TranscriptionJob.objects.filter(
            visible_to(membership, "recording__"),
            department=membership.department,
            recording__sha256=sha256,
            recording__deleted_at=None,
        )
        .select_related("recording")
        .order_by("-pk")
        .first()
    )


def nothing_is_the_same() -> None:
    """``find_existing`` for somebody who wants the file once more."""


def _locked_jobs(recording: Recording) -> "QuerySet[TranscriptionJob]":
    """The recording's jobs, locked before the recording itself, as ``store_result``
    does: in the other order the two could wait for each other."""
    jobs = recording.jobs.select_for_update()
    list(jobs.values_list("pk"))
    return recording.jobs.all()
