"""The sound of sentences that are to be recognised again: decoded, and cut out."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby

from transcription.models.rehearings import Rehearing
from transcription.models.transcripts import Segment, Transcript
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.vad import Piece, padded
from transcription.pipeline.re_recognise import SentenceSound
from transcription.pipeline.text.risks import loudest_rms
from transcription.pipeline.types import DecodedAudio
from transcription.services.media import storage
from transcription.services.media.decoding import decode_limits
from transcription.services.runs.folders import work_folder
from transcription.services.runs.work import Work
from transcription.services.transcripts.clocks import counts_gaps


class Sounds:
    """Of a transcript's sentences, out of its recording."""

    def __init__(self, transcript: Transcript, decoded: DecodedAudio) -> None:
        self._decoded = decoded
        self._places = _places(transcript, decoded.duration_ms)

    def of(self, segment: Segment) -> SentenceSound:
        """With a little room, and nothing of its neighbours on the same channel."""
        start_ms, end_ms = self._places[segment.pk]
        piece = Piece(segment.start_ms, segment.end_ms, start_ms, end_ms)
        tracks = [
            track
            for track in self._decoded.tracks
            if track.channel in (segment.channel, None)
        ]
        # A call of which one channel was silent: the sentence is on the other.
        sounds = [
            piece.samples(read_track(track.path))
            for track in tracks or self._decoded.tracks
        ]
        loudest = max(sounds, key=loudest_rms)
        return SentenceSound(loudest, start_ms, self._decoded.duration_ms)


@contextmanager
def decoded_for(
    work: Work[Rehearing], transcript: Transcript
) -> Iterator[DecodedAudio]:
    """The transcript's whole recording, in a folder that ends with the block. Raises
    ``EngineError``, ``FileNotFoundError``, and ``RunLost`` when the work is."""
    with (
        work_folder(work) as folder,
        storage.local_copy(transcript.recording.file, folder) as source,
    ):
        yield decode_file(
            source,
            folder,
            decode_limits(),
            wants_playback=False,
            follows_clock=counts_gaps(transcript),
            on_wait=work.throttled_progress(),
        )


def _places(transcript: Transcript, length_ms: int) -> dict[int, tuple[int, int]]:
    """From where to where each segment is cut out, by its id."""
    places = transcript.segments.order_by("channel", "start_ms", "index")
    rows = places.values_list("channel", "pk", "start_ms", "end_ms")
    found: dict[int, tuple[int, int]] = {}
    for _channel, group in groupby(rows, lambda row: row[0]):
        segments = list(group)
        room = padded([(row[2], row[3]) for row in segments], length_ms)
        found |= {row[1]: place for row, place in zip(segments, room, strict=True)}
    return found
