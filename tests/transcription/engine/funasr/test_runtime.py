import logging
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.models import clip, silence
from transcription.engine.base import EngineError, ErrorCode, RecognitionOptions
from transcription.engine.funasr.paraformer import FunasrParaformer
from transcription.engine.funasr.runtime import FunasrModel, as_tensors
from transcription.pipeline.pooling import EnginePool

pytestmark = pytest.mark.models


@pytest.fixture
def seaco(tiny: Path) -> FunasrModel:
    return FunasrModel(tiny / "seaco", "SeacoParaformer", threads=1, device="cpu")


def test_no_input_is_no_result(seaco: FunasrModel) -> None:
    assert seaco.generate([]) == []


def test_results_that_funasr_drops_come_back_empty_in_their_place(
    seaco: FunasrModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    infer = seaco.network.inference
    moment = 2000

    def drop_moments(data_in: list[Any], **options: Any) -> Any:
        kept = [samples for samples in data_in if len(samples) > moment]
        if not kept:
            return ([],)
        return infer(kept, **options)

    monkeypatch.setattr(seaco.network, "inference", drop_moments)
    speech = clip("s01")
    pieces = as_tensors([speech, speech[:moment], speech[:32_000]])
    results = seaco.generate(pieces, batch_size=3)
    assert [bool(result.get("text")) for result in results] == [True, False, True]
    assert results[0]["text"] == seaco.generate(pieces[:1], batch_size=1)[0]["text"]


def test_a_batch_that_does_not_fit_is_halved(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    engine = FunasrParaformer(tiny / "seaco", device="cpu", threads=1)
    network = engine._model.network
    infer = network.inference
    sizes: list[int] = []

    def two_at_most(data_in: list[Any], **options: Any) -> Any:
        sizes.append(len(data_in))
        if len(data_in) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return infer(data_in, **options)

    monkeypatch.setattr(network, "inference", two_at_most)
    pool = EnginePool(engine)
    speech = clip("s01")[:32_000]
    recognised = pool.for_recording().recognise([speech] * 4, RecognitionOptions())
    assert len(recognised) == 4 and all(one.text for one in recognised)
    assert sizes[:3] == [4, 2, 2]
    assert pool.budget.batch_ms == 4_000


def test_one_piece_that_does_not_fit_may_be_tried_again(
    seaco: FunasrModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: Any) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(seaco.network, "inference", full)
    with pytest.raises(EngineError) as caught:
        seaco.generate(as_tensors([clip("s01")]))
    assert caught.value.code == ErrorCode.OUT_OF_MEMORY
    assert not caught.value.permanent


def test_an_error_of_the_model_does_not_repeat_hotwords(
    seaco: FunasrModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("bad hotword 秘密项目")

    monkeypatch.setattr(seaco.network, "inference", fail)
    with pytest.raises(EngineError) as caught:
        seaco.generate(as_tensors([clip("s01")]), hotword="秘密项目")
    assert caught.value.code == ErrorCode.ENGINE_FAILED
    assert "秘密" not in str(caught.value)


def test_hotwords_do_not_get_into_the_log(
    seaco: FunasrModel, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        seaco.generate(as_tensors([clip("s01")]), hotword="秘密项目")
    assert "秘密" not in caplog.text


def test_two_threads_take_turns(
    seaco: FunasrModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    infer = seaco.network.inference
    inside, most = 0, 0
    both_started = threading.Barrier(2)

    def count(**options: Any) -> Any:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        result = infer(**options)
        inside -= 1
        return result

    def work() -> None:
        both_started.wait()
        for _ in range(5):
            seaco.generate(as_tensors([clip("s01"), silence(1)]))

    monkeypatch.setattr(seaco.network, "inference", count)
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
