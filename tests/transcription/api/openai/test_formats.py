"""The six formats, as OpenAI's clients read them."""

from typing import Any

import pytest
from django.test import Client

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.people import User
from tests.transcription.api.conftest import ApiOf
from tests.transcription.api.openai.conftest import Worker, post, tell_apart
from transcription.models.jobs import SpeakerCount, TranscriptionJob

TEXT = "一百二十块OK thank you"
USAGE = {"type": "duration", "seconds": 8.5}


@pytest.fixture
def api(api_of: ApiOf, alice: User, worker: Worker) -> Client:
    return api_of(alice)


def test_json_is_the_text_and_what_it_cost(api: Client) -> None:
    for form in ({}, {"response_format": "json"}):
        answer = post(api, **form)
        assert answer["Content-Type"] == "application/json"
        assert answer.json() == {"text": TEXT, "usage": USAGE}


def test_text_is_not_quoted(api: Client) -> None:
    answer = post(api, response_format="text")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == f"{TEXT}\n"


def test_srt_is_srt(api: Client) -> None:
    answer = post(api, response_format="srt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    first = "1\n00:00:00,000 --> 00:00:02,800\n一百二十块\n"
    assert answer.content.decode().startswith(first)


def test_vtt_is_vtt(api: Client) -> None:
    answer = post(api, response_format="vtt")
    assert answer["Content-Type"] == "text/vtt; charset=utf-8"
    content = answer.content.decode()
    assert content.startswith("WEBVTT\n")
    assert "\n00:00:03.000 --> 00:00:05.800\nOK\n" in content


def verbose(api: Client, **form: Any) -> Any:
    return post(api, response_format="verbose_json", **form).json()


def test_verbose_json_has_every_field_that_a_strict_client_wants(api: Client) -> None:
    found = verbose(api)
    first, second, _third = found.pop("segments")
    assert found == {
        "task": "transcribe",
        "language": "zh",
        "duration": 8.5,
        "text": TEXT,
        "words": None,
        "usage": USAGE,
    }
    assert first == {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": 2.8,
        "text": "一百二十块",
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": 0.0,
        "compression_ratio": pytest.approx(15 / 23, rel=0.1),
        "no_speech_prob": 0.0,
    }
    assert second["avg_logprob"] == pytest.approx(-0.693, abs=0.001)


def test_a_segment_without_words_is_no_trouble(api: Client, worker: Worker) -> None:
    def silence(job: TranscriptionJob) -> None:
        from tests.transcription.api.openai.conftest import finish

        finish(job, [""])

    worker.how = silence
    assert [s["text"] for s in verbose(api)["segments"]] == [""]
    assert post(api, response_format="srt").content == b""


WORD = {"word": "OK", "start": 3.1, "end": 3.4}


@pytest.mark.parametrize(
    ("granularities", "words", "segments"),
    [
        (["segment"], None, 3),
        (["word"], [WORD], None),
        (["word", "segment"], [WORD], 3),
    ],
)
def test_words_and_segments_as_they_are_asked_for(
    api: Client,
    granularities: list[str],
    words: list[object] | None,
    segments: int | None,
) -> None:
    found = verbose(api, **{"timestamp_granularities[]": granularities})
    assert found["words"] == words
    assert (found["segments"] and len(found["segments"])) == segments


def diarized(api: Client, **form: Any) -> Any:
    return post(api, response_format="diarized_json", **form).json()


def test_diarized_json_says_who_said_it(api: Client, worker: Worker) -> None:
    worker.how = lambda job: tell_apart(job, "", "王芳")
    found = diarized(api)
    segments = found.pop("segments")
    assert found == {
        "task": "transcribe",
        "duration": 8.5,
        "text": TEXT,
        "usage": USAGE,
    }
    assert segments[0] == {
        "type": "transcript.text.segment",
        "id": "seg_0",
        "start": 0.0,
        "end": 2.8,
        "text": "一百二十块",
        "speaker": "A",
    }
    # The third is nobody's that was told apart.
    assert [s["speaker"] for s in segments] == ["A", "王芳", "unknown"]
    assert TranscriptionJob.objects.get().speakers == SpeakerCount.AUTO


def test_the_callers_names_go_before_our_own(api: Client, worker: Worker) -> None:
    worker.how = lambda job: tell_apart(job, "", "王芳")
    names = {"known_speaker_names[]": ["agent"]}
    assert [s["speaker"] for s in diarized(api, **names)["segments"]] == [
        *("agent", "王芳", "unknown")
    ]
    names = {"known_speaker_names[]": ["agent", "customer", "boss"]}
    speakers = [s["speaker"] for s in diarized(api, **names)["segments"]]
    assert speakers == ["agent", "customer", "unknown"]
    assert TranscriptionJob.objects.count() == 1, "names make no other order"


def test_where_nobody_was_told_apart_one_voice_said_everything(api: Client) -> None:
    assert {s["speaker"] for s in diarized(api)["segments"]} == {"A"}


def test_the_model_that_tells_voices_apart_does(api: Client) -> None:
    post(api, model="gpt-4o-transcribe-diarize")
    assert TranscriptionJob.objects.get().speakers == SpeakerCount.AUTO


def test_what_leaves_is_in_the_audit_trail(api: Client, alice: User) -> None:
    answer = post(api, response_format="srt")
    event = AuditEvent.objects.get(action=AuditAction.VIEW)
    assert event.actor == alice
    assert event.detail["through"] == "api"
    assert event.detail["job"] == answer["X-Shengwen-Job"]
