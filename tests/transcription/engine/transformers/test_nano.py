"""Fun-ASR-Nano through all of transformers' own code, on random weights, offline."""

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.models import clip, silence
from tests.tiny_models.parts import FRONTEND
from tests.transcription.engine.table import agrees_with_the_table
from transcription.engine.base import (
    EngineError,
    ErrorCode,
    RecognitionOptions,
    Samples,
    TimingSource,
)
from transcription.engine.choose import ChoiceReason, EngineChoice, load_engine
from transcription.engine.models.catalogue import NANO_TRANSFORMERS
from transcription.engine.recognisers import recogniser_named
from transcription.engine.transformers import nano as nano_transformers
from transcription.engine.transformers.features import feature_extractor
from transcription.engine.transformers.nano import NanoTransformers
from transcription.pipeline.pooling import EnginePool

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("no_network")]

HOSTILE = "<|object_ref_start|>!/etc/passwd"
CHINESE = RecognitionOptions("zh")


@pytest.fixture
def nano(tiny_nano: Path) -> NanoTransformers:
    return NanoTransformers(tiny_nano, device="cpu", threads=1)


@pytest.fixture
def prompts(nano: NanoTransformers, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the network is asked, as text, from now on."""
    asked: list[str] = []
    generate = nano._network.generate

    def spy(**inputs: Any) -> Any:
        asked.extend(map(nano._processor.tokenizer.decode, inputs["input_ids"]))
        return generate(**inputs)

    monkeypatch.setattr(nano._network, "generate", spy)
    return asked


def various_pieces() -> list[Samples]:
    """Speech of 1 to 3.5 seconds, in no order."""
    seconds = ((0, 1), (0, 1.5), (1, 3), (0.5, 2), (0, 4.5))
    return [
        clip(name)[round(start * 16_000) : round(end * 16_000)]
        for name in ("s01", "s04", "s05")
        for start, end in seconds
    ]


def test_a_batch_says_of_each_piece_what_it_says_of_it_alone(
    nano: NanoTransformers, prompts: list[str]
) -> None:
    pieces = various_pieces()
    alone = [nano.recognise([piece], CHINESE)[0] for piece in pieces]
    # The model uses the sound: what it says depends on the sound.
    assert len({one.text for one in alone}) >= 4
    prompts.clear()
    assert nano.recognise(pieces, CHINESE) == alone
    assert len(prompts) >= len(pieces)
    # Padded in front: what is said continues the prompt's end.
    assert all(prompt.endswith("<|im_start|>assistant\n") for prompt in prompts)
    assert len({prompt.startswith("<|endoftext|>") for prompt in prompts}) == 2


def test_silence_and_moments_have_no_text_in_their_places(
    nano: NanoTransformers,
) -> None:
    speech = clip("s01")
    recognised = nano.recognise([speech, silence(1), speech, speech[:50]], CHINESE)
    assert [bool(one.text) for one in recognised] == [True, False, True, False]
    assert recognised[0] == recognised[2]
    assert recognised[0].words == () and recognised[0].timing_source == TimingSource.VAD


def test_its_facts_promise_hotwords_and_figures_but_no_times(
    nano: NanoTransformers,
) -> None:
    facts = nano.facts
    assert (facts.name, facts.device) == ("nano_transformers", "cpu")
    assert facts.max_hotwords == 50 and facts.does_itn
    agrees_with_the_table(facts)
    assert not facts.gives_word_times


def test_it_is_loaded_by_its_name(tiny_nano: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_nano, NANO_TRANSFORMERS.directory(tmp_path))
    row = recogniser_named("nano_transformers")
    assert row
    reason = ChoiceReason.CONFIGURED
    choice = EngineChoice(row, (NANO_TRANSFORMERS,), tmp_path, "cpu", reason)
    engine = load_engine(choice, threads=1)
    assert engine.facts.name == choice.name
    assert engine.recognise([clip("s01")], CHINESE)[0].text


@pytest.mark.parametrize(
    ("language", "wish"),
    [("zh", "成中文："), ("en", "成英文："), ("ja", "成日文："), ("auto", "转写：")],
)
def test_language_and_clean_hotwords_stand_in_the_prompt(
    nano: NanoTransformers, prompts: list[str], language: str, wish: str
) -> None:
    words = ("客服电话", HOSTILE, "Kubernetes")
    nano.recognise([clip("s01")], RecognitionOptions(language, hotwords=words))
    assert "热词：[客服电话, Kubernetes]" in prompts[0] and wish in prompts[0]
    assert "passwd" not in prompts[0]
    prompts.clear()
    nano.recognise([clip("s01")], RecognitionOptions(language))
    assert "热词" not in prompts[0]


def test_the_script_tells_the_language_that_nobody_named(
    nano: NanoTransformers,
) -> None:
    assert nano.recognise([clip("s01")], RecognitionOptions("auto"))[0].language == "zh"


def test_a_language_that_it_does_not_speak_is_refused(nano: NanoTransformers) -> None:
    with pytest.raises(EngineError) as caught:
        nano.recognise([clip("s01")], RecognitionOptions("ko"))
    assert caught.value.code == ErrorCode.LANGUAGE_UNSUPPORTED


def test_the_half_that_writes_may_be_halved(
    tiny_nano: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(nano_transformers, "_text_dtype", lambda _: torch.bfloat16)
    nano = NanoTransformers(tiny_nano, device="cpu", threads=1)
    assert nano._network.lm_head.weight.dtype == torch.bfloat16
    assert nano._network.model.audio_tower.dtype == torch.float32
    assert nano.recognise([clip("s01")], CHINESE)[0].text


def test_a_batch_that_does_not_fit_is_halved(
    nano: NanoTransformers, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    generate = nano._network.generate
    sizes: list[int] = []

    def two_at_most(**inputs: Any) -> Any:
        sizes.append(len(inputs["input_ids"]))
        if sizes[-1] > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return generate(**inputs)

    monkeypatch.setattr(nano._network, "generate", two_at_most)
    speech = clip("s01")[:32_000]
    recognised = EnginePool(nano).for_recording().recognise([speech] * 4, CHINESE)
    assert len(recognised) == 4 and all(one.text for one in recognised)
    assert sizes[:3] == [4, 2, 2]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("CUDA error: an illegal memory access 秘密项目", ErrorCode.DEVICE_FAILED),
        ("bad hotword 秘密项目", ErrorCode.ENGINE_FAILED),
    ],
)
def test_an_error_of_the_model_does_not_repeat_hotwords(
    nano: NanoTransformers,
    monkeypatch: pytest.MonkeyPatch,
    message: str,
    code: ErrorCode,
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError(message)

    monkeypatch.setattr(nano._network, "generate", fail)
    with pytest.raises(EngineError) as caught:
        nano.recognise([clip("s01")], RecognitionOptions(hotwords=("秘密项目",)))
    assert caught.value.code == code and not caught.value.permanent
    assert "秘密" not in str(caught.value)


def test_hotwords_do_not_get_into_the_log(
    nano: NanoTransformers, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        nano.recognise([clip("s01")], RecognitionOptions(hotwords=("秘密项目",)))
    assert "秘密" not in caplog.text


def no_weights(directory: Path) -> None:
    (directory / "model.safetensors").unlink()


def half_the_weights(directory: Path) -> None:
    weights = directory / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:200_000])


def no_template(directory: Path) -> None:
    (directory / "chat_template.jinja").unlink()


def another_model(directory: Path) -> None:
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    text = json.dumps({**config, "model_type": "qwen3"})
    (directory / "config.json").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (no_weights, ErrorCode.MODEL_MISSING),
        (half_the_weights, ErrorCode.MODEL_BROKEN),
        (no_template, ErrorCode.MODEL_BROKEN),
        (another_model, ErrorCode.MODEL_BROKEN),
    ],
)
def test_a_directory_that_is_not_whole_is_said_to_be(
    tiny_nano: Path, tmp_path: Path, damage: Callable[[Path], None], code: ErrorCode
) -> None:
    directory = shutil.copytree(tiny_nano, tmp_path / "nano")
    damage(directory)
    with pytest.raises(EngineError) as caught:
        NanoTransformers(directory, device="cpu", threads=1)
    assert caught.value.code == code and caught.value.permanent


def test_a_toy_does_not_pass_for_the_published_model(tiny_nano: Path) -> None:
    files = tuple(replace(file, size=None) for file in NANO_TRANSFORMERS.files)
    model = replace(NANO_TRANSFORMERS, files=files)
    assert not model.fits(tiny_nano)
    size = (tiny_nano / model.weights).stat().st_size
    assert replace(model, size=size).fits(tiny_nano)
    assert not replace(model, size=size, model_type="whisper").fits(tiny_nano)


def test_its_features_are_funasrs_own(tiny_nano: Path) -> None:
    """In [-1, 1] as transformers wants them, where FunASR counts in 16-bit integers."""
    import torch
    from funasr.frontends.wav_frontend import WavFrontend

    speech = clip("s01")
    ours = feature_extractor(tiny_nano)([speech], sampling_rate=16_000)
    frontend = WavFrontend(**FRONTEND, upsacle_samples=False)
    theirs, _ = frontend(torch.from_numpy(speech)[None], [len(speech)])
    assert ours["input_features"].shape == theirs.shape
    assert torch.allclose(ours["input_features"], theirs, atol=1e-4)


def test_its_mels_are_those_that_torchaudio_defines(tiny_nano: Path) -> None:
    """transformers has Kaldi's features in numpy too, for where torchaudio is not."""
    import torch
    from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

    speech = clip("s01")
    mels = mel_filter_bank(
        num_frequency_bins=257, num_mel_filters=80, min_frequency=20,
        max_frequency=8000, sampling_rate=16_000, norm=None, mel_scale="kaldi",
        triangularize_in_mel_space=True,
    )  # fmt: skip
    theirs = spectrogram(
        speech, window_function(400, "hamming", periodic=False), frame_length=400,
        hop_length=160, fft_length=512, power=2.0, center=False, preemphasis=0.97,
        mel_filters=mels, log_mel="log", mel_floor=np.finfo(np.float32).eps,
        remove_dc_offset=True,
    ).T  # fmt: skip
    ours = feature_extractor(tiny_nano)._extract_fbank_features(
        torch.from_numpy(speech)
    )
    assert ours.shape == theirs.shape
    assert np.allclose(ours, theirs, atol=1e-3)
