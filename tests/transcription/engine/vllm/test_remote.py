"""Recognition over HTTP, against a real server of the test's own that misbehaves."""

import io
import json
import re
import socket
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from tests.transcription.engine.table import agrees_with_the_table
from transcription.engine.base import (
    EngineError,
    EngineFacts,
    ErrorCode,
    RecognitionOptions,
    Samples,
)
from transcription.engine.device.batch_budget import SERVICE_BATCH_MS, budget_for
from transcription.engine.vllm.address import ServiceAddress
from transcription.engine.vllm.calls import MAX_ANSWER
from transcription.engine.vllm.remote import PAUSES, RemoteEngine

MODELS = {"object": "list", "data": [{"id": "fun-asr-nano"}]}
ZH = RecognitionOptions()
Answer = tuple[int, bytes]


def says(text: object) -> Answer:
    return 200, json.dumps({"text": text}).encode()


class FakeVllm:
    """Answers ``GET`` as vLLM does, and ``POST`` as the test says."""

    def __init__(self, answer: Callable[[int], Answer | None]) -> None:
        self.answer = answer  # by the length of the sound in milliseconds
        self.models: Answer = (200, json.dumps(MODELS).encode())
        self.health = 200
        self.asked: list[tuple[dict[str, str], int]] = []
        self.paths: list[str] = []
        self.location = ""
        self.pauses: list[float] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.paths.append(self.path)
                if self.path == "/health":
                    self._send((owner.health, b""))
                else:
                    self._send(owner.models)

            def do_POST(self) -> None:
                owner.paths.append(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fields, length_ms = parsed(body)
                owner.asked.append((fields, length_ms))
                answer = owner.answer(length_ms)
                if answer is not None:  # None: it hangs up
                    self._send(answer)

            def _send(self, answer: Answer) -> None:
                status, body = answer
                self.send_response(status)
                if owner.location:
                    self.send_header("Location", owner.location)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                return None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @contextmanager
    def running(self) -> Iterator["FakeVllm"]:
        self._thread.start()
        try:
            yield self
        finally:
            self.stop()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def engine(self, timeout: float = 20.0) -> RemoteEngine:
        return RemoteEngine(self.url, timeout=timeout, pause=self.pauses.append)


def parsed(body: bytes) -> tuple[dict[str, str], int]:
    """The form's fields, and the length of its sound in milliseconds."""
    boundary = body[: body.index(b"\r\n")]
    fields: dict[str, str] = {}
    length_ms = 0
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'name="(\w+)"', head)
        assert name is not None
        if name[1] == b"file":
            with wave.open(io.BytesIO(value)) as sound:
                assert (sound.getnchannels(), sound.getframerate()) == (1, 16_000)
                length_ms = sound.getnframes() // 16
        else:
            fields[name[1].decode()] = value.decode()
    return fields, length_ms


def piece(seconds: float) -> Samples:
    noise = np.random.default_rng(1).standard_normal(int(16_000 * seconds))
    return (0.1 * noise).astype(np.float32)


@pytest.fixture
def vllm() -> Iterator[FakeVllm]:
    """Says how long the sound was."""
    with FakeVllm(lambda length_ms: says(f"{length_ms}毫秒")).running() as server:
        yield server


def test_it_says_who_it_is(vllm: FakeVllm) -> None:
    facts = vllm.engine().facts
    assert (facts.name, facts.model_name) == ("vllm", "fun-asr-nano (vLLM)")
    assert (facts.does_itn, facts.max_hotwords) == (True, 50)
    agrees_with_the_table(facts)
    assert vllm.paths == ["/health", "/v1/models"]


def test_answers_come_in_the_order_of_the_pieces(vllm: FakeVllm) -> None:
    pieces = [piece(seconds) for seconds in (3, 1, 2, 0.5, 4)] * 8
    recognised = vllm.engine().recognise(pieces, ZH)
    expected = [f"{len(one) // 16}毫秒" for one in pieces]
    assert [found.text for found in recognised] == expected


