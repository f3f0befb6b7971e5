"""An hour of tones with its transcript, and a minute that nobody has measured, in the
database of a running portal; the addresses of their pages are printed.

``python -m tests.browser.player.filling`` in the portal's environment, a process of its
own: the tests that drive the browser never touch the database themselves.
"""

import os
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from wave import open as open_wave

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from accounts.models.departments import Department  # noqa: E402
from accounts.models.people import User  # noqa: E402
from tests.browser.player.tones import write_track  # noqa: E402
from tests.factories import make_job, make_recording, make_transcript  # noqa: E402
from transcription.models.recordings import Recording, playback_path  # noqa: E402
from transcription.models.runs import JobState  # noqa: E402
from transcription.models.transcripts import (  # noqa: E402
    Segment,
    TimingSource,
    Transcript,
)
from transcription.pipeline.audio.decoder.playback import copy_tracks  # noqa: E402
from transcription.pipeline.audio.decoder.waveform import waveform_of  # noqa: E402
from transcription.services.media import storage  # noqa: E402
from transcription.services.search.index import index_transcript  # noqa: E402

MINUTES = 60
EVERY_MS = 20_000
DOUBTFUL = (7, 90, 150)
SAID = {120: "这里说到退款", 31: "还是退款的事"}


def main() -> None:
    """One voice, a sentence every twenty seconds."""
    sales = Department.objects.get(slug="sales")
    bob = User.objects.get(username="bob")
    recording = make_recording(sales, bob, duration_ms=MINUTES * 60_000)
    with tempfile.TemporaryDirectory() as folder:
        track = write_track(Path(folder) / "track", minutes=MINUTES)
        copy = Path(folder) / "copy.mp3"
        copy_tracks(copy, [track], lambda: None)
        peaks = [list(channel) for channel in waveform_of([track])]
        recording.playback_file = playback_path(recording, "")
        storage.keep_file(copy, recording.playback_file.name)
    recording.waveform = peaks
    recording.save()
    transcript = make_transcript(recording, [])
    sentences(transcript, recording)
    index_transcript(transcript)
    raw = make_recording(sales, bob, content=_minute(), duration_ms=None, waveform=None)
    make_job(raw, JobState.CANCELED)
    for made in (recording, raw):
        sys.stdout.write(f"ADDRESS /d/sales/recordings/{made.uuid}/\n")


def _minute() -> bytes:
    """Silence, as small as WAV has it."""
    file = BytesIO()
    with open_wave(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(b"\x80" * 8_000 * 60)
    return file.getvalue()


def sentences(transcript: Transcript, recording: Recording) -> None:
    """Three of them doubtful, two about 退款."""
    Segment.objects.bulk_create(
        Segment(
            transcript=transcript,
            department=recording.department,
            index=index,
            start_ms=index * EVERY_MS,
            end_ms=index * EVERY_MS + 8_000,
            text_raw=SAID.get(index, f"这是第{index}句话"),
            text=SAID.get(index, f"这是第{index}句话。"),
            confidence=0.5 if index in DOUBTFUL else 0.9,
            timing_source=TimingSource.ENGINE,
        )
        for index in range(MINUTES * 60_000 // EVERY_MS)
    )


if __name__ == "__main__":
    main()
