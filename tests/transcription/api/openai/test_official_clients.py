"""OpenAI's own clients against a live server that really recognises.

The server answers no call at once (``SHENGWEN_API_WAIT_SECONDS=0``): whatever is not
there yet is kept alive, and what came before is prompt, so both ways are read.
"""

import asyncio
import json
import re
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import soundfile

from tests.models import CLIPS, needs
from tests.runner.required import skip_or_fail
from tests.stack import DATABASE_NAME, ROOT, Stack
from transcription.engine.models.catalogue import EMBEDDED

openai = pytest.importorskip("openai")
pytestmark = [pytest.mark.models, pytest.mark.once]

FORMATS = ("json", "text", "srt", "vtt", "verbose_json", "diarized_json")
CUES = re.compile(r"\d\d:\d\d:\d\d[.,]\d{3} --> ")


@pytest.fixture(scope="module")
def server() -> Iterator[Stack]:
    needs(*EMBEDDED)
    with Stack(SHENGWEN_API_WAIT_SECONDS="0", static=False) as stack:
        yield stack


@pytest.fixture(scope="module")
def key(server: Stack) -> str:
    return server.token()


@pytest.fixture
def options(server: Stack, key: str) -> dict[str, Any]:
    return {
        "api_key": key,
        "base_url": f"{server.base_url}/v1",
        "_strict_response_validation": True,
    }


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence of three seconds: Chinese, and real."""
    path = tmp_path_factory.mktemp("sound") / "电话.wav"
    samples, rate = soundfile.read(CLIPS / "espeak_zh.flac", dtype="int16")
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Looks like an MP4 and is none: it fails when it is decoded."""
    path = tmp_path_factory.mktemp("sound") / "broken.mp4"
    path.write_bytes(
        b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\xff" * 500
    )
    return path


def text_in(answer: Any) -> str:
    return str(answer if isinstance(answer, str) else answer.text)


def characters(text: str) -> str:
    return "".join(c for c in text if "\u4e00" <= c <= "\u9fff")


def assert_same_words(found: dict[str, Any]) -> None:
    """In all formats the same was said, and it is something."""
    said = characters(text_in(found["json"]))
    assert len(said) > 3
    for fmt in FORMATS:
        assert said in characters(text_in(found[fmt])), fmt
    assert CUES.search(found["srt"]) and CUES.search(found["vtt"])
    assert found["vtt"].startswith("WEBVTT\n")


def test_the_python_client_reads_every_format(
    options: dict[str, Any], call: Path
) -> None:
    with openai.OpenAI(**options) as client:
        found = {
            fmt: client.audio.transcriptions.create(
                file=call, model="whisper-1", language="zh", response_format=fmt
            )
            for fmt in FORMATS
        }
        assert_same_words(found)
        assert found["verbose_json"].segments[0].end > 0
        assert found["diarized_json"].segments[0].speaker == "A"
        words = client.audio.transcriptions.create(
            file=call,
            model="whisper-1",
            language="zh",
            response_format="verbose_json",
            timestamp_granularities=["word"],
        )
        assert words.segments is None
        times = [time for word in words.words for time in (word.start, word.end)]
        assert times == sorted(times)
        names = [model.id for model in client.models.list()]
        assert {"whisper-1", "vosk"} <= set(names)
        assert client.models.retrieve("whisper-1").object == "model"


def test_keywords_and_nested_settings_arrive(
    options: dict[str, Any], call: Path
) -> None:
    with openai.OpenAI(**options) as client:
        answer = client.audio.transcriptions.create(
            file=("a.wav", call.read_bytes()),
            model="gpt-transcribe",
            languages=["zh"],
            keywords=["声文", "云帆科技"],
            chunking_strategy={"type": "server_vad", "silence_duration_ms": 400},
            prompt="理财",
            temperature=0,
        )
        assert answer.usage.seconds > 1
        with pytest.raises(openai.BadRequestError) as refused:
            client.audio.transcriptions.create(
                file=call, model="whisper-1", keywords=["<|startofspeech|>"]
            )
        assert refused.value.param == "keywords"


def test_the_python_client_streams(options: dict[str, Any], call: Path) -> None:
    with openai.OpenAI(**options) as client:
        for fmt, kind in (("json", "delta"), ("diarized_json", "segment")):
            form = {"model": "whisper-1", "language": "zh", "response_format": fmt}
            make = client.audio.transcriptions.create
            stream = make(file=call, stream=True, **form)
            *pieces, done = list(stream)
            assert {piece.type for piece in pieces} == {f"transcript.text.{kind}"}
            said = "".join(p.delta if fmt == "json" else p.text for p in pieces)
            assert done.type == "transcript.text.done"
            assert characters(done.text) == characters(said) != ""


