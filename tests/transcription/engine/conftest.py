"""Models with random weights, built once in a run, and no way to the network."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.tiny_models import funasr, nano
from transcription.engine.funasr.runtime import import_funasr


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of tiny models. Importing FunASR takes 12–25 seconds."""
    import_funasr()
    root = tmp_path_factory.mktemp("tiny")
    funasr.build_energy_vad(root / "vad")
    funasr.build_sensevoice(root / "sensevoice")
    funasr.build_seaco(root / "seaco")
    nano.build_nano(root / "nano", with_ctc=False)
    nano.build_nano(root / "nano-ctc", with_ctc=True)
    funasr.build_whisper(root / "whisper")
    funasr.build_campplus(root / "campplus")
    funasr.build_ct_punc(root / "punc")
    funasr.build_ct_punc(root / "punc-unk", says_unk=True)
    return root


@pytest.fixture(scope="session")
def tiny_nano(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Fun-ASR-Nano in transformers' layout."""
    return nano.build_nano_transformers(tmp_path_factory.mktemp("hf") / "nano")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test when anything tries to reach the network, even in vain."""
    attempts: list[Any] = []

    def refuse(*args: Any, **_: Any) -> NoReturn:
        attempts.append(args)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield
    assert attempts == []
