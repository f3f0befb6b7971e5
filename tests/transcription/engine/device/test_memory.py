"""What the engine occupies, asked while it is still being loaded."""

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from transcription.engine.device.memory import gpu_memory, release_memory


def test_half_of_torch_is_no_torch_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread imports it for seconds; sys.modules has it from the first."""
    half = ModuleType("torch")
    half.__spec__ = ModuleSpec("torch", None)
    half.__spec__._initializing = True  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", half)
    assert gpu_memory() is None
    release_memory()
