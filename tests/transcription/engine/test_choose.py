"""Which recogniser runs: by what is installed, device, setting and language."""

from collections.abc import Callable
from pathlib import Path

import pytest

from transcription.engine import choose
from transcription.engine.base import EngineError, ErrorCode
from transcription.engine.choose import ChoiceReason, choose_engine
from transcription.engine.models.catalogue import (
    FSMN_VAD,
    NANO,
    NANO_TRANSFORMERS,
    PARAFORMER,
    SENSEVOICE,
    VOSK_EN,
    VOSK_ZH,
    WHISPER_SMALL,
    Model,
)

MODELS = Path("/nowhere/models")
VOSK = (VOSK_ZH, VOSK_EN)
Installed = Callable[..., None]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Installed:
    """``installed(VOSK_ZH, …)``: these models, and no others, are on the machine."""

    def put(*models: Model) -> None:
        there = {model.id for model in models}
        monkeypatch.setattr(
            Model, "is_installed", lambda self, models_dir: self.id in there
        )

    return put


@pytest.mark.parametrize(
    ("models", "device", "chosen", "reason"),
    [
        (VOSK, "cpu", "vosk", ChoiceReason.EMBEDDED),
        ((*VOSK, WHISPER_SMALL), "cpu", "vosk", ChoiceReason.EMBEDDED),
        ((*VOSK, NANO), "cpu", "vosk", ChoiceReason.EMBEDDED),
        ((*VOSK, NANO), "cuda", "funasr_nano", ChoiceReason.BEST_FOR_GPU),
        ((*VOSK, NANO_TRANSFORMERS), "cuda", "vosk", ChoiceReason.EMBEDDED),
        ((*VOSK, PARAFORMER), "cuda", "funasr_paraformer", ChoiceReason.BEST_FOR_GPU),
        ((*VOSK, SENSEVOICE), "cpu", "funasr_sensevoice", ChoiceReason.BEST_FOR_CPU),
        (
            (*VOSK, SENSEVOICE, PARAFORMER, NANO),
            "mps",
            "funasr_paraformer",
            ChoiceReason.BEST_FOR_CPU,
        ),
    ],
)
def test_auto_takes_the_best_that_the_machine_can_carry(
    installed: Installed,
    models: tuple[Model, ...],
    device: str,
    chosen: str,
    reason: ChoiceReason,
) -> None:
    installed(FSMN_VAD, *models)
    choice = choose_engine("auto", device, MODELS)
    assert (choice.name, choice.reason) == (chosen, reason)


def test_another_language_gets_the_only_engine_that_speaks_it(
    installed: Installed,
) -> None:
    installed(*VOSK, WHISPER_SMALL)
    choice = choose_engine("auto", "cpu", MODELS, "ja")
    assert choice.name == "funasr_whisper"
    assert choice.reason == ChoiceReason.ONLY_ONE_FOR_LANGUAGE


def test_nano_through_transformers_is_taken_when_named_or_when_nothing_else_is_there(
    installed: Installed,
) -> None:
    installed(*VOSK, NANO, NANO_TRANSFORMERS)
    named = choose_engine("nano_transformers", "cuda", MODELS, "ja")
    assert (named.name, named.reason) == (
        "nano_transformers",
        ChoiceReason.CONFIGURED,
    )
    assert named.models == (NANO_TRANSFORMERS,)
    assert choose_engine("funasr_nano", "cuda", MODELS).models == (NANO,)
    installed(NANO_TRANSFORMERS)
    alone = choose_engine("auto", "cuda", MODELS)
    assert (alone.name, alone.reason) == (
        "nano_transformers",
        ChoiceReason.ONLY_ONE_FOR_LANGUAGE,
    )


def test_a_language_that_nobody_speaks_is_an_error(installed: Installed) -> None:
    installed(*VOSK)
    with pytest.raises(EngineError) as caught:
        choose_engine("auto", "cpu", MODELS, "ja")
    assert caught.value.code == ErrorCode.LANGUAGE_UNSUPPORTED


def test_detection_wants_an_engine_with_a_choice(installed: Installed) -> None:
    installed(*VOSK, PARAFORMER, SENSEVOICE)
    assert choose_engine("auto", "cpu", MODELS, "zh").name == "funasr_paraformer"
    assert choose_engine("auto", "cpu", MODELS, "auto").name == "funasr_sensevoice"
    installed(PARAFORMER)
    assert choose_engine("auto", "cpu", MODELS, "auto").name == "funasr_paraformer"


def test_a_named_engine_is_not_replaced(installed: Installed) -> None:
    installed(*VOSK, PARAFORMER, SENSEVOICE)
    choice = choose_engine("funasr_paraformer", "cpu", MODELS, "auto")
    assert (choice.name, choice.reason) == (
        "funasr_paraformer",
        ChoiceReason.CONFIGURED,
    )
    assert choose_engine("funasr_paraformer", "cpu", MODELS, "en").name != choice.name


def test_a_named_engine_that_is_not_there_is_missing(installed: Installed) -> None:
    installed(*VOSK)
    with pytest.raises(EngineError) as caught:
        choose_engine("funasr_nano", "cuda", MODELS)
    assert caught.value.code == ErrorCode.MODEL_MISSING


def test_a_machine_without_models_says_so(installed: Installed) -> None:
    installed()
    with pytest.raises(EngineError) as caught:
        choose_engine("auto", "cpu", MODELS)
    assert caught.value.code == ErrorCode.MODEL_MISSING


def test_a_card_counts_only_with_a_torch_that_can_use_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(choose, "_has_nvidia", lambda: True)
    monkeypatch.setattr(choose, "version", lambda name: "2.13.0+cpu")
    assert choose.find_device() == "cpu"
    monkeypatch.setattr(choose, "version", lambda name: "2.13.0+cu130")
    assert choose.find_device() == "cuda"


def test_a_service_is_only_taken_when_it_is_named(installed: Installed) -> None:
    installed(*VOSK)
    url = "http://127.0.0.1:8001"
    assert choose_engine("auto", "cpu", MODELS, service_url=url).name == "vosk"
    choice = choose_engine("vllm", "cpu", MODELS, "ja", service_url=url)
    assert (choice.name, choice.service_url) == ("vllm", url)
    assert (choice.device, choice.title) == ("service", "vLLM")
    with pytest.raises(EngineError) as caught:
        choose_engine("vllm", "cpu", MODELS)
    assert caught.value.code is ErrorCode.MODEL_MISSING
