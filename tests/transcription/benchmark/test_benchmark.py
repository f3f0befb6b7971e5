"""``manage.py benchmark``: the load, the children, and the report."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from pytest_django import Settings

from tests.models import CLIPS, models_dir, needs
from tests.transcription.pipeline.fakes import FakeEngine, FakeVad
from tests.transcription.pipeline.sounds import voice, write
from transcription.engine.base import EngineError, ErrorCode
from transcription.engine.models.catalogue import EMBEDDED
from transcription.services.benchmark import load
from transcription.services.benchmark.load import short_clips
from transcription.services.benchmark.machine import Machine, this_machine_facts
from transcription.services.benchmark.report import report
from transcription.services.benchmark.run import (
    Benchmark,
    Orders,
    Throughput,
    configured_workers,
    serve_orders,
    standard_load,
)
from transcription.services.recogniser.holder import Loaded


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    return write(tmp_path / "memo.wav", [voice(2)])


@pytest.fixture
def engine(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> FakeEngine:
    """Says what the test asks for."""
    fake = FakeEngine(getattr(request, "param", "找张小明"))
    loaded = Loaded(fake, FakeVad([(0, 1000)]))
    monkeypatch.setattr(load, "loaded_engine", lambda *args: loaded)
    return fake


@pytest.fixture
def found() -> Benchmark:
    single = Throughput(1, 2, 99.0, 49.5, 2.0)
    together = Throughput(3, 6, 297.0, 60.0, 5.0)
    return Benchmark(
        at=datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
        machine=Machine("Linux 6", "EPYC", 2, 16 * 2**30, ("H100, 80 GB",), 9.0),
        software={"python": "3.11"},
        engine="vosk",
        model="Vosk small",
        device="cpu",
        threads=2,
        at_once=2,
        language="zh",
        files=("a.wav",),
        load_seconds=7.4,
        single=single,
        together=together,
        latency_p50=1.5,
        latency_p95=2.25,
        process_bytes=700 * 2**20,
        gpu_bytes=None,
    )


def answers(orders: Orders, *lines: object) -> Iterator[dict[str, object]]:
    source = io.StringIO("".join(json.dumps(line) + "\n" for line in lines))
    target = io.StringIO()
    serve_orders(orders, source, target)
    return (json.loads(line) for line in target.getvalue().splitlines())


def test_the_standard_load_comes_with_the_portal() -> None:
    assert [path.name for path in standard_load()] == [
        "bank_wealth_product.wav",
        "shop_late_delivery.wav",
    ]


def test_a_worker_tells_what_it_loaded_and_does_what_it_is_asked(
    engine: FakeEngine, memo: Path
) -> None:
    facts, rate, waits, memory = answers(
        Orders((memo,)),
        {"do": "throughput", "seconds": 0, "at_once": 2},
        {"do": "latencies", "count": 3},
        {"do": "memory"},
    )
    assert facts["engine"] == engine.facts.name
    assert (rate["files"], rate["audio_seconds"]) == (1, 2.0)
    assert isinstance(waits["latencies"], list)
    assert len(waits["latencies"]) == 3
    assert isinstance(memory["process_bytes"], int)
    assert memory["process_bytes"] > 10 * 2**20


@pytest.mark.parametrize("engine", [""], indirect=True)
def test_a_load_without_words_is_no_measurement(memo: Path, engine: FakeEngine) -> None:
    _facts, answer = answers(
        Orders((memo,)), {"do": "throughput", "seconds": 0, "at_once": 1}
    )
    assert answer["error"] == ErrorCode.ENGINE_FAILED


def test_a_worker_without_a_model_says_so(
    memo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(*args: object) -> None:
        raise EngineError(ErrorCode.MODEL_MISSING, "vosk")

    monkeypatch.setattr(load, "loaded_engine", choose)
    (answer,) = answers(Orders((memo,)))
    assert answer == {"error": "model_missing", "detail": "vosk"}


def test_short_clips_are_five_seconds_of_the_load(tmp_path: Path) -> None:
    clips = list(short_clips(list(standard_load()), 4, tmp_path))
    assert {path.stat().st_size for path in clips} == {44 + 5 * 32_000}
    assert len({path.read_bytes() for path in clips}) == 4


def test_the_workers_of_both_clusters_are_counted(settings: Settings) -> None:
    settings.Q_CLUSTER = {"workers": 1, "ALT_CLUSTERS": {"batch": {"workers": 3}}}
    assert configured_workers() == 4


def test_the_report_reads_in_both_languages(found: Benchmark) -> None:
    with translation.override("en"):
        english = report(found)
    with translation.override("zh-hans"):
        chinese = report(found)
    for text in (english, chinese):
        assert "RTF 0.500" in text
        assert "RTF 0.200" in text
        assert "1.50" in text and "2.25" in text
        assert "H100, 80 GB" in text
        assert max(map(len, text.splitlines())) <= 84
    assert "about 120 hours of recordings a day" in english
    assert "1,440 calls" in english
    assert "120 小时录音" in chinese
    assert "负载 9.0" in chinese  # somebody else was busy
    assert "Machine" not in chinese


def test_the_machine_is_asked_what_it_is() -> None:
    machine = this_machine_facts()
    assert machine.cpu
    assert machine.cores >= 1
    assert machine.memory_bytes > 2**28


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match=r"nowhere\.wav"):
        call_command("benchmark", "nowhere.wav")


def test_more_workers_than_a_machine_has_are_refused() -> None:
    with pytest.raises(CommandError, match="64"):
        call_command("benchmark", workers=65)


@pytest.mark.models
def test_without_models_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENGWEN_MODELS_DIR", str(tmp_path))
    with translation.override("zh-hans"), pytest.raises(CommandError, match="语音模型"):
        call_command("benchmark", stderr=io.StringIO())


@pytest.mark.models
def test_the_embedded_recogniser_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    needs(*EMBEDDED)
    monkeypatch.setenv("SHENGWEN_MODELS_DIR", str(models_dir()))
    out, err = io.StringIO(), io.StringIO()
    clip = str(CLIPS / "s01.flac")
    call_command(
        "benchmark", clip, json=True, seconds=0, workers=2, stdout=out, stderr=err
    )
    told = json.loads(out.getvalue())
    assert told["engine"] == "vosk"
    assert told["single"]["files"] == 1
    assert told["together"]["workers"] == 2
    assert told["together"]["hours_a_day"] > 0
    assert 0 < told["latency_p50"] <= told["latency_p95"]
    assert "3/3" in err.getvalue()
