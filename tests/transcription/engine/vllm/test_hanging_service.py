"""A service that keeps its callers waiting holds neither a worker nor its end."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from types import FrameType

import numpy as np
import pytest

from tests.transcription.engine.vllm.unruly import Unruly, dripping, ok, silence
from transcription.engine.base import (
    EngineError,
    ErrorCode,
    RecognitionOptions,
    Samples,
    WatchedEngine,
)
from transcription.engine.vllm.remote import RemoteEngine
from transcription.pipeline.pooling import EnginePool

ZH = RecognitionOptions()
SOON = 10.0  # seconds; the calls would take a minute

NEVER_ENDING = {
    "nothing at all": silence,
    "100 Continue again and again": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a header drop by drop": dripping(b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"),
    "a body drop by drop": dripping(
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "
    ),
    "a body without an end": dripping(b"HTTP/1.1 200 OK\r\n\r\n", b" "),
}


@pytest.fixture(params=sorted(NEVER_ENDING))
def unruly(request: pytest.FixtureRequest) -> Iterator[Unruly]:
    with Unruly(NEVER_ENDING[request.param]).running() as service:
        yield service


@pytest.fixture
def hung() -> Iterator[Unruly]:
    with Unruly(silence).running() as service:
        yield service


def piece() -> Samples:
    noise = np.random.default_rng(1).standard_normal(16_000)
    return (0.1 * noise).astype(np.float32)


def calls() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "service-call"]


def no_call_is_left() -> bool:
    deadline = time.monotonic() + SOON
    while calls() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not calls()


def test_a_call_has_one_time_limit_whatever_trickles_in(unruly: Unruly) -> None:
    engine = RemoteEngine(unruly.url, timeout=0.5)
    began = time.monotonic()
    with pytest.raises(EngineError) as failure:
        engine.recognise([piece()], ZH)
    assert time.monotonic() - began < SOON
    assert failure.value.code is ErrorCode.SERVICE_FAILED
    assert not failure.value.permanent
    assert no_call_is_left()


def test_tries_and_pauses_end_by_the_same_time() -> None:
    busy = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"

    def refuse(connection: socket.socket, is_over: threading.Event) -> None:
        connection.sendall(busy)

    with Unruly(refuse).running() as service:
        engine = RemoteEngine(service.url, timeout=2.0)
        with pytest.raises(EngineError, match="503"):
            engine.recognise([piece()], ZH)
    assert service.received == 2  # after the next pause there would be no time


def test_who_watches_leaves_a_call_that_hangs(unruly: Unruly) -> None:
    class Canceled(Exception):
        pass

    def check() -> None:
        if unruly.is_asked.is_set():
            raise Canceled

    engine = RemoteEngine(unruly.url)
    assert isinstance(engine, WatchedEngine)
    began = time.monotonic()
    with pytest.raises(Canceled):
        engine.watched_by(check).recognise([piece()] * 20, ZH)
    assert time.monotonic() - began < SOON
    assert no_call_is_left()


def test_a_signal_ends_a_call_that_hangs(hung: Unruly) -> None:
    """As in a worker that is told to end: its main thread waits for the service."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    def send() -> None:
        assert hung.is_asked.wait(20)
        os.kill(os.getpid(), signal.SIGTERM)

    engine = RemoteEngine(hung.url)
    before = signal.signal(signal.SIGTERM, stop)
    began = time.monotonic()
    try:
        threading.Thread(target=send).start()
        with pytest.raises(SystemExit):
            EnginePool(engine).for_recording().recognise([piece()] * 20, ZH)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert time.monotonic() - began < SOON
    assert no_call_is_left()


def test_a_canceled_recording_leaves_the_batch_to_the_others() -> None:
    """It alone was canceled, in whose thread the service was asked for both."""

    class Canceled(Exception):
        pass

    def once(connection: socket.socket, is_over: threading.Event) -> None:
        if service.received > 1:
            connection.sendall(ok('{"text": "你好"}'.encode()))
        else:
            is_over.wait(60)

    is_canceled = threading.Event()

    def check() -> None:
        if is_canceled.is_set():
            raise Canceled

    recognised: list[str] = []

    def other() -> None:
        recognised.extend(
            one.text for one in pool.for_recording().recognise([piece()], ZH)
        )

    with Unruly(once).running() as service:
        pool = EnginePool(RemoteEngine(service.url))
        thread = threading.Thread(target=other)

        def cancel() -> None:
            assert service.is_asked.wait(20)
            thread.start()
            is_canceled.set()

        threading.Thread(target=cancel).start()
        with pytest.raises(Canceled):
            pool.for_recording(check).recognise([piece()], ZH)
        thread.join(20)
    assert recognised == ["你好"]
