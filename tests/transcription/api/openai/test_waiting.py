"""A call whose text takes long is kept alive, and nothing in it is taken for text."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.http.streams import BrokenOff
from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.people import User
from tests.transcription.api.conftest import ApiOf
from tests.transcription.api.openai.conftest import (
    Worker,
    body_of,
    fail,
    post,
    tell_apart,
)
from transcription.models.jobs import TranscriptionJob

TEXT = "一百二十块OK thank you"


@pytest.fixture
def api(api_of: ApiOf, alice: User, worker: Worker) -> Client:
    worker.late = 4
    return api_of(alice)


@pytest.mark.parametrize("fmt", ["json", "text", "srt", "verbose_json", "vtt"])
def test_a_late_answer_is_what_a_prompt_one_is(
    api: Client, worker: Worker, fmt: str
) -> None:
    late = post(api, response_format=fmt)
    assert late.streaming
    assert late["X-Accel-Buffering"] == "no"
    content = body_of(late)
    prompt = post(api, response_format=fmt)
    assert not prompt.streaming
    assert late["Content-Type"] == prompt["Content-Type"]
    assert late["X-Shengwen-Job"] == prompt["X-Shengwen-Job"]
    assert len(content) == len(prompt.content) + 4, "a sign of life a wait"
    if fmt == "vtt":
        assert content.startswith(b"WEBVTT\n\n\n\n\n\n")
        assert content.replace(b"\n" * 6, b"\n\n") == prompt.content
    else:
        assert content.lstrip(b"\n") == prompt.content
    assert worker.done == [TranscriptionJob.objects.get()]


def test_the_first_sign_of_life_comes_at_once(api: Client, worker: Worker) -> None:
    parts = iter(post(api))
    waits = worker.waits
    assert next(parts) == b"\n"
    assert worker.waits == waits


def test_what_fails_late_is_left_without_an_end(api: Client, worker: Worker) -> None:
    worker.how = fail
    received = b""
    with pytest.raises(BrokenOff):
        for part in post(api):
            received += part
    assert json.loads(received)["error"]["code"] == "corrupt_audio"
    # The clients send it again at once, and are told.
    again = post(api)
    assert again.status_code == 422
    assert TranscriptionJob.objects.count() == 1


def test_nothing_leaves_unnoted(api: Client) -> None:
    body_of(post(api))
    assert AuditEvent.objects.filter(action=AuditAction.VIEW).count() == 1


# --- stream=true -------------------------------------------------------------------


def events_of(answer: Any) -> tuple[list[str], list[Any]]:
    """The comments, and what the events hold."""
    assert answer["Content-Type"] == "text/event-stream; charset=utf-8"
    blocks = body_of(answer).decode().removesuffix("\n\n").split("\n\n")
    comments = [block for block in blocks if block.startswith(":")]
    events = [block.removeprefix("data: ") for block in blocks if block not in comments]
    return comments, [e if e == "[DONE]" else json.loads(e) for e in events]


@pytest.mark.parametrize("fmt", ["json", "text"])
def test_a_stream_gives_the_text_in_pieces(api: Client, fmt: str) -> None:
    comments, events = events_of(post(api, stream="true", response_format=fmt))
    assert comments == [": 0 %"] * 5
    *deltas, done, end = events
    assert {event["type"] for event in deltas} == {"transcript.text.delta"}
    assert "".join(event["delta"] for event in deltas) == TEXT
    assert done == {"type": "transcript.text.done", "text": TEXT}
    assert end == "[DONE]"


def test_a_stream_of_speakers_gives_segments(api: Client, worker: Worker) -> None:
    worker.how = lambda job: tell_apart(job, "", "")
    answer = post(api, stream="true", response_format="diarized_json")
    *segments, done, end = events_of(answer)[1]
    assert {event["type"] for event in segments} == {"transcript.text.segment"}
    assert [event["speaker"] for event in segments] == ["A", "B", "unknown"]
    assert (done["text"], end) == (TEXT, "[DONE]")


def test_a_stream_of_what_fails_says_so_in_band(api: Client, worker: Worker) -> None:
    worker.how = fail
    _comments, events = events_of(post(api, stream="true"))
    assert [event["error"]["code"] for event in events] == ["corrupt_audio"]
