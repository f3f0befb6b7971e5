"""Does a gigabyte pass through memory? ``python -m benchmarks.portal.upload_memory``

Uploads a WAV of 1 GB into the real web server and watches its resident memory; then
ten of 100 MB side by side.
"""

import argparse
import http.client
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.stack import Stack

MB = 2**20
BOUNDARY = "shengwen-benchmark"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=1024)
    options.add_argument("--data-dir", type=Path)
    chosen = options.parse_args()
    with Stack(
        chosen.data_dir, programs="web", static=False, SHENGWEN_API_WAIT_SECONDS="0"
    ) as stack:
        secret = stack.token()
        upload(stack, secret, 1)  # everything is imported, every table opened
        idle = resident(stack)
        one, seconds = watched(stack, lambda: upload(stack, secret, chosen.megabytes))
        print(f"idle {idle:.0f} MB")
        print(
            f"one upload of {chosen.megabytes} MB: "
            f"peak {one:.0f} MB (+{one - idle:.0f}), "
            f"{seconds:.1f} s, {chosen.megabytes / seconds:.0f} MB/s"
        )

        def many() -> None:
            with ThreadPoolExecutor(10) as pool:
                list(pool.map(lambda _: upload(stack, secret, 100), range(10)))

        ten, seconds = watched(stack, many)
        print(
            f"ten of 100 MB at once: peak {ten:.0f} MB (+{ten - idle:.0f})"
            f", {seconds:.1f} s, {1000 / seconds:.0f} MB/s"
        )


def watched(stack: Stack, work: Callable[[], None]) -> tuple[float, float]:
    """The server's peak memory in MB while ``work`` runs, and its seconds."""
    peak, done = resident(stack), threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.02):
            peak = max(peak, resident(stack))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    try:
        work()
    finally:
        seconds = time.perf_counter() - began
        done.set()
        watcher.join()
    return peak, seconds


def resident(stack: Stack) -> float:
    return sum(one.memory_info().rss for one in stack.server_processes()) / MB


def upload(stack: Stack, secret: str, megabytes: int) -> None:
    """A WAV that is made while it is sent."""
    head = (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
        'name="audio"; filename="long.wav"\r\nContent-Type: audio/wav\r\n\r\n'
    ).encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()
    size = megabytes * MB
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=600)
    connection.putrequest("POST", "/api/transcribe")
    connection.putheader("Authorization", f"Bearer {secret}")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(len(head) + size + len(tail)))
    connection.endheaders()
    connection.send(head)
    for piece in _wav(size):
        connection.send(piece)
    connection.send(tail)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    if answer.status != 202:
        raise RuntimeError(f"{answer.status}: {body}")


def _wav(size: int) -> Iterator[bytes]:
    data = size - 44
    yield struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", size - 8, b"WAVE", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16),
        *(b"data", data),
    )
    noise = os.urandom(MB)  # no two files alike: an equal one would be answered at once
    while data > 0:
        yield noise[:data]
        data -= MB


if __name__ == "__main__":
    main()
