"""Does memory grow with the recording? ``python -m benchmarks.portal.long_recording``

Half an hour and three hours of the same speech go through the batch queue, each into
workers that have just been started. Prints the peak of memory of all the queue's
processes together and the ratio of both. Most of it is silence with a hiss, so that it
takes minutes: decoding, windows, checkpoints and the transcript are as long as in
earnest; ``--speech`` is the share of time in which somebody speaks. With ``--service``
the recogniser is a service beside the queue that says one sentence of everything: so
hours of speech without a pause take minutes, and all but the recogniser is measured.
"""

import argparse
import json
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import psutil

from benchmarks.bare import decoded, sentences
from tests.stack import Stack
from transcription.engine.base import SAMPLE_RATE

MB = 2**20
BLOCK_SECONDS = 60
_UPLOAD = """
from pathlib import Path
from accounts.services.audit.writing import SYSTEM
from accounts.models.members import Membership
from transcription.services.recordings.keeping import (
    CallDetails, UploadOptions, upload_recording)
from transcription.services.media.uploads import hashed_copy
done = upload_recording(
    membership=Membership.objects.get(), origin=SYSTEM,
    file=hashed_copy(Path({path!r})), options=UploadOptions("zh", True),
    details=CallDetails(), queue="batch")
print("JOB", done.job.pk)
"""
_STATE = """
from transcription.models.jobs import TranscriptionJob
from transcription.models.transcripts import Segment
job = TranscriptionJob.objects.get(pk={job})
print("STATE", job.state, job.error_code, Segment.objects.count())
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One recording: its minutes, sentences, seconds of work and megabytes."""

    minutes: int
    segments: int
    seconds: float
    idle: float
    peak: float

    def __str__(self) -> str:
        return (
            f"{self.minutes:4} min: peak {self.peak:.0f} MB, {self.idle:.0f} MB before"
            f" it; {self.segments} segments in {self.seconds:.0f} s"
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=int, nargs=2, default=(30, 180))
    options.add_argument("--speech", type=float, default=0.05)
    options.add_argument("--engine", default="vosk")
    options.add_argument("--service", action="store_true")
    chosen = options.parse_args()
    found = []
    service = parrot() if chosen.service else nullcontext("")
    with tempfile.TemporaryDirectory() as folder, service as url:
        engine = "vllm" if url else chosen.engine
        for minutes in chosen.minutes:
            path = Path(folder) / f"{minutes}.wav"
            write(path, minutes, chosen.speech)
            found.append(measured(path, minutes, engine, url))
            path.unlink()
            print(found[-1], flush=True)
    short, long = found
    print(f"ratio {long.peak / short.peak:.2f}")


def write(path: Path, minutes: int, share: float) -> None:
    """A minute of speech and near-silence, each from another sentence."""
    speech = np.concatenate([decoded(source) for source in sentences()])
    rng = np.random.default_rng(1)
    spoken = int(BLOCK_SECONDS * share * SAMPLE_RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for minute in range(minutes):
            block = rng.integers(-8, 9, BLOCK_SECONDS * SAMPLE_RATE, dtype=np.int16)
            start = minute * spoken % (len(speech) - spoken)
            block[SAMPLE_RATE : SAMPLE_RATE + spoken] += speech[start : start + spoken]
            file.writeframes(block.tobytes())


@contextmanager
def parrot() -> Iterator[str]:
    """The address of a service that speaks as vLLM does and recognises nothing."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say({"data": [{"id": "parrot"}]})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._say({"text": "您好，请问我想查一下今天的营业时间，客服电话是多少？"})

        def _say(self, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return None

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def measured(path: Path, minutes: int, engine: str, url: str) -> Measured:
    with Stack(
        programs="web,batch",
        static=False,
        SHENGWEN_ENGINE=engine,
        SHENGWEN_ENGINE_URL=url,
    ) as stack:
        stack.token()  # makes the department
        idle = resident(stack)
        peak, done = idle, threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.1):
                peak = max(peak, resident(stack))

        watcher = threading.Thread(target=watch)
        watcher.start()
        began = time.perf_counter()
        try:
            job = int(_said(stack, "JOB", _UPLOAD.format(path=str(path)))[0])
            segments = wait_for(stack, job)
        finally:
            done.set()
            watcher.join()
        return Measured(minutes, segments, time.perf_counter() - began, idle, peak)


def wait_for(stack: Stack, job: int) -> int:
    """How many segments the recording has become."""
    while True:
        state, *_code, segments = _said(stack, "STATE", _STATE.format(job=job))
        if state == "succeeded":
            return int(segments)
        if state in ("failed", "canceled"):
            raise RuntimeError(f"{state}\n{stack.log()[-2000:]}")
        time.sleep(5)


def resident(stack: Stack) -> float:
    """Megabytes of the queue's processes, decoder included. What they share by having
    been forked from each other, or with other programs, is counted once."""
    assert stack.process is not None
    total = 0
    for one in psutil.Process(stack.process.pid).children(recursive=True):
        try:
            if any("cluster" in w or "decode_worker" in w for w in one.cmdline()):
                total += one.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / MB


def _said(stack: Stack, word: str, code: str) -> list[str]:
    """What the code prints after ``word``, in the stack's installation."""
    return stack.manage("shell", "--no-imports", "-c", code).split(word, 1)[1].split()


if __name__ == "__main__":
    main()
