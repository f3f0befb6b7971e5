"""What re-recognition in batches gains.

``python -m benchmarks.recognisers.re_recognition``

The real run of a worker (decode, cut out, recognise, judge, store) over sentences of
one recording, and over as many recordings with a sentence each; one sentence after
another and several at a time, in turns, so that a machine that others use as well
changes for both. Prints seconds and the ratio.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import django
import numpy as np

from benchmarks.bare import MODELS, clips, samples_of, wav_of

if TYPE_CHECKING:
    from transcription.models.transcripts import Segment

WORD: Final = "稳健增利"
BEFORE: Final = "买了稳健曾立"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=48)
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--rounds", type=int, default=2, help="of each, in turns")
    options.add_argument("--threads", type=int, default=2)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="shengwen-re-recognition-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SHENGWEN_DATA_DIR": folder,
            "SHENGWEN_LOG_LEVEL": "ERROR",
            "SHENGWEN_MODELS_DIR": str(MODELS),
            "SHENGWEN_ENGINE": "vosk",
            "SHENGWEN_ENGINE_THREADS": str(chosen.threads),
        }
        django.setup()
        measure(chosen.count, chosen.seconds, chosen.rounds)


def measure(count: int, seconds: float, rounds: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    sentences = list(clips(count, seconds))
    for title, segments in (
        ("of one recording", recordings([sentences])),
        ("of a recording each", recordings([[one] for one in sentences])),
    ):
        recognised_again(segments[:2], is_together=True)  # the engine is loaded
        took: dict[bool, list[float]] = {False: [], True: []}
        outcomes = set()
        for turn in range(2 * rounds):
            is_together = turn % 4 in (1, 2)
            spent, found = recognised_again(segments, is_together=is_together)
            took[is_together].append(spent)
            outcomes.add(tuple(found))
        alone, together = sum(took[False]), sum(took[True])
        print(
            f"{count} sentences {title}: {alone / rounds:.1f} s one by one, "
            f"{together / rounds:.1f} s together, ratio {alone / together:.2f} "
            f"({min(took[False]) / min(took[True]):.2f} of the shortest), "
            f"outcomes {'the same' if len(outcomes) == 1 else 'DIFFER'}",
            flush=True,
        )


def recordings(contents: Sequence[Sequence[bytes]]) -> list["Segment"]:
    """All sentences of recordings that say these one after the other."""
    from accounts.models.departments import Department
    from tests.factories import make_recording, make_transcript

    department, _is_new = Department.objects.get_or_create(name="B", slug="b")
    made: list[Segment] = []
    for sentences in contents:
        sound = np.concatenate([samples_of(content) for content in sentences])
        recording = make_recording(
            department, content=wav_of((sound * 32767).astype("<i2"))
        )
        transcript = make_transcript(recording, [BEFORE] * len(sentences))
        length_ms = len(sound) // 16 // len(sentences)
        for number, segment in enumerate(transcript.segments.all()):
            segment.start_ms = number * length_ms
            segment.end_ms = segment.start_ms + length_ms
            segment.save()
            made.append(segment)
    return made


def recognised_again(
    segments: Sequence["Segment"], *, is_together: bool
) -> tuple[float, list[str]]:
    """Seconds of a run, and what came of its sentences."""
    from transcription.models.rehearings import Rehearing, RehearingItem
    from transcription.models.runs import JobState
    from transcription.services.revisions import batching
    from transcription.services.revisions.running import run_re_recognition

    run = Rehearing.objects.create(
        department=segments[0].transcript.recording.department,
        hotword=WORD,
        item_count=len(segments),
    )
    RehearingItem.objects.bulk_create(
        RehearingItem(rehearing=run, segment=segment, before=BEFORE)
        for segment in segments
    )
    most_ms = batching.MOST_MS if is_together else 0
    began = time.perf_counter()
    with patch.object(batching, "MOST_MS", most_ms):
        while run.is_active:  # it yields its turn after some minutes
            run_re_recognition(run.pk)
            run.refresh_from_db()
    if run.state != JobState.SUCCEEDED:
        raise SystemExit(f"The run ended as {run.state}: {run.error_code}")
    return time.perf_counter() - began, [item.outcome for item in run.items.all()]


if __name__ == "__main__":
    main()
