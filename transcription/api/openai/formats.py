"""A transcript in the formats of OpenAI's API."""

import json
import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, Final

from transcription.api.serializers import join
from transcription.exports import export
from transcription.models.transcripts import Segment, Speaker, Transcript
from transcription.services.recordings.exports import document_of

JSON: Final = "application/json"
CONTENT_TYPES: Final = {
    "text": "text/plain; charset=utf-8",
    "srt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
}
UNKNOWN_SPEAKER: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a transcript the caller wants, and how the speakers are called."""

    fmt: str = "json"
    granularities: Sequence[str] = ()
    speaker_names: Sequence[str] = ()

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES.get(self.fmt, JSON)


def written(transcript: Transcript, wanted: Wanted) -> bytes:
    """The whole answer."""
    if wanted.fmt in ("srt", "vtt"):
        document = document_of(transcript.recording, transcript)
        return export(wanted.fmt, document).content
    segments = segments_of(transcript)
    if wanted.fmt == "text":
        return f"{text_of(segments)}\n".encode()
    found = _DOCUMENTS[wanted.fmt](transcript, segments, wanted)
    return json.dumps(found, ensure_ascii=False).encode()


def segments_of(transcript: Transcript) -> list[Segment]:
    return list(transcript.segments.select_related("speaker"))


def text_of(segments: Sequence[Segment]) -> str:
    return join(segment.text for segment in segments)


def diarized(
    transcript: Transcript, segments: Sequence[Segment], wanted: Wanted
) -> list[dict[str, object]]:
    """What was said by whom, one after the other."""
    labels = _labels(list(transcript.speakers.all()), wanted.speaker_names)
    return [
        {
            "type": "transcript.text.segment",
            "id": f"seg_{segment.index}",
            **_times(segment),
            "text": segment.text,
            "speaker": labels.get(segment.speaker_id, UNKNOWN_SPEAKER),
        }
        for segment in segments
    ]


def _labels(
    speakers: Sequence[Speaker], known: Sequence[str]
) -> Mapping[int | None, str]:
    """The caller's names, then people's own, then letters. Where nobody was told apart,
    one voice said everything."""
    if not speakers:
        return {None: known[0] if known else ascii_uppercase[0]}
    own = [speaker.name or ascii_uppercase[at] for at, speaker in enumerate(speakers)]
    names = [*known, *own[len(known) :]]
    return {speaker.pk: name for speaker, name in zip(speakers, names, strict=False)}


def _json(
    transcript: Transcript, segments: Sequence[Segment], wanted: Wanted
) -> dict[str, object]:
    return {"text": text_of(segments), "usage": _usage(transcript)}


def _verbose(
    transcript: Transcript, segments: Sequence[Segment], wanted: Wanted
) -> dict[str, object]:
    granularities = wanted.granularities or ("segment",)
    has_segments, has_words = (name in granularities for name in ("segment", "word"))
    return {
        "task": "transcribe",
        "language": transcript.language,
        "duration": _seconds(transcript.recording.duration_ms or 0),
        "text": text_of(segments),
        "segments": [_verbose_segment(s) for s in segments] if has_segments else None,
        "words": _words(segments) if has_words else None,
        "usage": _usage(transcript),
    }


def _diarized(
    transcript: Transcript, segments: Sequence[Segment], wanted: Wanted
) -> dict[str, object]:
    return {
        "task": "transcribe",
        "duration": _seconds(transcript.recording.duration_ms or 0),
        "text": text_of(segments),
        "segments": diarized(transcript, segments, wanted),
        "usage": _usage(transcript),
    }


def _verbose_segment(segment: Segment) -> dict[str, object]:
    """The clients refuse a segment without these. What only Whisper has is what Whisper
    would call harmless; nothing is invented that could be taken for a measurement."""
    said = segment.text.encode()
    return {
        "id": segment.index,
        "seek": 0,
        **_times(segment),
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": math.log(segment.confidence) if segment.confidence else 0.0,
        "compression_ratio": len(said) / len(zlib.compress(said)),
        "no_speech_prob": 0.0,
    }


def _words(segments: Sequence[Segment]) -> list[dict[str, object]]:
    """As the engine said them, before figures and marks; none without times."""
    return [
        {
            "word": word.text,
            "start": _seconds(word.start_ms),
            "end": _seconds(word.end_ms),
        }
        for segment in segments
        for word in segment.timed_words
    ]


def _times(segment: Segment) -> dict[str, float]:
    return {"start": _seconds(segment.start_ms), "end": _seconds(segment.end_ms)}


def _usage(transcript: Transcript) -> dict[str, object]:
    seconds = _seconds(transcript.recording.duration_ms or 0)
    return {"type": "duration", "seconds": seconds}


def _seconds(ms: int) -> float:
    return ms / 1000


_DOCUMENTS: dict[str, Callable[[Transcript, Sequence[Segment], Wanted], Any]] = {
    "json": _json,
    "verbose_json": _verbose,
    "diarized_json": _diarized,
}
