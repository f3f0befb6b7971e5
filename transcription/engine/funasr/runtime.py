"""The one place where FunASR is imported, loaded and called.

FunASR is not thread-safe, takes a missing directory for a name on a hub, looks for
updates without a timeout and follows paths and URLs in what it is given. So: one lock
per process, offline by environment, a directory that was checked, and arrays only.
"""

import contextlib
import io
import logging
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MethodType
from typing import Any

import numpy as np

from transcription.engine.base import EngineError, ErrorCode, Samples
from transcription.engine.device.torch_models import failed_call, failed_load
from transcription.engine.models.catalogue import class_of

_lock = threading.Lock()


class FunasrModel:
    """A FunASR model that was loaded from a local directory."""

    def __init__(
        self,
        directory: Path,
        funasr_class: str,
        *,
        threads: int,
        weights: str = "model.pt",
        **conf: Any,
    ) -> None:
        self.directory = directory
        if not (directory / weights).is_file():
            raise EngineError(ErrorCode.MODEL_MISSING, directory.name)
        if weights != "model.pt":
            conf["init_param"] = str((directory / weights).resolve())
        self._auto: Any = _load(directory, funasr_class, threads, conf)
        _keep_lstms_from_onednn(self._auto.model)

    @property
    def device(self) -> str:
        """Where it really runs: FunASR falls back to the CPU without a message."""
        return str(self._auto.kwargs["device"])

    @property
    def network(self) -> Any:
        """The torch module, for probing what a checkpoint can do."""
        return self._auto.model

    @property
    def tokenizer(self) -> str:
        """The class of tokenizer that the directory's configuration names."""
        return type(self._auto.kwargs["tokenizer"]).__name__

    def generate(self, inputs: Sequence[Any], **options: Any) -> list[dict[str, Any]]:
        """One dictionary per input, in order; ``{}`` where the model had nothing.

        FunASR drops results of inputs in which it found no speech, so that a list comes
        back shorter than it went in. Then every input is asked alone.
        """
        if not inputs:  # FunASR: n must be > 0
            return []
        results = self._call(list(inputs), options)
        if len(results) == len(inputs):
            return results
        if len(inputs) == 1:
            return results[:1] or [{}]
        alone = {**options, "batch_size": 1}
        return [self.generate([one], **alone)[0] for one in inputs]

    def generate_as_one(self, inputs: Sequence[Any]) -> dict[str, Any]:
        """The one dictionary with which models of vectors answer a whole batch."""
        (result,) = self._call(list(inputs), {"batch_size": len(inputs)})
        return result

    def _call(self, inputs: list[Any], options: dict[str, Any]) -> list[dict[str, Any]]:
        name = self.directory.name
        try:
            with _lock, _quietly():
                results: list[dict[str, Any]] = self._auto.generate(
                    input=inputs, disable_pbar=True, **options
                )
                return results
        except Exception as error:
            raise failed_call(error, name) from error


def _keep_lstms_from_onednn(network: Any) -> None:
    """Let torch compute LSTMs on a CPU by itself.

    oneDNN's (torch 2.13.0) frees pointers that it never set when it frees such a layer:
    the process dies then, or at its end (gdb: ``~rnn_brgemm_t``, called by
    ``~ref_rnn_fwd_t``). SeACo's encoder of hotwords is one.
    """
    import torch

    def forward(self: Any, *args: Any, **options: Any) -> Any:
        with torch.backends.mkldnn.flags(enabled=False):
            return torch.nn.LSTM.forward(self, *args, **options)

    for module in network.modules():
        if isinstance(module, torch.nn.LSTM):
            module.forward = MethodType(forward, module)


def as_tensors(pieces: Sequence[Samples]) -> list[Any]:
    """The pieces as torch tensors: Fun-ASR-Nano takes nothing else."""
    import torch

    return [torch.from_numpy(np.ascontiguousarray(piece)) for piece in pieces]


def import_funasr() -> Any:
    """FunASR's ``AutoModel``. The first import takes 12–25 s and half a gigabyte."""
    root = logging.getLogger()
    if _is_worth_logging not in root.filters:
        root.addFilter(_is_worth_logging)
    with _lock, _quietly():
        from funasr import AutoModel
    return AutoModel


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Without FunASR's warnings, and without what it prints."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Without FunASR's messages: they go to the root logger and include hotwords."""
    return record.levelno >= logging.ERROR or "/funasr/" not in record.pathname


def _load(
    directory: Path, funasr_class: str, threads: int, conf: dict[str, Any]
) -> Any:
    if class_of(directory) != funasr_class:
        raise EngineError(
            ErrorCode.MODEL_BROKEN, f"{directory.name} is not a {funasr_class}"
        )
    auto_model = import_funasr()
    try:
        with _lock, _quietly():
            return auto_model(
                model=str(directory.resolve()),
                disable_update=True,
                disable_pbar=True,
                # A model's own configuration may ask for it: never run its code.
                trust_remote_code=False,
                log_level="ERROR",
                ncpu=threads,
                **conf,
            )
    except Exception as error:
        raise failed_load(error, directory.name) from error
