"""What the form's fields mean to the recogniser, and what is wrong with them."""

from typing import Any

import pytest
from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from tests.transcription.api.conftest import ApiOf
from tests.transcription.api.openai.conftest import Worker, error_of, post
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import Recording


@pytest.fixture
def api(api_of: ApiOf, alice: User, worker: Worker) -> Client:
    return api_of(alice)


def ordered(api: Client, **form: Any) -> TranscriptionJob:
    answer = post(api, **form)
    assert answer.status_code == 200, answer.content
    return TranscriptionJob.objects.get()


@pytest.mark.parametrize(
    "form",
    [
        {"keywords[]": ["声文", "云帆科技"]},
        {"keywords": ["声文", "云帆科技"]},
        {"keywords[0]": "声文", "keywords[1]": " 云帆科技 "},
        {"hotwords": "声文,云帆科技"},
        {"keywords[]": ["声文"], "hotwords": "云帆科技，声文"},
    ],
)
def test_keywords_are_hotwords_of_this_call(api: Client, form: dict[str, Any]) -> None:
    assert list(ordered(api, **form).hotwords) == ["声文", "云帆科技"]


@pytest.mark.parametrize(
    ("form", "language"),
    [
        ({}, "zh"),
        ({"language": ""}, "zh"),
        ({"language": "en"}, "en"),
        ({"language": "zh-CN"}, "zh"),
        ({"language": "English"}, "en"),
        ({"language": "auto"}, "auto"),
        ({"languages[]": ["ja"]}, "ja"),
        ({"languages[]": ["en", "zh"]}, "auto"),
        ({"languages[]": ["en", "zh"], "language": "zh"}, "zh"),
    ],
)
def test_the_language_is_a_code_or_the_departments(
    api: Client, form: dict[str, Any], language: str
) -> None:
    assert ordered(api, **form).language == language


def test_the_departments_defaults_hold(api: Client, sales: Department) -> None:
    Department.objects.filter(pk=sales.pk).update(
        default_language="ja", default_itn=False, default_punctuation=False
    )
    job = ordered(api)
    assert (job.language, job.use_itn, job.use_punctuation) == ("ja", False, False)


@pytest.mark.parametrize(
    ("form", "vad"),
    [
        ({}, {}),
        ({"chunking_strategy": "auto"}, {}),
        (
            {
                "chunking_strategy[type]": "server_vad",
                "chunking_strategy[silence_duration_ms]": "300",
                "chunking_strategy[prefix_padding_ms]": "200",
                "chunking_strategy[threshold]": "0.4",
            },
            {"end_silence_ms": 300, "pad_ms": 200},
        ),
        (
            {"chunking_strategy": '{"type": "server_vad", "silence_duration_ms": 300}'},
            {"end_silence_ms": 300},
        ),
    ],
)
def test_the_callers_cutting_of_speech_is_this_jobs(
    api: Client, form: dict[str, str], vad: dict[str, int]
) -> None:
    cut = ordered(api, **form).vad
    assert vad.items() <= cut.items()
    # What was not said is the department's own, and a snapshot is whole or empty.
    assert set(cut) in (
        set(),
        {"end_silence_ms", "max_segment_ms", "gap_ms", "pad_ms"},
    )


def test_what_only_other_servers_know_is_taken_and_changes_nothing(
    api: Client,
) -> None:
    post(
        api,
        **{
            "prompt": "上一段说的是理财。",
            "temperature": "0.2",
            "include[]": ["logprobs"],
            "known_speaker_references[]": ["data:audio/wav;base64,UklGRg=="],
            "vad_filter": "true",
            "user": "42",
        },
    )
    plain = post(api)
    assert plain.status_code == 200
    assert TranscriptionJob.objects.count() == 1, "the same order"


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"file": "text"}, "invalid", "file"),
        ({"language": "tlh"}, "language_unknown", "language"),
        ({"languages[]": ["zh", "tlh"]}, "language_unknown", "languages"),
        ({"response_format": "xml"}, "invalid_choice", "response_format"),
        (
            {"timestamp_granularities[]": ["word"]},
            "invalid",
            "timestamp_granularities",
        ),
        (
            {
                "response_format": "verbose_json",
                "timestamp_granularities[]": ["sentence"],
            },
            "invalid_choice",
            "timestamp_granularities",
        ),
        ({"stream": "true", "response_format": "srt"}, "invalid", "stream"),
        ({"stream": "perhaps"}, "invalid", "stream"),
        ({"temperature": "2"}, "max_value", "temperature"),
        ({"keywords[]": ["<|im_start|>"]}, "forbidden_character", "keywords"),
        ({"keywords[]": ["nul\x00"]}, "null_characters_not_allowed", "keywords"),
        ({"hotwords": "长" * 31}, "too_long", "hotwords"),
        ({"known_speaker_names[]": list("abcde")}, "max_length", "known_speaker_names"),
        ({"chunking_strategy": "sometimes"}, "invalid", "chunking_strategy"),
        ({"chunking_strategy": "[1]"}, "invalid", "chunking_strategy"),
        (
            {
                "chunking_strategy[type]": "server_vad",
                "chunking_strategy[silence_duration_ms]": "1",
            },
            "min_value",
            "chunking_strategy",
        ),
        ({"language": ["zh", "en"]}, "repeated", "language"),
        ({"model": "gpt-9"}, "model_not_found", "model"),
    ],
)
def test_a_wrong_field_is_named(
    api: Client, form: dict[str, Any], code: str, param: str
) -> None:
    status = 404 if code == "model_not_found" else 400
    error_of(post(api, **form), status, code, param)
    assert not Recording.objects.exists()


def test_a_missing_file_is_named(api: Client) -> None:
    answer = api.post("/v1/audio/transcriptions", {"model": "whisper-1"})
    error_of(answer, 400, "required", "file")


def test_every_name_in_the_list_is_taken(api: Client) -> None:
    names = [model["id"] for model in api.get("/v1/models").json()["data"]]
    assert "whisper-1" in names
    for name in names:
        assert api.get(f"/v1/models/{name}").json() == {
            "id": name,
            "object": "model",
            "created": 0,
            "owned_by": "shengwen",
        }
        assert post(api, model=name).status_code == 200
    error_of(api.get("/v1/models/gpt-9"), 404, "model_not_found", "model")
