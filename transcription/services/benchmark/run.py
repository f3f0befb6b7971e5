"""How fast is this machine? A standard load through processes like the workers' own.

No server, queue, database or archive: every worker is a child of this process with an
engine of its own, which reads one JSON order a line and answers with one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import IO, Any

import numpy as np
from django.conf import settings

from transcription.engine.base import EngineError, ErrorCode
from transcription.services.benchmark.load import LoadedWorker, peak_memory
from transcription.services.benchmark.machine import Machine, this_machine_facts

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
LATENCY_CLIPS = 20


@dataclass(frozen=True, slots=True)
class Orders:
    """What is measured. ``engine`` empty: what the settings choose."""

    files: tuple[Path, ...]
    language: str = "zh"
    engine: str = ""
    workers: int = 1
    seconds: float = 60
    at_once: int = 1  # recordings that a worker has in hand


@dataclass(frozen=True, slots=True)
class Throughput:
    """A stretch of the standard load by some workers at once."""

    workers: int
    files: int
    audio_seconds: float
    seconds: float
    audio_per_second: float  # the sum over the workers

    @property
    def real_time_factor(self) -> float:
        return 1 / self.audio_per_second

    @property
    def hours_a_day(self) -> float:
        return self.audio_per_second * 24


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Everything the report tells."""

    at: datetime
    machine: Machine
    software: dict[str, str]
    engine: str
    model: str
    device: str
    threads: int
    at_once: int
    language: str
    files: tuple[str, ...]
    load_seconds: float
    single: Throughput
    together: Throughput
    latency_p50: float
    latency_p95: float
    process_bytes: int
    gpu_bytes: int | None

    def as_json(self) -> dict[str, Any]:
        """For programs: names never change their meaning, new ones may come."""
        return {
            "version": 1,
            **asdict(self),
            "at": self.at.isoformat(timespec="seconds"),
            "single": _throughput_json(self.single),
            "together": _throughput_json(self.together),
        }


def configured_workers() -> int:
    """How many recognisers the settings run at once on one machine."""
    clusters = settings.Q_CLUSTER
    batch: int = clusters["ALT_CLUSTERS"]["batch"]["workers"]
    return int(clusters["workers"]) + batch


def standard_load() -> tuple[Path, ...]:
    """The two sample calls that come with the portal."""
    return tuple(sorted(SAMPLES.glob("*.wav")))


def run_benchmark(orders: Orders, tell: Callable[[str], object]) -> Benchmark:
    """Measure, and say to ``tell`` what is being measured. Takes minutes. Raises
    ``EngineError`` when there is no engine, or it recognises nothing in the load."""
    machine = this_machine_facts()
    with _workers(orders, 1) as (alone,):
        tell("1/3 one recording after another …")
        single = alone.ask(do="throughput", seconds=orders.seconds, at_once=1)
        tell(f"2/3 {LATENCY_CLIPS} clips of five seconds …")
        waits = alone.ask(do="latencies", count=LATENCY_CLIPS)["latencies"]
        memory = alone.ask(do="memory")
    tell(f"3/3 {orders.workers} workers at once …")
    with _workers(orders, orders.workers) as many:
        for worker in many:
            worker.order(
                do="throughput", seconds=orders.seconds, at_once=orders.at_once
            )
        together = [worker.answer() for worker in many]
    return Benchmark(
        at=datetime.now(UTC),
        machine=machine,
        software=_software(),
        engine=alone.facts["engine"],
        model=alone.facts["model"],
        device=alone.facts["device"],
        threads=settings.ENGINE_THREADS,
        at_once=orders.at_once,
        language=orders.language,
        files=tuple(path.name for path in orders.files),
        load_seconds=alone.facts["load_seconds"],
        single=_throughput([single]),
        together=_throughput(together),
        latency_p50=median(waits),
        latency_p95=float(np.percentile(waits, 95)),
        process_bytes=memory["process_bytes"],
        gpu_bytes=memory.get("gpu_bytes"),
    )


def serve_orders(orders: Orders, source: IO[str], target: IO[str]) -> None:
    """The child's side: load, say so, and do what is asked until the end of input."""
    files = list(orders.files)
    try:
        worker = LoadedWorker(orders.language)
        _say(target, worker.facts())
        for line in source:
            order = json.loads(line)
            match order["do"]:
                case "throughput":
                    rate = worker.throughput(files, order["seconds"], order["at_once"])
                    _say(target, rate)
                case "latencies":
                    waits = worker.latencies(files, order["count"])
                    _say(target, {"latencies": waits})
                case "memory":
                    _say(target, peak_memory())
    except EngineError as error:
        _say(target, {"error": error.code, "detail": error.detail})


class _Worker:
    """The parent's side of a child."""

    def __init__(self, orders: Orders) -> None:
        command = [
            *(sys.executable, str(settings.BASE_DIR / "manage.py")),
            *("benchmark", "--as-worker", "--language", orders.language),
            *(str(path.resolve()) for path in orders.files),
        ]
        named = {"SHENGWEN_ENGINE": orders.engine} if orders.engine else {}
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **named},
        )
        self.facts: dict[str, Any] = {}

    def ask(self, **order: object) -> dict[str, Any]:
        self.order(**order)
        return self.answer()

    def order(self, **order: object) -> None:
        target = _pipe(self.process.stdin)
        try:
            target.write(json.dumps(order) + "\n")
            target.flush()
        except BrokenPipeError:
            raise EngineError(ErrorCode.WORKER_LOST) from None

    def answer(self) -> dict[str, Any]:
        for line in _pipe(self.process.stdout):
            if line.startswith("{"):  # a library may print something else
                answer: dict[str, Any] = json.loads(line)
                if "error" in answer:
                    raise EngineError(ErrorCode(answer["error"]), answer["detail"])
                return answer
        raise EngineError(ErrorCode.WORKER_LOST)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):  # an order that nobody reads any more
                _pipe(pipe).close()


@contextmanager
def _workers(orders: Orders, count: int) -> Iterator[list[_Worker]]:
    """Loaded one after another: a model's checkpoint is in memory twice meanwhile."""
    with ExitStack() as stack:
        workers = []
        for _number in range(count):
            worker = _Worker(orders)
            stack.callback(worker.close)
            worker.facts = worker.answer()
            workers.append(worker)
        yield workers


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise ValueError("A worker without pipes.")
    return pipe


def _throughput(answers: list[dict[str, Any]]) -> Throughput:
    return Throughput(
        workers=len(answers),
        files=sum(answer["files"] for answer in answers),
        audio_seconds=sum(answer["audio_seconds"] for answer in answers),
        seconds=max(answer["seconds"] for answer in answers),
        audio_per_second=sum(
            answer["audio_seconds"] / answer["seconds"] for answer in answers
        ),
    )


def _throughput_json(throughput: Throughput) -> dict[str, Any]:
    return {
        **asdict(throughput),
        "real_time_factor": throughput.real_time_factor,
        "hours_a_day": throughput.hours_a_day,
    }


def _software() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for name in ("torch", "funasr", "vosk"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _say(target: IO[str], answer: dict[str, Any]) -> None:
    target.write(json.dumps(answer) + "\n")
    target.flush()
