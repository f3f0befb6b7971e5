"""The models beside the recogniser: loaded where wanted, and given back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.transcription.pipeline.fakes import FakeEmbedder, FakeEngine
from transcription.engine import choose
from transcription.engine.models.catalogue import CAMPPLUS, CT_PUNC
from transcription.services.recogniser import holder
from transcription.services.recogniser.holder import (
    loaded_embedder,
    punctuator_for,
    unload_engines,
)

SIZE = 1000


@pytest.fixture(autouse=True)
def nothing_loaded(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MODELS_DIR = tmp_path
    holder._punctuator.cache_clear()
    yield
    holder._punctuator.cache_clear()


@pytest.fixture
def broken_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in its place, and nothing in the weights."""
    monkeypatch.setattr(choose, "CT_PUNC", replace(CT_PUNC, size=SIZE))
    folder = tmp_path / CT_PUNC.id
    folder.mkdir()
    for file in CT_PUNC.files:
        (folder / file.path).write_text("{}", encoding="utf-8")
    (folder / "config.yaml").write_text("model: CTTransformer\n", encoding="utf-8")
    (folder / "model.pt").write_bytes(bytes(SIZE))


def test_without_the_model_there_is_none() -> None:
    assert punctuator_for(FakeEngine(writes_punctuation=False)) is None


@pytest.mark.usefixtures("broken_model")
def test_an_engine_that_punctuates_loads_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr(holder, "load_punctuator", refuse)
    assert punctuator_for(FakeEngine()) is None


@pytest.mark.models
@pytest.mark.usefixtures("broken_model")
def test_a_broken_model_costs_the_marks_and_not_the_job(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert punctuator_for(FakeEngine(writes_punctuation=False)) is None
    assert "ct-punc cannot be loaded" in caplog.text


def test_unloading_forgets_the_speaker_model_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(holder, "choose_embedder", lambda models_dir: CAMPPLUS)
    monkeypatch.setattr(holder, "load_embedder", lambda *args, **kwargs: FakeEmbedder())
    first = loaded_embedder()
    assert loaded_embedder() is first
    unload_engines()
    assert loaded_embedder() is not first
    unload_engines()
