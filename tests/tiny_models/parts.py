"""What tiny models have in common."""

import json
from pathlib import Path
from typing import Any

import yaml

CHARACTERS = (
    "开放时间营业客服电话人工智能语音识别您好请问我想查一下今天天气二零三四五六七八九十"
)

TOKENS = ["<blank>", "<s>", "</s>", *sorted(set(CHARACTERS)), "<unk>"]
WIDTH = 32

FRONTEND = {
    "fs": 16000, "window": "hamming", "n_mels": 80, "frame_length": 25,
    "frame_shift": 10, "dither": 0.0, "lfr_m": 7, "lfr_n": 6,
}  # fmt: skip

SELF_ATTENTION = {
    "output_size": WIDTH, "attention_heads": 2, "linear_units": 64, "num_blocks": 2,
    "dropout_rate": 0.1, "positional_dropout_rate": 0.1, "attention_dropout_rate": 0.1,
    "input_layer": "pe", "normalize_before": True, "kernel_size": 11, "sanm_shfit": 0,
    "selfattention_layer_type": "sanm",
}  # fmt: skip

CROSS_ATTENTION = {
    "attention_heads": 2, "linear_units": 64, "dropout_rate": 0.1, "kernel_size": 11,
    "positional_dropout_rate": 0.1, "self_attention_dropout_rate": 0.1,
    "src_attention_dropout_rate": 0.1, "sanm_shfit": 0,
}  # fmt: skip

Config = dict[str, Any]


def build_model(config: Config, **sizes: Any) -> Any:
    import torch
    from funasr.register import tables

    fresh = json.loads(json.dumps(config))  # FunASR changes what it is given
    name, options = fresh.pop("model"), fresh.pop("model_conf")
    torch.manual_seed(0)
    return tables.model_classes[name](**sizes, **fresh, **options)


def write_model(directory: Path, config: Config, weights: dict[str, Any]) -> Path:
    import torch

    directory.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
    (directory / "config.yaml").write_text(text, encoding="utf-8")
    torch.save({"state_dict": weights}, directory / "model.pt")
    return directory


def write_cmvn(directory: Path, width: int) -> None:
    """Mean and scale in the form of Kaldi's nnet1 that FunASR reads."""
    shifts, scales = " ".join(["-8.0"] * width), " ".join(["0.2"] * width)
    (directory / "am.mvn").write_text(
        f"<Nnet>\n<AddShift> {width} {width}\n<LearnRateCoef> 0 [ {shifts} ]\n"
        f"<Rescale> {width} {width}\n<LearnRateCoef> 0 [ {scales} ]\n</Nnet>\n",
        encoding="utf-8",
    )
