"""One place reads from the settings which recogniser they call for."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.stack import ROOT
from transcription.engine.choose import ChoiceReason
from transcription.engine.models.catalogue import Model
from transcription.services.recogniser.choice import configured_choice


def test_settings_name_the_recogniser_and_a_wish_goes_before(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "is_installed", lambda self, models_dir: True)
    settings.MODELS_DIR = tmp_path
    settings.ENGINE_DEVICE = "cuda"
    settings.ENGINE, settings.ENGINE_URL = "vllm", "http://127.0.0.1:8001"
    choice = configured_choice()
    assert (choice.name, choice.service_url) == ("vllm", settings.ENGINE_URL)
    wanted = configured_choice("en", "funasr_whisper")
    assert (wanted.name, wanted.device) == ("funasr_whisper", "cuda")
    assert wanted.models_dir == tmp_path
    settings.ENGINE = "funasr_paraformer"
    choice = configured_choice("yue")
    assert (choice.name, choice.reason) == (
        "funasr_sensevoice",
        ChoiceReason.ONLY_ONE_FOR_LANGUAGE,
    )


def test_nobody_else_in_the_portal_chooses_or_loads_an_engine() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for folder in ("portal", "transcription")
        for path in (ROOT / folder).rglob("*.py")
        for name in ("choose_engine(", "load_engine(")
        if name in path.read_text(encoding="utf-8")
    }
    assert users == {
        "transcription/engine/choose.py",
        "transcription/services/recogniser/choice.py",
        "transcription/services/recogniser/holder.py",
    }
