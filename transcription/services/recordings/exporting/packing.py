"""A worker's work on an export: recording by recording into the archive.

Each is packed as it is at that moment, for what its orderer may read at that moment.
After a kill, or after a while, another worker goes on with the same draft.
"""

import errno
import os
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.members import Membership
from accounts.roles import Capability
from accounts.services.audit.writing import Origin, record_each
from transcription.exports import export
from transcription.models.exports import RecordingExport
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording
from transcription.models.transcripts import Transcript
from transcription.services.media.disk.free_space import has_room
from transcription.services.recordings.archive import archive, with_jobs
from transcription.services.recordings.exporting.contents import row, table
from transcription.services.recordings.exporting.drafts import Draft, Note, open_draft
from transcription.services.recordings.exporting.names import (
    CONTENTS,
    Names,
    sound_extension,
)
from transcription.services.recordings.exporting.orders import (
    EXPORTS,
    NOT_A_MEMBER,
    exports_root,
    folder_of,
    said_formats,
)
from transcription.services.recordings.exports import document_of
from transcription.services.runs.leases import carry_out
from transcription.services.runs.work import Work

SLICE_SECONDS: Final = 240.0
SAVE_SECONDS: Final = 2.0
BATCH: Final = 20  # that are looked up together, and saved together at the latest
# A batch of texts; of sound it is known how large it is.
_ROOM_BYTES: Final = 64 * 2**20
_Listed = tuple[Recording, TranscriptionJob | None]


class _NotAMember(Exception):
    """Whoever ordered it may read nothing here any more."""


def run_export(run_id: int) -> bool:
    """Claim the run and bring it to an end, or back to the queue after a while. False
    when it is somebody else's."""
    return carry_out(EXPORTS, run_id, _work_on)


def _work_on(work: Work[RecordingExport]) -> bool:
    run = work.run
    with (
        translation.override(run.language),
        open_draft(folder_of(run), work.token) as draft,
    ):
        try:
            if not _pack_waiting(work, draft):
                return False
        except _NotAMember:
            work.fail(NOT_A_MEMBER)
            return True
        notes = (note["row"] for note in draft.notes() if note)
        path = draft.finish(CONTENTS, table(notes))
    try:
        work.succeed(
            archive=str(path.relative_to(settings.MEDIA_ROOT)),
            size_bytes=path.stat().st_size,
            expires_at=timezone.now() + timedelta(days=settings.EXPORT_DAYS),
        )
    except BaseException:
        path.unlink(missing_ok=True)  # nobody will have it
        raise
    return True


def _pack_waiting(work: Work[RecordingExport], draft: Draft) -> bool:
    """All that the draft has not; False when the time is up before."""
    run, names, left_out = work.run, Names(), 0
    for note in draft.notes():
        left_out += not note
        if note:
            names.take(note["name"])
    packing = _Packing(work, draft, names)
    ends_at = time.monotonic() + SLICE_SECONDS
    saved_at = time.monotonic()
    for batch in _batches(run.recordings[draft.count :]):
        found = _found(work, batch)
        for number, pk in enumerate(batch, 1):
            note = packing.pack(*found[pk]) if pk in found else {}
            left_out += not note
            draft.close_item(note)
            work.check()
            if number < len(batch) and time.monotonic() - saved_at < SAVE_SECONDS:
                continue
            draft.save()
            saved_at = time.monotonic()
            work.report_progress(
                done_count=draft.count, left_out=left_out, attempts=0, deaths=0
            )
            if saved_at > ends_at and draft.count < run.item_count:
                return False
    return True


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _found(work: Work[RecordingExport], ids: list[int]) -> dict[int, _Listed]:
    """Those that the orderer may know of now, noted in the audit trail; nothing is
    packed without."""
    run = work.run
    member = _member(run)
    reads_private = member.can(Capability.READ_PRIVATE)
    if reads_private and not run.reads_private:
        work.report_progress(reads_private=True)
        run.reads_private = True
    listed = with_jobs(archive(member).filter(pk__in=ids))
    _note_reads(run, [recording for recording, _job in listed])
    return {one[0].pk: one for one in listed}


def _member(run: RecordingExport) -> Membership:
    found = (
        Membership.objects.select_related("department", "user")
        .filter(
            department=run.department_id,
            department__is_active=True,
            user=run.requested_by_id,
            user__is_active=True,
            is_active=True,
        )
        .first()
    )
    if found is None or not found.can(Capability.READ):
        raise _NotAMember
    return found


def _note_reads(run: RecordingExport, recordings: Iterable[Recording]) -> None:
    """Once each, also where a killed worker had noted it already."""
    about = {str(one.uuid): one for one in recordings}
    noted = AuditEvent.objects.filter(
        object_type="recording",
        object_id__in=about,
        action=AuditAction.EXPORT,
        detail__run=str(run.uuid),
    )
    known = set(noted.values_list("object_id", flat=True))
    detail = {
        "what": "export",
        "format": said_formats(run),
        "raw": run.raw,
        "run": str(run.uuid),
    }
    record_each(
        AuditAction.EXPORT,
        Origin(user=run.requested_by),
        [(one.audit_subject, detail) for key, one in about.items() if key not in known],
    )


class _Packing:
    """Puts recordings into the draft."""

    def __init__(self, work: Work[RecordingExport], draft: Draft, names: Names) -> None:
        self._work, self._draft, self._names = work, draft, names

    def pack(self, recording: Recording, job: TranscriptionJob | None) -> Note:
        """What the journal says of it."""
        run, name = self._work.run, self._names.of(recording.title)
        at = timezone.localtime(recording.recorded_at or recording.created_at)
        transcript = (
            recording.transcripts.filter(is_current=True).select_related("job").first()
        )
        texts: list[str] = []
        if transcript is not None:
            texts = self._add_texts(recording, transcript, name, at)
        sound = self._add_sound(recording, name, at) if run.with_sound else ""
        return {
            "name": name,
            "row": row(
                recording, texts=texts, transcript=transcript, job=job, sound=sound
            ),
        }

    def _add_texts(
        self, recording: Recording, transcript: Transcript, name: str, at: datetime
    ) -> list[str]:
        """What the files are called."""
        _refuse_full_disk(_ROOM_BYTES)
        document = document_of(recording, transcript)
        added = []
        for fmt in self._work.run.formats:
            made = export(fmt, document, raw=self._work.run.raw)
            added.append(f"{name}.{made.extension}")
            self._draft.add_bytes(added[-1], made.content, at)
        return added

    def _add_sound(self, recording: Recording, name: str, at: datetime) -> str:
        _refuse_full_disk(recording.size_bytes)
        extension = sound_extension(recording.original_name, recording.media_format)
        file_name = f"{name}.{extension}"
        try:
            source = default_storage.open(recording.file.name or "", "rb")
        except FileNotFoundError:
            return _("The sound file is gone")
        with source:
            size = recording.size_bytes
            for _piece in self._draft.add_file(file_name, source, size, at):
                self._work.check()
        return file_name


def _refuse_full_disk(for_bytes: int) -> None:
    """What must stay free on a disk stays free."""
    root: Path = exports_root()
    if not has_room(root, for_bytes=for_bytes):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(root))
