"""The answer of a call that waits for its text: at once, kept alive, or as events.

For ``PROMPT_SECONDS`` nothing is sent, so that most calls end as they should, with a
status of their own. Then the answer begins, with a sign of life every so often that
means nothing in its format: clients, and proxies between, hang up on silence. What goes
wrong after that can have no status: the error is written, and the answer left without
an end, so that nobody takes it for one. The clients then send the file once more, and
the same job answers with its error.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from accounts.http.streams import BrokenOff, streamed
from transcription.api.errors import told_error
from transcription.api.jobs import end_without_text, purged, record_view
from transcription.api.openai.dialect import told
from transcription.api.openai.formats import (
    Wanted,
    diarized,
    segments_of,
    text_of,
    written,
)
from transcription.api.serializers import finished_transcript, joints
from transcription.api.waiting import wait_until_finished
from transcription.models.jobs import TranscriptionJob
from transcription.models.transcripts import Transcript

PROMPT_SECONDS: Final = 30
ALIVE_SECONDS: Final = 15
JOB_HEADER: Final = "X-Shengwen-Job"
DONE: Final = b"data: [DONE]\n\n"
_VTT_HEAD: Final = b"WEBVTT\n"


def prompt_answer(
    request: Request, job: TranscriptionJob, wanted: Wanted, seconds: float
) -> HttpResponse | None:
    """The whole answer, when the job ends within so many seconds. Raises what became
    of it otherwise."""
    with _purges_told():
        if not wait_until_finished(job, min(seconds, PROMPT_SECONDS)):
            return None
    content = written(_transcript(request, job), wanted)
    answer = HttpResponse(content, content_type=wanted.content_type)
    answer[JOB_HEADER] = str(job.uuid)
    return answer


def kept_alive(
    request: Request, job: TranscriptionJob, wanted: Wanted
) -> StreamingHttpResponse:
    """The same answer, begun before there is one: white space before JSON and plain
    text, blank lines before the first cue."""

    def parts() -> Iterator[bytes]:
        is_vtt = wanted.fmt == "vtt"
        if is_vtt:
            yield _VTT_HEAD
        try:
            yield from (b"\n" for _life in _signs_of_life(job))
            content = written(_transcript(request, job), wanted)
        except Exception as error:
            yield json.dumps(_told(error, request), ensure_ascii=False).encode()
            raise BrokenOff from error
        yield content.removeprefix(_VTT_HEAD) if is_vtt else content

    return _begun(request, job, parts(), wanted.content_type)


def event_stream(
    request: Request, job: TranscriptionJob, wanted: Wanted
) -> StreamingHttpResponse:
    """Server-sent events: comments while there is nothing, then the text."""

    def parts() -> Iterator[bytes]:
        try:
            for _life in _signs_of_life(job):
                yield f": {job.progress_percent} %\n\n".encode()
            yield from _events(_transcript(request, job), wanted)
        except Exception as error:
            yield _event(_told(error, request))
            return
        yield DONE

    return _begun(request, job, parts(), "text/event-stream; charset=utf-8")


def _begun(
    request: Request, job: TranscriptionJob, parts: Iterator[bytes], content_type: str
) -> StreamingHttpResponse:
    answer = streamed(request._request, parts, content_type)
    answer[JOB_HEADER] = str(job.uuid)
    answer["X-Accel-Buffering"] = "no"  # nginx hands on what comes, as it comes
    return answer


def _signs_of_life(job: TranscriptionJob) -> Iterator[None]:
    """One at once and every so often until the job has ended."""
    began = time.monotonic()
    yield
    with _purges_told():
        while not wait_until_finished(
            job, ALIVE_SECONDS, waited_before=time.monotonic() - began
        ):
            yield


@contextmanager
def _purges_told() -> Iterator[None]:
    try:
        yield
    except TranscriptionJob.DoesNotExist:
        raise purged() from None


def _transcript(request: Request, job: TranscriptionJob) -> Transcript:
    """What the job made, noted as read. Raises what became of it instead."""
    transcript = finished_transcript(job)
    if transcript is None:
        raise end_without_text(request, job)
    record_view(request, job)
    return transcript


def _told(error: Exception, request: Request) -> dict[str, object]:
    return told(told_error(error, request))


def _events(transcript: Transcript, wanted: Wanted) -> Iterator[bytes]:
    """The text in pieces, or whose it is; then all of it. ``done`` has no ``usage``:
    the clients know one of tokens there, and nobody counts any here."""
    segments = segments_of(transcript)
    if wanted.fmt == "diarized_json":
        yield from map(_event, diarized(transcript, segments, wanted))
    else:
        for piece in joints(segment.text for segment in segments):
            yield _event({"type": "transcript.text.delta", "delta": piece})
    yield _event({"type": "transcript.text.done", "text": text_of(segments)})


def _event(document: dict[str, object]) -> bytes:
    return f"data: {json.dumps(document, ensure_ascii=False)}\n\n".encode()
