"""A long transcript in the database of a running portal, whose address is printed.

``python -m tests.browser.transcripts.filling`` in the portal's environment, a process
of its own: the tests that drive the browser never touch the database themselves.
"""

import os
import sys
from io import BytesIO
from wave import open as open_wave

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from accounts.models.departments import Department  # noqa: E402
from accounts.models.people import User  # noqa: E402
from tests.factories import make_recording, make_transcript  # noqa: E402
from transcription.models.transcripts import (  # noqa: E402
    Segment,
    Speaker,
    TimingSource,
)

SENTENCES = 3_000
SENTENCE_MS = 500
DOUBTFUL = (2, 1_500, 2_998)


def main() -> None:
    """Twenty-five minutes of two voices; each sentence says its number."""
    sales = Department.objects.get(slug="sales")
    recording = make_recording(
        sales,
        User.objects.get(username="bob"),
        content=_sound(),
        duration_ms=SENTENCES * SENTENCE_MS,
    )
    transcript = make_transcript(recording, [])
    voices = [
        Speaker.objects.create(transcript=transcript, label=f"speaker-{number}")
        for number in (1, 2)
    ]
    Segment.objects.bulk_create(
        Segment(
            transcript=transcript,
            department=sales,
            index=index,
            speaker=voices[index // 3 % 2],
            start_ms=index * SENTENCE_MS,
            end_ms=(index + 1) * SENTENCE_MS,
            text_raw=f"这是第{index}句话" * (1 + index % 5),
            text=f"这是第{index}句话，" * (1 + index % 5),
            confidence=0.5 if index in DOUBTFUL else 0.9,
            timing_source=TimingSource.ENGINE,
        )
        for index in range(SENTENCES)
    )
    sys.stdout.write(f"ADDRESS /d/sales/recordings/{recording.uuid}/\n")


def _sound() -> bytes:
    """Silence of that length, as small as WAV has it."""
    file = BytesIO()
    with open_wave(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(b"\x80" * (8 * SENTENCES * SENTENCE_MS))
    return file.getvalue()


if __name__ == "__main__":
    main()
