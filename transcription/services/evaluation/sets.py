"""Reference sets: made, filled from corrections or with files, emptied, removed.

Who may is decided at their door (``transcription.access``).
"""

import logging
import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.access.transcripts import current_transcript
from transcription.engine.base import EngineError, ErrorCode
from transcription.exports import clock
from transcription.models.evaluation import ReferenceItem, ReferenceSet, reference_path
from transcription.models.recordings import Language, Recording
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.sniff import sniff
from transcription.pipeline.types import DecodeLimits
from transcription.services.media import storage
from transcription.services.media.cleaning import clean_line
from transcription.services.media.types import is_playable
from transcription.services.media.uploads import HashedUpload
from transcription.services.runs.errors import sentence
from transcription.services.transcripts.marks import is_written_by_person

logger = logging.getLogger(__name__)

MAX_SETS: Final = 50  # of one department
MAX_ITEMS: Final = 2_000  # of one set
MAX_CHARACTERS: Final = 2_000  # of one text
# Of an uploaded clip: a worker, also a slow one, recognises it twice within its lease.
MAX_CLIP_MINUTES: Final = 5
_LIMITS: Final = DecodeLimits(
    max_duration_ms=MAX_CLIP_MINUTES * 60_000, cpu_seconds=30, wall_seconds=60
)


def create_set(*, department: Department, origin: Origin, name: str) -> ReferenceSet:
    """A new, empty set; or ``Refused``."""
    name = clean_line(name, 80)
    if not name:
        raise Refused("name_empty", _("Give the set a name."))
    if ReferenceSet.objects.filter(department=department).count() >= MAX_SETS:
        raise Refused(
            "too_many_sets",
            _("There can be at most %(count)d sets.") % {"count": MAX_SETS},
        )
    try:
        with transaction.atomic():
            made = ReferenceSet.objects.create(
                department=department, name=name, created_by=origin.user
            )
            record(AuditAction.EDIT, origin, made.audit_subject, created=True)
    except IntegrityError:
        raise Refused("name_taken", _("There is a set of this name already.")) from None
    return made


def set_for_corrections(*, department: Department, origin: Origin) -> ReferenceSet:
    """The set that takes corrected sentences when nobody names one; made when it is
    first needed. Its name is in the department's language, whoever comes first."""
    names = {}
    for code, _title in settings.LANGUAGES:
        with override(code):
            names[code] = _("Corrections")
    found = ReferenceSet.objects.filter(department=department, name__in=names.values())
    name = names.get(department.default_language, names[settings.LANGUAGE_CODE])
    return found.order_by("pk").first() or create_set(
        department=department, origin=origin, name=name
    )


def delete_set(*, reference_set: ReferenceSet, origin: Origin) -> None:
    """Remove the set with its items, runs and files."""
    with transaction.atomic():
        names = list(
            reference_set.items.exclude(file="").values_list("file", flat=True)
        )
        record(AuditAction.DELETE, origin, reference_set.audit_subject, deleted=True)
        # A worker may be storing what it recognised.
        list(reference_set.runs.select_for_update().values_list("pk"))
        reference_set.delete()
        transaction.on_commit(lambda: storage.remove(*names), robust=True)


def add_corrected(
    *, reference_set: ReferenceSet, recording: Recording, origin: Origin
) -> int:
    """Every sentence of the recording that somebody has corrected becomes an item, or
    its item's text; the number of new ones. Nothing is copied: an item goes with its
    recording. Raises ``Refused`` when there is no such sentence."""
    made = _corrected_items(reference_set, recording)
    if not made:
        raise Refused(
            "nothing_corrected", _("Nobody has corrected a sentence here yet.")
        )
    with transaction.atomic():
        locked = ReferenceSet.objects.select_for_update().get(pk=reference_set.pk)
        known = {
            (item.channel, item.start_ms): item
            for item in locked.items.filter(recording=recording)
        }
        new = [item for item in made if (item.channel, item.start_ms) not in known]
        _check_room(locked, len(new))
        ReferenceItem.objects.bulk_create(new)
        changed = _take_over_texts(made, known.values())
        if new or changed:
            detail = {
                "added": len(new),
                "changed": changed,
                "recording": str(recording.uuid),
            }
            record(AuditAction.EDIT, origin, locked.audit_subject, **detail)
    return len(new)


def _corrected_items(
    reference_set: ReferenceSet, recording: Recording
) -> list[ReferenceItem]:
    transcript = current_transcript(recording)
    if transcript is None:
        return []
    return [
        ReferenceItem(
            reference_set=reference_set,
            name=f"{recording.title[:180]} {clock(segment.start_ms)[:8]}",
            text=segment.text[:MAX_CHARACTERS],
            language=_language(transcript.language),
            recording=recording,
            channel=segment.channel,
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
        )
        for segment in transcript.segments.corrected().exclude(text="")
        if segment.end_ms > segment.start_ms and is_written_by_person(segment)
    ]


