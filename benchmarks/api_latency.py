"""What does the portal add to the engine? ``python -m benchmarks.api_latency``

A clip of five seconds, N times: the bare engine call, all of the pipeline in this
process, and ``POST /api/transcribe`` through the real web server, queue and worker.
The three take turns, so that whatever else the machine does falls on all of them.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from benchmarks.bare import Bare, clips, percentile
from tests.stack import Stack


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=30)
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--engine", default="vosk")
    options.add_argument("--data-dir", type=Path)
    chosen = options.parse_args()
    bare = Bare.load(chosen.engine)
    with (
        Stack(chosen.data_dir, static=False, SHENGWEN_ENGINE=chosen.engine) as stack,
        httpx.Client(
            base_url=stack.base_url,
            headers={"Authorization": f"Bearer {stack.token()}"},
            timeout=180,
        ) as client,
    ):

        def ask(content: bytes) -> None:
            answer = client.post("/api/transcribe", files={"audio": ("c.wav", content)})
            while answer.status_code == 202:
                time.sleep(0.5)
                answer = client.get(answer.headers["Location"])
                if answer.json()["state"] in ("failed", "canceled"):
                    raise RuntimeError(answer.text)
                if answer.json()["result"] is not None:
                    return
            answer.raise_for_status()

        calls: dict[str, Callable[[bytes], object]] = {
            "bare engine": bare.recognise,
            "bare pipeline": bare.pipeline,
            "POST /api/transcribe": ask,
        }
        taken: dict[str, list[float]] = {name: [] for name in calls}
        for number, content in enumerate(clips(chosen.count + 2, chosen.seconds)):
            for name, call in calls.items():
                began = time.perf_counter()
                call(content)
                if number >= 2:  # the first ones warm up
                    taken[name].append(time.perf_counter() - began)
    report(taken, chosen.seconds, chosen.count)


def report(taken: dict[str, list[float]], seconds: float, count: int) -> None:
    p50 = {name: percentile(values, 50) for name, values in taken.items()}
    p95 = {name: percentile(values, 95) for name, values in taken.items()}
    print(f"{seconds:g} s of speech, {count} clips")
    for name in taken:
        ratio = p50[name] / p50["bare engine"]
        print(
            f"{name:22} p50 {p50[name] * 1000:6.0f} ms  p95 {p95[name] * 1000:6.0f} ms"
            f"  ×{ratio:.2f} of the bare engine"
        )
    over = (p50["POST /api/transcribe"] - p50["bare engine"]) * 1000
    print(f"The portal adds {over:.0f} ms to the bare engine call (p50).")


if __name__ == "__main__":
    main()