def test_several_pieces_are_on_their_way_at_the_same_time() -> None:
    together = threading.Barrier(4)

    def answer(length_ms: int) -> Answer:
        together.wait(timeout=30)
        return says("你好")

    with FakeVllm(answer).running() as vllm:
        recognised = vllm.engine().recognise([piece(1)] * 4, ZH)
    assert [found.text for found in recognised] == ["你好"] * 4


def test_what_is_asked_is_what_vllm_documents(vllm: FakeVllm) -> None:
    options = RecognitionOptions(language="en", hotwords=("<|startofspeech|>!/x",))
    vllm.engine().recognise([piece(1)], options)
    ((fields, length_ms),) = vllm.asked
    assert fields == {
        "model": "fun-asr-nano",
        "response_format": "json",
        "temperature": "0",
        "language": "en",
    }
    assert length_ms == 1000
    assert vllm.paths[-1] == "/v1/audio/transcriptions"


def test_hotwords_go_with_every_piece_and_only_where_there_are_any(
    vllm: FakeVllm,
) -> None:
    words = ("理财产品", "Wi-Fi 6", "<|im_end|>", "http://10.0.0.1/list")
    engine = vllm.engine()
    engine.recognise([piece(1), piece(2)], RecognitionOptions(hotwords=words))
    assert [fields["hotwords"] for fields, _ms in vllm.asked] == [
        "理财产品, Wi-Fi 6"
    ] * 2
    engine.recognise([piece(1)], ZH)
    assert "hotwords" not in vllm.asked[-1][0]


def test_without_a_language_none_is_sent(vllm: FakeVllm) -> None:
    vllm.answer = lambda length_ms: says("good morning")
    (recognised,) = vllm.engine().recognise(
        [piece(1)], RecognitionOptions(language="auto")
    )
    assert "language" not in vllm.asked[0][0]
    assert recognised.language == "en"


def test_silence_is_not_sent(vllm: FakeVllm) -> None:
    (recognised,) = vllm.engine().recognise([np.zeros(16_000, np.float32)], ZH)
    assert (recognised.text, vllm.asked) == ("", [])


def test_an_unknown_language_is_refused_here(vllm: FakeVllm) -> None:
    with pytest.raises(EngineError) as refusal:
        vllm.engine().recognise([piece(1)], RecognitionOptions(language="fr"))
    assert refusal.value.code is ErrorCode.LANGUAGE_UNSUPPORTED


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_asked_again(vllm: FakeVllm, status: int) -> None:
    answers = iter([(status, b"busy"), (status, b"busy"), says("你好")])
    vllm.answer = lambda length_ms: next(answers)
    (recognised,) = vllm.engine().recognise([piece(1)], ZH)
    assert recognised.text == "你好"
    assert vllm.pauses == list(PAUSES[:2])


def test_a_connection_that_breaks_is_made_again(vllm: FakeVllm) -> None:
    answers = iter([None, says("你好")])
    vllm.answer = lambda length_ms: next(answers)
    (recognised,) = vllm.engine().recognise([piece(1)], ZH)
    assert recognised.text == "你好"


def test_a_service_that_stays_busy_is_a_reason_to_come_later(vllm: FakeVllm) -> None:
    vllm.answer = lambda length_ms: (503, b"")
    with pytest.raises(EngineError) as failure:
        vllm.engine().recognise([piece(1)], ZH)
    assert failure.value.code is ErrorCode.SERVICE_FAILED
    assert not failure.value.permanent
    assert vllm.pauses == list(PAUSES)


def test_a_service_that_is_gone_is_a_reason_to_come_later(vllm: FakeVllm) -> None:
    engine = vllm.engine()
    vllm.stop()
    with pytest.raises(EngineError) as failure:
        engine.recognise([piece(1)], ZH)
    assert failure.value.code is ErrorCode.SERVICE_FAILED
    assert not failure.value.permanent


def test_nobody_waits_for_ever(vllm: FakeVllm) -> None:
    never = threading.Event()

    def hang(length_ms: int) -> None:
        never.wait(timeout=60)

    vllm.answer = hang
    engine = vllm.engine(timeout=0.2)
    try:
        with pytest.raises(EngineError) as failure:
            engine.recognise([piece(1)], ZH)
    finally:
        never.set()
    assert failure.value.code is ErrorCode.SERVICE_FAILED


