"""The repair of vLLM's adaptor, on a stand-in for vLLM's class with real attention.

``benchmarks.recognisers.vllm_service`` shows the same on a running vLLM, which no test
installs.
"""

import importlib
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.models
LENGTHS = (3, 9, 5)
WIDTH = 8


class PaddedAdaptor(torch.nn.Module):  # type: ignore[misc, name-defined]
    """Attention without a mask, as in vLLM 0.27.1."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.block = torch.nn.TransformerEncoderLayer(
            WIDTH, 2, dropout=0.0, batch_first=True
        )

    def forward(self, hidden: Any, lengths: Any) -> tuple[Any, Any]:
        return self.block(hidden[:, : lengths.max()]), lengths


class StandIn:
    """What vLLM calls ``FunASRModel``."""

    def __init__(self) -> None:
        self.encoder = SimpleNamespace(
            audio_encoder=lambda speech, lengths: (speech, lengths),
            audio_adaptor=PaddedAdaptor().eval(),
        )

    def get_encoder_outputs(self, speech: Any, speech_lengths: Any) -> Any:
        return self.encoder.audio_adaptor(speech, speech_lengths)[0]


def load_the_repair(monkeypatch: pytest.MonkeyPatch, model: type) -> None:
    module = ModuleType("vllm.model_executor.models.funasr")
    module.FunASRModel = model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for package in ("vllm", "vllm.model_executor", "vllm.model_executor.models"):
        monkeypatch.setitem(sys.modules, package, ModuleType(package))
    name = "transcription.engine.vllm.worker"
    monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.import_module(name)
    monkeypatch.delitem(sys.modules, name)


@pytest.fixture
def pieces() -> list[Any]:
    torch.manual_seed(1)
    return [torch.randn(length, WIDTH) for length in LENGTHS]


def encoded_together(model: Any, pieces: list[Any]) -> list[Any]:
    """The frames of each piece, without those of its padding."""
    speech = torch.nn.utils.rnn.pad_sequence(pieces, batch_first=True)
    lengths = torch.tensor([len(piece) for piece in pieces])
    with torch.no_grad():
        outputs = model.get_encoder_outputs(speech, lengths)
    return [output[: len(piece)] for output, piece in zip(outputs, pieces, strict=True)]


def test_a_piece_is_encoded_as_if_it_were_alone(
    monkeypatch: pytest.MonkeyPatch, pieces: list[Any]
) -> None:
    class Model(StandIn):
        pass

    model = Model()
    alone = [encoded_together(model, [piece])[0] for piece in pieces]
    before = encoded_together(model, pieces)
    assert not torch.allclose(before[0], alone[0], atol=1e-3)  # else nothing is shown
    load_the_repair(monkeypatch, Model)
    for repaired, expected in zip(encoded_together(model, pieces), alone, strict=True):
        assert torch.allclose(repaired, expected, atol=1e-5)


def test_a_vllm_that_it_does_not_know_is_not_touched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Renamed:
        pass

    with pytest.raises(RuntimeError, match=r"requirements/vllm\.txt"):
        load_the_repair(monkeypatch, Renamed)
    assert not hasattr(Renamed, "get_encoder_outputs")
