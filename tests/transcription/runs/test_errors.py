"""Every code has a sentence, and the engine page something to say."""

from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models.departments import Department
from tests.factories import make_job, make_recording
from transcription.engine.base import EngineError, ErrorCode
from transcription.engine.choose import ChoiceReason, EngineChoice
from transcription.engine.models.catalogue import CATALOGUE
from transcription.engine.recognisers import EMBEDDED_RECOGNISER, recogniser_named
from transcription.models.runs import JobState
from transcription.services.kinds import KINDS
from transcription.services.recogniser import status as status_module
from transcription.services.recogniser.status import engine_status
from transcription.services.runs.errors import detailed, sentence


def test_every_error_code_has_a_sentence_of_its_own() -> None:
    with translation.override("en"):
        sentences = {sentence(code) for code in ErrorCode}
    assert len(sentences) == len(ErrorCode)
    assert all(text.endswith(".") for text in sentences)


def test_an_unknown_code_has_a_sentence_too() -> None:
    assert sentence("from_the_future") == sentence(ErrorCode.ENGINE_FAILED)
    with translation.override("en"):
        assert "13 h" not in sentence("too_long", "13 h")
        assert detailed("too_long", "13 h").endswith("(13 h)")


@pytest.mark.django_db
def test_without_a_model_the_status_says_what_is_missing(
    settings: Settings, tmp_path: Path
) -> None:
    settings.MODELS_DIR = tmp_path
    settings.ENGINE = "auto"
    status = engine_status(KINDS)
    assert not status.is_ready
    assert status.problem
    assert len(status.models) == len(CATALOGUE)
    assert not any(line.is_installed for line in status.models)
    assert all(line.command.endswith(line.id) for line in status.models)


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ChoiceReason)
def test_the_status_names_the_engine_and_counts_the_queues(
    sales: Department,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
    tmp_path: Path,
    reason: ChoiceReason,
) -> None:
    row = EMBEDDED_RECOGNISER
    model = row.models[0]
    choice = EngineChoice(row, (model,), tmp_path, "cpu", reason)
    monkeypatch.setattr(status_module, "configured_choice", lambda *args: choice)
    make_job(make_recording(sales), JobState.QUEUED, queue="batch")
    make_job(make_recording(sales), JobState.RUNNING, queue="batch")
    make_job(make_recording(sales), JobState.SUCCEEDED)
    with django_assert_num_queries(3):
        status = engine_status(KINDS)
    assert (status.engine, status.model_title) == ("vosk", "Vosk small")
    assert status.reason
    assert status.real_time_factor == pytest.approx(3 / 9)
    lines = {line.queue: (line.waiting, line.running) for line in status.queues}
    assert lines == {
        "interactive": (0, 0),
        "batch": (1, 1),
        "evaluation": (0, 0),
        "rehearing": (0, 0),
        "vad": (0, 0),
    }
    running = [line for line in status.models if line.is_running]
    assert [line.id for line in running if line.kind == "asr"] == [model.id]


@pytest.mark.django_db
def test_a_broken_choice_is_told_and_raises_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*args: object) -> None:
        raise EngineError(ErrorCode.MODEL_BROKEN, "x")

    monkeypatch.setattr(status_module, "configured_choice", refuse)
    assert engine_status(KINDS).problem == sentence(ErrorCode.MODEL_BROKEN)


@pytest.mark.parametrize("name", ["vosk", "funasr_whisper"])
@pytest.mark.django_db
def test_the_model_that_punctuates_runs_beside_those_that_do_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    row = recogniser_named(name)
    assert row
    model = row.models[0]
    choice = EngineChoice(row, (model,), tmp_path, "cpu", ChoiceReason.CONFIGURED)
    monkeypatch.setattr(status_module, "configured_choice", lambda *args: choice)
    monkeypatch.setattr(type(model), "is_installed", lambda *args: True)
    lines = {line.id: line.is_running for line in engine_status(KINDS).models}
    assert lines["fsmn-vad"]
    assert lines["ct-punc"] is (name == "vosk")