def add_clip(
    *,
    reference_set: ReferenceSet,
    origin: Origin,
    file: HashedUpload,
    text: str,
    language: str = "zh",
) -> ReferenceItem:
    """An uploaded clip and what is said in it; nothing for silence. Closes ``file``.
    Raises ``Refused``."""
    with file:
        media_format = _checked(file, text)
        item = ReferenceItem(
            uuid=uuid.uuid4(),
            reference_set=reference_set,
            name=clean_line(file.name or "", 200) or _("Recording"),
            text=text.strip(),
            language=_language(language),
            media_format=media_format,
        )
        item.file.name = reference_path(item, "")
        try:
            storage.keep_upload(file, item.file.name)
            with transaction.atomic():
                locked = ReferenceSet.objects.select_for_update().get(
                    pk=reference_set.pk
                )
                _check_room(locked, 1)
                item.save(force_insert=True)
                record(
                    AuditAction.UPLOAD, origin, locked.audit_subject, bytes=file.size
                )
        except BaseException as error:
            storage.remove(item.file.name)
            if isinstance(error, OSError):
                logger.exception("A clip could not be stored.")
                raise _unreadable(ErrorCode.STORAGE_FAILED) from error
            raise
    return item


def remove_item(*, item: ReferenceItem, origin: Origin) -> None:
    """Take one item out, with what was measured on it."""
    with transaction.atomic():
        record(AuditAction.EDIT, origin, item.reference_set.audit_subject, removed=1)
        name = item.file.name or ""
        list(ReferenceItem.objects.select_for_update().filter(pk=item.pk))
        item.delete()
        transaction.on_commit(lambda: storage.remove(name), robust=True)


def _checked(file: HashedUpload, text: str) -> str:
    """The format by its first bytes; browsers must be able to play it, we to decode."""
    if len(text) > MAX_CHARACTERS:
        raise Refused(
            "text_too_long",
            _("The text is longer than %(count)d characters.")
            % {"count": MAX_CHARACTERS},
        )
    if file.write_error is not None:
        raise _unreadable(ErrorCode.STORAGE_FAILED)
    if file.size == 0:
        raise _unreadable(ErrorCode.EMPTY_FILE)
    if file.size > settings.UPLOAD_MAX_BYTES:
        raise _unreadable(ErrorCode.TOO_LARGE)
    file.seek(0)
    sniffed = sniff(file)
    media_format = sniffed.media_format if sniffed else None
    file.seek(0)
    if media_format is None or not is_playable(media_format):
        raise Refused(
            "not_playable" if media_format else ErrorCode.UNSUPPORTED_FORMAT,
            _("Browsers cannot play this format. Use WAV, MP3, FLAC, OGG or M4A."),
        )
    _check_sound(Path(file.temporary_file_path()))
    return media_format


def _check_sound(path: Path) -> None:
    """It is decoded once to know that it can be, and how long it is."""
    try:
        # Beside the upload: the system's own place for such files may be small.
        with tempfile.TemporaryDirectory(
            prefix="check-", dir=settings.FILE_UPLOAD_TEMP_DIR
        ) as folder:
            decode_file(path, Path(folder), _LIMITS, wants_playback=False)
    except EngineError as error:
        if error.code is ErrorCode.TOO_LONG:
            raise Refused(
                error.code,
                _("The clip is longer than %(count)d minutes.")
                % {"count": MAX_CLIP_MINUTES},
            ) from error
        raise _unreadable(error.code) from error


def _check_room(reference_set: ReferenceSet, count: int) -> None:
    if reference_set.items.count() + count > MAX_ITEMS:
        raise Refused(
            "set_full",
            _("A set holds at most %(count)d sentences.") % {"count": MAX_ITEMS},
        )


def _take_over_texts(
    made: Iterable[ReferenceItem], known: Iterable[ReferenceItem]
) -> int:
    """How many changed."""
    texts = {(item.channel, item.start_ms): item.text for item in made}
    changed = []
    for item in known:
        text = texts.get((item.channel, item.start_ms), item.text)
        if text != item.text:
            item.text = text
            changed.append(item)
    return ReferenceItem.objects.bulk_update(changed, ["text"])


def _language(code: str) -> str:
    return code if code in Language.values and code != Language.AUTO else Language.ZH


def _unreadable(code: ErrorCode) -> Refused:
    return Refused(code, sentence(code))
