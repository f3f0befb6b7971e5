"""The table of recognisers: complete, cheap to import, and true of the adapters."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack import ROOT
from tests.transcription.engine.table import agrees_with_the_table
from transcription.engine.base import EngineError, ErrorCode
from transcription.engine.choose import (
    ChoiceReason,
    EngineChoice,
    choose_engine,
    load_engine,
)
from transcription.engine.models.catalogue import CATALOGUE, ModelKind
from transcription.engine.recognisers import (
    NAMES,
    RECOGNISERS,
    Recogniser,
    recogniser_named,
    recogniser_of,
)

# Of the rows that FunASR runs, the tiny model that stands for theirs.
TINY = {
    "funasr_whisper": "whisper",
    "funasr_nano": "nano",
    "funasr_paraformer": "seaco",
    "funasr_sensevoice": "sensevoice",
}
WITHOUT_FUNASR = {"vosk", "nano_transformers", "vllm"}  # test_remote.py has vllm's


def choice_of(row: Recogniser, models_dir: Path) -> EngineChoice:
    reason = ChoiceReason.CONFIGURED
    return EngineChoice(row, row.models, models_dir, "cpu", reason)


def test_a_model_that_recognises_has_one_recogniser_and_no_other_model_has() -> None:
    assert len(set(NAMES)) == len(RECOGNISERS)
    listed = [
        model for row in RECOGNISERS if not row.is_service for model in row.models
    ]
    recognising = [model for model in CATALOGUE if model.kind == ModelKind.ASR]
    assert sorted(m.id for m in listed) == sorted(m.id for m in recognising)
    for model in CATALOGUE:
        assert (recogniser_of(model) is None) == (model.kind != ModelKind.ASR)


@pytest.mark.parametrize("row", RECOGNISERS, ids=lambda row: row.name)
def test_a_recogniser_is_chosen_by_its_name(
    row: Recogniser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EngineError) as missing:
        choose_engine(row.name, "cpu", tmp_path)
    assert missing.value.code is ErrorCode.MODEL_MISSING
    monkeypatch.setattr(type(row.models[0]), "is_installed", lambda *args: True)
    url = "http://127.0.0.1:8001"
    choice = choose_engine(row.name, "cuda", tmp_path, service_url=url)
    assert choice.recogniser is row
    assert choice.device == ("cuda" if "cuda" in row.devices else row.devices[0])


def test_the_table_is_read_without_loading_what_recognises() -> None:
    code = "import sys, transcription.engine.recognisers; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "transcription.engine.recognisers" in loaded
    assert not loaded & {"torch", "funasr", "transformers", "vosk", "numpy", "django"}


@pytest.mark.parametrize("name", ["docs/models.md", "docs/deployment.md"])
def test_the_handbook_names_every_recogniser(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [row for row in NAMES if f"`{row}`" not in text] == []


def test_vosk_is_loaded_by_its_row(tmp_path: Path) -> None:
    row = recogniser_named("vosk")
    assert row
    agrees_with_the_table(load_engine(choice_of(row, tmp_path), threads=1).facts)


@pytest.mark.models
@pytest.mark.usefixtures("no_network")
def test_what_funasr_runs_is_loaded_by_its_row(tiny: Path, tmp_path: Path) -> None:
    assert set(TINY) | WITHOUT_FUNASR == set(NAMES)
    for name, folder in TINY.items():
        row = recogniser_named(name)
        assert row
        row.models[0].directory(tmp_path).symlink_to(tiny / folder)
        facts = load_engine(choice_of(row, tmp_path), threads=1).facts
        assert facts.name == name
        agrees_with_the_table(facts)
