"""Whisper small on a CPU: full precision against int8 weights.

The linear layers are quantised by torch as the model is loaded (dynamic int8: weights
once, activations at each call). Both get the same clips in turn in one run, so that
whatever else the machine does befalls both alike. Prints, for each, the CER and the
CPU seconds and real seconds for each second of audio, and the ratio.

    python -m benchmarks.recognisers.int8 --clips 10 --threads 1
"""

import argparse
import json
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import soundfile

from benchmarks.bare import MODELS, OPTIONS
from tests.stack import ROOT
from transcription.engine.base import SAMPLE_RATE, Samples
from transcription.engine.funasr.whisper import FunasrWhisper
from transcription.evaluation.scores.cer import Score, pooled, score_one
from transcription.evaluation.scores.texts import wanted

DATA = ROOT.parent / "shared" / "data"
SETS = ("sentences", "real")


@dataclass(slots=True)
class Side:
    """One of the two engines and what became of it."""

    name: str
    engine: FunasrWhisper
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    scores: dict[str, list[Score]] = field(default_factory=dict)

    def recognise(self, which: str, samples: Samples, reference: str) -> None:
        cpu, began = time.process_time(), time.perf_counter()
        (recognised,) = self.engine.recognise([samples], OPTIONS)
        self.cpu_seconds += time.process_time() - cpu
        self.seconds += time.perf_counter() - began
        self.scores.setdefault(which, []).append(score_one(reference, recognised.text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=10, help="of each set")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    sides = [_loaded("fp32", arguments.threads), _loaded("int8", arguments.threads)]
    quantise(sides[1].engine)
    audio_seconds = 0.0
    for which in SETS:
        for number, (samples, reference) in enumerate(clips(which, arguments.clips)):
            audio_seconds += len(samples) / SAMPLE_RATE
            for side in sides if number % 2 else reversed(sides):
                side.recognise(which, samples, reference)
    _print(sides, audio_seconds, arguments.threads)


def quantise(engine: FunasrWhisper) -> None:
    """Put int8 weights in the place of every linear layer."""
    import torch
    import whisper

    network = engine._model.network
    for module in network.modules():
        # Whisper's own class only casts its weights to the input's type; torch knows
        # how to quantise the plain one.
        if type(module) is whisper.model.Linear:
            module.__class__ = torch.nn.Linear
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.ao.quantization.quantize_dynamic(
            network, {torch.nn.Linear}, dtype=torch.qint8, inplace=True
        )


def clips(which: str, count: int) -> Iterator[tuple[Samples, str]]:
    manifest = json.loads((DATA / which / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest[:count]:
        samples, rate = soundfile.read(DATA / entry["file"], dtype="float32")
        assert rate == SAMPLE_RATE
        # Whisper writes figures by itself.
        yield samples, wanted(entry["text"], "zh", as_written=True)


def _loaded(name: str, threads: int) -> Side:
    directory = MODELS / "whisper-small"
    return Side(name, FunasrWhisper(directory, device="cpu", threads=threads))


def _print(sides: list[Side], audio_seconds: float, threads: int) -> None:
    print(f"Whisper small, {audio_seconds:.0f} s of audio, {threads} thread(s)")
    print("           " + "".join(f"{f'CER {which}':>16}" for which in SETS), end="")
    print("    CPU s / s    real s / s")
    for side in sides:
        scores = [pooled(side.scores[which]) for which in SETS]
        cers = "".join(f"{score.percent:>14.2f} %" for score in scores)
        cpu, real = side.cpu_seconds / audio_seconds, side.seconds / audio_seconds
        print(f"{side.name:<11}{cers}{cpu:>13.2f}{real:>14.2f}")
    fp32, int8 = sides
    print(f"int8 needs {int8.cpu_seconds / fp32.cpu_seconds:.2f} of the CPU time")


if __name__ == "__main__":
    main()