def test_the_asynchronous_client_asks_for_several_at_once(
    options: dict[str, Any], call: Path
) -> None:
    async def ask() -> list[Any]:
        async with openai.AsyncOpenAI(**options) as client:
            make = client.audio.transcriptions.create
            asked = [
                make(file=call, model="whisper-1", language="zh", response_format=fmt)
                for fmt in FORMATS
            ]
            found = list(await asyncio.gather(*asked))
            stream = await make(
                file=call, model="whisper-1", language="zh", stream=True
            )
            return [*found, [event async for event in stream]]

    *found, events = asyncio.run(ask())
    assert_same_words(dict(zip(FORMATS, found, strict=True)))
    assert events[-1].text == found[0].text


def test_what_cannot_be_decoded_ends_as_an_error_and_not_as_a_text(
    options: dict[str, Any], broken: Path
) -> None:
    """The first answer has begun when it fails: it breaks off, the client sends the
    file once more, and is told."""
    with openai.OpenAI(**options) as client:
        for fmt in ("json", "text"):
            with pytest.raises(openai.UnprocessableEntityError) as failed:
                client.audio.transcriptions.create(
                    file=broken, model="whisper-1", language="en", response_format=fmt
                )
            assert failed.value.code in ("corrupt_audio", "no_audio")


def test_a_server_that_dies_meanwhile_loses_nothing(
    server: Stack, options: dict[str, Any], call: Path
) -> None:
    """The supervisor brings it back; the client sends the file again, and waits for the
    job that it ordered before."""
    (process,) = server.server_processes()

    def kill() -> None:
        deadline = time.monotonic() + 20
        while not jobs_with(server, "理财通") and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with openai.OpenAI(**options, max_retries=8) as client:
        answer = client.audio.transcriptions.create(
            file=call, model="whisper-1", language="zh", keywords=["理财通"]
        )
    killer.join()
    assert not process.is_running()
    assert characters(answer.text)
    assert jobs_with(server, "理财通") == 1


def jobs_with(server: Stack, hotword: str) -> int:
    with closing(sqlite3.connect(server.data_dir / DATABASE_NAME)) as database:
        asked = "SELECT hotwords FROM transcription_transcriptionjob"
        return sum(hotword in json.loads(row[0]) for row in database.execute(asked))


def test_errors_are_the_clients_own(options: dict[str, Any], call: Path) -> None:
    with openai.OpenAI(**options | {"api_key": "sk-wrong"}) as stranger:
        with pytest.raises(openai.AuthenticationError) as refused:
            stranger.models.list()
        assert refused.value.code == "invalid_api_key"
    with openai.OpenAI(**options) as client:
        with pytest.raises(openai.NotFoundError) as missing:
            client.audio.transcriptions.create(file=call, model="gpt-9")
        assert (missing.value.code, missing.value.param) == ("model_not_found", "model")
        with pytest.raises(openai.NotFoundError):
            client.chat.completions.create(model="x", messages=[])
        with pytest.raises(openai.APIStatusError) as huge:
            client.models.list(extra_headers={"X-Much": "x" * 20_000})
        assert (huge.value.status_code, huge.value.code) == (431, "headers_too_large")


def test_the_javascript_client_reads_all_of_it(
    server: Stack, key: str, call: Path, broken: Path
) -> None:
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "openai").is_dir():
        skip_or_fail("node", "node, or its openai package, is not installed")
    script = Path(__file__).with_name("client.mjs")
    said = subprocess.run(
        [node, str(script), f"{server.base_url}/v1", key, str(call), str(broken)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    texts = {
        fmt: answer if isinstance(answer, str) else answer["text"]
        for fmt, answer in found["formats"].items()
    }
    assert_same_words(texts)
    assert found["words"][0]["start"] >= 0
    assert [event["type"] for event in found["stream"]][-1] == "transcript.text.done"
    assert found["stream"][-1]["text"] == texts["json"]
    assert "whisper-1" in found["models"]
    assert found["error"] == {
        "status": 404,
        "code": "model_not_found",
        "param": "model",
        "type": "NotFoundError",
    }
    assert found["broken"], "no text was made up for what failed"


def test_the_example_of_the_document_works(
    server: Stack, key: str, call: Path, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        skip_or_fail("curl", "curl is not installed")
    document = (ROOT / "docs" / "openai.md").read_text("utf-8")
    example = document.partition("```sh\n")[2].partition("```")[0]
    shutil.copy(call, tmp_path / "call.wav")
    said = subprocess.run(
        ["sh", "-euc", example.replace("https://portal", server.base_url)],
        cwd=tmp_path,
        env={"TOKEN": key, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert characters(found["text"])
    assert found["words"]
