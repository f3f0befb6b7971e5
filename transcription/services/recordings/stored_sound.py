"""Recordings whose transcript is older than what decoding knows of their sound today:
clocks with gaps, further sound tracks, lines that were mixed, sound behind what a
header calls the end."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.db.models import Q, QuerySet

from accounts.models.departments import Department
from accounts.services.audit.writing import SYSTEM
from transcription.models.recordings import Recording
from transcription.models.runs import JobQueue
from transcription.models.transcripts import Transcript
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.sniff import sniff
from transcription.pipeline.types import CLOCK_HAS_GAPS
from transcription.services.jobs.orders import active_job, retry_job
from transcription.services.media import storage
from transcription.services.media.decoding import decode_limits
from transcription.services.transcripts.clocks import counts_gaps
from transcription.services.transcripts.corrections import correction_count
from transcription.services.transcripts.sound_notes import (
    OLD,
    OLD_CLOCK,
    OLD_PART,
    OLD_TRACKS,
)

# Containers with a clock or with room for several sound tracks.
_WITH_CLOCK = ("mp4", "matroska", "ogg", "asf")
# Of these only files with an odd header hold more than older versions found.
_WITH_HEADER = ("wav", "mp3", "aac", "flac")
_PART_MS = 1000  # less is an encoder's own beginning and end


def transcripts_to_check(department: Department | None) -> "QuerySet[Transcript]":
    """Current ones of kept recordings of which the sound could be another."""
    found = Transcript.objects.filter(
        Q(recording__media_format__in=_WITH_CLOCK + _WITH_HEADER)
        | Q(recording__channel_count__gt=2),
        is_current=True,
        recording__deleted_at=None,
    )
    if department is not None:
        found = found.filter(department=department)
    return found.select_related("recording__department", "job").order_by("pk")


def check_sound(*, transcript: Transcript) -> list[str]:
    """Decode the recording and mark the transcript with what it does not know; what
    it is marked with. Raises ``EngineError`` and ``OSError``."""
    with tempfile.TemporaryDirectory(prefix="shengwen-") as folder:
        work_dir = Path(folder)
        with storage.local_copy(transcript.recording.file, work_dir) as source:
            marks = list(_marks(transcript, source, work_dir))
    kept = [note for note in transcript.notes if note not in OLD]
    if kept + marks != transcript.notes:
        Transcript.objects.filter(pk=transcript.pk, is_current=True).update(
            notes=kept + marks
        )
    return marks


def order_again(*, transcript: Transcript) -> bool:
    """Recognise the recording again, behind everything that people wait for. False
    where that would replace what people corrected: they decide; and where it is not
    needed any more, for a check takes hours: ordered, replaced, in the trash."""
    if correction_count(transcript.recording) or active_job(transcript.recording):
        return False
    if not transcripts_to_check(None).filter(pk=transcript.pk).exists():
        return False
    retry_job(job=transcript.job, origin=SYSTEM, queue=JobQueue.BATCH)
    return True


def _marks(transcript: Transcript, source: Path, work_dir: Path) -> Iterator[str]:
    if not _may_be_another(transcript.recording, source):
        return
    decoded = decode_file(source, work_dir, decode_limits(), wants_playback=False)
    if CLOCK_HAS_GAPS in decoded.notes and not counts_gaps(transcript):
        yield OLD_CLOCK
    elif decoded.duration_ms - (transcript.recording.duration_ms or 0) > _PART_MS:
        yield OLD_PART
    known = transcript.recording.channel_count or 0
    channels = transcript.segments.values_list("channel", flat=True).distinct()
    were_mixed = known > 2 and list(channels) == [None]
    has_more = decoded.channel_count > known or were_mixed
    if has_more and len(decoded.tracks) > 1:
        yield OLD_TRACKS


def _may_be_another(recording: Recording, source: Path) -> bool:
    """Most files need not be decoded to know that nothing has changed."""
    is_simple = recording.media_format in _WITH_HEADER
    if not is_simple or (recording.channel_count or 0) > 2:
        return True
    with source.open("rb") as file:
        sniffed = sniff(file)
    return sniffed is None or sniffed.is_odd or sniffed.has_wrong_sizes
