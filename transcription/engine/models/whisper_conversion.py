"""Turns Whisper's ONNX files, as npm carries them, into a FunASR model directory.

The files are transformers.js' 8-bit edition. Every weight is there as an integer tensor
with one scale and one zero point; it is multiplied out, renamed from transformers' to
OpenAI's names, and saved as half precision for FunASR's ``WhisperWarp``. Done once, by
the installer; ``onnx`` and ``torch`` are not imported otherwise.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcription.engine.models.reporting import InstallError

Array = NDArray[np.float16]

_PARTS = {
    "encoder": "encoder_model_quantized.onnx",
    "decoder": "decoder_model_merged_quantized.onnx",
}
# transformers' name of a module → OpenAI's
_OF_A_LAYER = {
    "self_attn.q_proj": "attn.query",
    "self_attn.k_proj": "attn.key",
    "self_attn.v_proj": "attn.value",
    "self_attn.out_proj": "attn.out",
    "self_attn_layer_norm": "attn_ln",
    "encoder_attn.q_proj": "cross_attn.query",
    "encoder_attn.k_proj": "cross_attn.key",
    "encoder_attn.v_proj": "cross_attn.value",
    "encoder_attn.out_proj": "cross_attn.out",
    "encoder_attn_layer_norm": "cross_attn_ln",
    "fc1": "mlp.0",
    "fc2": "mlp.2",
    "final_layer_norm": "mlp_ln",
}
_OF_A_PART = {
    "encoder.embed_positions.weight": "encoder.positional_embedding",
    "encoder.layer_norm.weight": "encoder.ln_post.weight",
    "encoder.layer_norm.bias": "encoder.ln_post.bias",
    "decoder.embed_positions.weight": "decoder.positional_embedding",
    "decoder.embed_tokens.weight": "decoder.token_embedding.weight",
    "decoder.layer_norm.weight": "decoder.ln.weight",
    "decoder.layer_norm.bias": "decoder.ln.bias",
}


def convert(source: Path, target: Path) -> None:
    """Write ``model.pt`` and ``config.yaml`` into ``target``; ``InstallError`` if the
    files hold anything but a Whisper model."""
    import torch
    import whisper

    try:
        config = json.loads((source / "config.json").read_text(encoding="utf-8"))
        weights = {
            openai_name(f"{part}.{name}"): array
            for part, file in _PARTS.items()
            for name, array in _parameters(source / "onnx" / file)
        }
        dims = dimensions(config, weights["decoder.token_embedding.weight"].shape[0])
    except (OSError, ValueError, KeyError) as error:
        raise InstallError(f"Whisper's files could not be read: {error!r}.") from error
    expected = whisper.model.Whisper(whisper.model.ModelDimensions(**dims)).state_dict()
    shapes = {name: tuple(array.shape) for name, array in weights.items()}
    if shapes != {name: tuple(tensor.shape) for name, tensor in expected.items()}:
        odd = sorted(set(shapes) ^ set(expected))[:3]
        raise InstallError(f"Whisper's files do not make a whole model: {odd}.")
    torch.save(
        {f"model.{name}": torch.from_numpy(array) for name, array in weights.items()},
        target / "model.pt",
    )
    lines = "".join(f"  {name}: {value}\n" for name, value in dims.items())
    (target / "config.yaml").write_text(
        f"model: Whisper-small\ndims:\n{lines}", encoding="utf-8"
    )


def dimensions(config: Mapping[str, Any], vocabulary: int) -> dict[str, int]:
    """Whisper's own dimensions from transformers' config."""
    return {
        "n_mels": config["num_mel_bins"],
        "n_vocab": vocabulary,
        "n_audio_ctx": config["max_source_positions"],
        "n_audio_state": config["d_model"],
        "n_audio_head": config["encoder_attention_heads"],
        "n_audio_layer": config["encoder_layers"],
        "n_text_ctx": config["max_target_positions"],
        "n_text_state": config["d_model"],
        "n_text_head": config["decoder_attention_heads"],
        "n_text_layer": config["decoder_layers"],
    }


def openai_name(name: str) -> str:
    """``encoder.layers.3.fc1.bias`` → ``encoder.blocks.3.mlp.0.bias``."""
    part, *middle, leaf = name.split(".")
    if middle and middle[0] == "layers":
        module = _OF_A_LAYER[".".join(middle[2:])]
        return f"{part}.blocks.{middle[1]}.{module}.{leaf}"
    return _OF_A_PART.get(name, name)


def _parameters(path: Path) -> Iterator[tuple[str, Array]]:
    """Name and value of every weight of a part, as transformers calls them.

    Most keep their name in the file. The matrices of linear layers are anonymous and
    transposed there; the node that multiplies by them says where they belong.
    """
    import onnx

    graphs = [onnx.load(path).graph]
    for graph in graphs:  # grows: a merged decoder has its halves inside an If
        for node in graph.node:
            graphs += [
                a.g for a in node.attribute if a.type == onnx.AttributeProto.GRAPH
            ]
    tensors = {tensor.name: tensor for graph in graphs for tensor in graph.initializer}
    for name in tensors:
        if _plain(name).endswith((".bias", ".weight")):
            yield _plain(name), _value(tensors, name)
    seen = set()
    for graph in graphs:
        for node in graph.node:
            if node.op_type == "MatMulInteger" and "/layers." in node.name:
                where = node.name[node.name.index("layers.") :].rpartition("/")[0]
                plain = where.replace("/", ".") + ".weight"
                matrices = tensors.keys() & set(node.input)
                matrix = next(m for m in matrices if m.endswith("_quantized"))
                if plain not in seen:
                    seen.add(plain)
                    yield plain, np.ascontiguousarray(_value(tensors, matrix).T)


def _plain(name: str) -> str:
    plain = name.removesuffix("_quantized").removesuffix("_merged_0")
    return plain.removeprefix("model.decoder.")


def _value(tensors: Mapping[str, Any], name: str) -> Array:
    """A tensor as half precision, multiplied out when it is stored as integers."""
    from onnx.numpy_helper import to_array

    value: NDArray[np.float32] = to_array(tensors[name]).astype(np.float32)
    if name.endswith("_quantized"):
        stem = name.removesuffix("_quantized")
        scale = to_array(tensors[f"{stem}_scale"])
        zero = to_array(tensors[f"{stem}_zero_point"])
        if scale.size != 1:
            raise ValueError(f"{name} is not quantised as a whole")
        value = (value - np.float32(zero.item())) * np.float32(scale.item())
    return value.astype(np.float16)
