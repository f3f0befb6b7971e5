"""What a reader should know of the sound behind a transcript."""

from django.utils.translation import gettext as _

from transcription.models.transcripts import Transcript
from transcription.pipeline.types import (
    CLOCK_IS_BROKEN,
    TOO_QUIET,
    TRACKS_LEFT_OUT,
    level_in,
)

# What ``manage.py check_sound`` finds of transcripts that are older than it.
OLD_CLOCK = "old_clock"
OLD_PART = "old_part"
OLD_TRACKS = "old_tracks"
OLD = (OLD_CLOCK, OLD_PART, OLD_TRACKS)

_SENTENCES = {
    OLD_CLOCK: lambda: _(
        "This file has gaps in its times (a pause, lost sound, a late beginning) that "
        "this transcript does not count. Player and text fit each other; transcribe it "
        "again for the file's own times."
    ),
    OLD_PART: lambda: _(
        "This file holds more sound than this transcript was made of: its header is "
        "wrong. Transcribe it again, and the rest is there too."
    ),
    OLD_TRACKS: lambda: _(
        "This file has more sound tracks or channels than this transcript was made of, "
        "or they were mixed. Transcribe it again, and each of them is a speaker."
    ),
    CLOCK_IS_BROKEN: lambda: _(
        "The times in this file are wrong: they stand still, go back, run too fast or "
        "too slow, jump by more than an hour, or leave sound out. They were not "
        "followed there; the sound was put together without a gap."
    ),
    TRACKS_LEFT_OUT: lambda: _(
        "The file has several sound tracks, and one or more of them could not be read: "
        "what is said only there is missing. Export those as WAV or MP3 and send them."
    ),
    TOO_QUIET: lambda: _(
        "The recording is very quiet. It was made louder, but words may be missing or "
        "wrong; record with more level if you can."
    ),
}


def about_sound(transcript: Transcript) -> list[str]:
    """Sentences about the whole recording, most have none."""
    said = [_SENTENCES[note]() for note in transcript.notes if note in _SENTENCES]
    level = level_in(transcript.notes)
    if level is not None:
        said.append(
            _(
                "Its loudest sound is at %(level)s dB of full scale; speech is usually "
                "at −30 to −12 dB."
            )
            % {"level": f"−{-level}" if level < 0 else level}
        )
    return said


def why_empty(transcript: Transcript) -> str:
    """What a transcript without a word means."""
    if TOO_QUIET in transcript.notes:
        return _(
            "The recording is too quiet for anybody to be understood. Record again "
            "with more level, or with the microphone nearer to whoever speaks."
        )
    return _(
        "The recording holds silence, noise or music only. If you do hear somebody, "
        "transcribe it again with another language."
    )
