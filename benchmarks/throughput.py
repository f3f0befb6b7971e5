"""How much of the engine's speed is left? ``python -m benchmarks.throughput``

The same short recordings through the bare engine and the bare pipeline in one process,
and through HTTP into the real queue and its worker. Prints seconds of audio per second.
The bare engine is asked one clip after the other, as ``funasr-server`` does, and with
all clips in one call, which is the most that it can do. Half of the bare calls come
before the portal's and half after, so that a machine that others use as well changes
for all of them.
"""

import argparse
import time
import wave
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import httpx

from benchmarks.bare import Bare, clips
from tests.stack import Stack

Given = TypeVar("Given")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=60)
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--callers", type=int, default=8)
    options.add_argument("--engine", default="vosk")
    options.add_argument("--data-dir", type=Path)
    chosen = options.parse_args()
    files = list(clips(chosen.count, chosen.seconds))
    audio_seconds = sum(_seconds(content) for content in files)
    bare = Bare.load(chosen.engine)
    bare.pipeline(files[0])
    half = len(files) // 2
    batches = [files[:half], files[half:]]
    engine_alone = seconds_of(bare.recognise, batches[0])
    in_one_call = seconds_of(bare.recognise_all, batches[:1])
    alone = seconds_of(bare.pipeline, batches[0])
    with Stack(
        chosen.data_dir,
        static=False,
        SHENGWEN_ENGINE=chosen.engine,
        SHENGWEN_API_WAIT_SECONDS="600",
    ) as stack:
        portal = through_http(stack, files, chosen.callers)
    engine_alone += seconds_of(bare.recognise, batches[1])
    in_one_call += seconds_of(bare.recognise_all, batches[1:])
    alone += seconds_of(bare.pipeline, batches[1])
    print(f"{len(files)} clips, {audio_seconds:.0f} s of audio")
    for name, seconds in (
        ("bare engine", engine_alone),
        ("… in one call", in_one_call),
        ("bare pipeline", alone),
        ("portal", portal),
    ):
        print(
            f"{name:14} {seconds:6.1f} s  {audio_seconds / seconds:5.1f}× real time"
            f"  {engine_alone / seconds:.0%} of the bare engine"
        )


def seconds_of(do: Callable[[Given], object], given: list[Given]) -> float:
    began = time.perf_counter()
    for one in given:
        do(one)
    return time.perf_counter() - began


def through_http(stack: Stack, files: list[bytes], callers: int) -> float:
    """Seconds from the first upload to the last transcript; workers are warm."""
    headers = {"Authorization": f"Bearer {stack.token()}"}
    with httpx.Client(base_url=stack.base_url, headers=headers, timeout=700) as client:

        def ask(content: bytes) -> None:
            answer = client.post("/api/transcribe", files={"audio": ("c.wav", content)})
            if answer.status_code != 200:
                raise RuntimeError(answer.text)

        ask(next(clips(1, 2.0)))
        with ThreadPoolExecutor(callers) as pool:
            began = time.perf_counter()
            list(pool.map(ask, files))
            seconds: float = time.perf_counter() - began
        return seconds


def _seconds(content: bytes) -> float:
    with wave.open(BytesIO(content)) as file:
        return float(file.getnframes() / file.getframerate())


if __name__ == "__main__":
    main()