def test_a_piece_that_is_refused_is_the_pieces_fault(vllm: FakeVllm) -> None:
    vllm.answer = lambda length_ms: (400, b"{}") if length_ms == 500 else says("好")
    engine = vllm.engine()
    with pytest.raises(EngineError) as failure:
        engine.recognise([piece(1), piece(0.5)], ZH)
    assert failure.value.code is ErrorCode.ENGINE_FAILED
    assert [found.text for found in engine.recognise([piece(1)], ZH)] == ["好"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"text": null}',
        b'{"text": ["a"]}',
        b'{"text": "' + b"a" * 5000 + b'"}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"text": "' + b"a" * MAX_ANSWER + b'"}',
    ],
)
def test_an_answer_that_is_none_is_not_believed(vllm: FakeVllm, body: bytes) -> None:
    vllm.answer = lambda length_ms: (200, body)
    with pytest.raises(EngineError) as failure:
        vllm.engine().recognise([piece(1)], ZH)
    assert not failure.value.permanent


def test_text_is_plain_and_of_one_line(vllm: FakeVllm) -> None:
    vllm.answer = lambda length_ms: says("<|zh|>你好\n\x00\u202e世界\x1b[31m ok ")
    (recognised,) = vllm.engine().recognise([piece(2)], ZH)
    assert recognised.text == "你好世界[31m ok"


def test_a_redirection_is_not_followed(vllm: FakeVllm) -> None:
    with FakeVllm(lambda length_ms: says("elsewhere")).running() as other:
        engine = vllm.engine()
        vllm.location = f"{other.url}/v1/audio/transcriptions"
        vllm.answer = lambda length_ms: (307, b"")
        with pytest.raises(EngineError) as failure:
            engine.recognise([piece(1)], ZH)
    assert failure.value.code is ErrorCode.SERVICE_FAILED
    assert other.paths == []


def test_no_proxy_of_the_environment_gets_it(
    vllm: FakeVllm, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeVllm(lambda length_ms: says("elsewhere")).running() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        (recognised,) = vllm.engine().recognise([piece(1)], ZH)
    assert recognised.text == "1000毫秒"
    assert proxy.paths == []


@pytest.mark.parametrize(
    "models", [b"{}", b'{"data": []}', b'{"data": [{"id": ""}]}', b'{"data": [1]}']
)
def test_a_service_without_a_model_is_not_loaded(vllm: FakeVllm, models: bytes) -> None:
    vllm.models = (200, models)
    with pytest.raises(EngineError) as failure:
        vllm.engine()
    assert failure.value.code is ErrorCode.SERVICE_FAILED


def test_an_unhealthy_service_is_not_loaded(vllm: FakeVllm) -> None:
    vllm.health = 503
    with pytest.raises(EngineError) as failure:
        vllm.engine()
    assert failure.value.code is ErrorCode.SERVICE_FAILED


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8001",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "http://",
        "http://user:secret@127.0.0.1",
        "http://127.0.0.1/v1",
        "http://127.0.0.1?x=1",
        "http://127.0.0.1:notaport",
        "http://asr..corp",  # the lookup of such a name raises a UnicodeError
        f"http://{'a' * 70}.corp",
    ],
)
def test_an_odd_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        ServiceAddress.parse(url)
    with pytest.raises(EngineError) as refusal:
        RemoteEngine(url)
    assert refusal.value.permanent


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("[::1]", True), ("8.8.8.8", False)],
)
def test_an_address_of_the_company_is_told_from_one_outside(
    host: str, expected: bool
) -> None:
    assert ServiceAddress.parse(f"http://{host}:8001").is_private() is expected


def test_a_name_that_leads_nowhere_is_not_private(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*args: object, **options: object) -> None:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert not ServiceAddress.parse("http://asr.example").is_private()


def test_a_service_gets_many_pieces_at_once() -> None:
    budget = budget_for(EngineFacts("fake", "Fake", "service"))
    assert budget.gains
    with budget.measured(SERVICE_BATCH_MS):
        pass
    assert budget.batch_ms == SERVICE_BATCH_MS
