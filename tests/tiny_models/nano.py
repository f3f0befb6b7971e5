"""Fun-ASR-Nano with random weights, as FunASR, transformers and vLLM want it."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.tiny_models.parts import (
    CHARACTERS,
    FRONTEND,
    SELF_ATTENTION,
    TOKENS,
    WIDTH,
    Config,
    build_model,
    write_model,
)

NANO_SAYS = "您好请问客服电话"  # no character twice

ADAPTOR = {
    "downsample_rate": 1, "ffn_dim": 64, "llm_dim": WIDTH, "encoder_dim": WIDTH,
    "n_layer": 1, "attention_heads": 2, "freeze": False,
}  # fmt: skip

# With the kinds of content that the published one knows, in fewer words.
NANO_TEMPLATE = """
{%- for message in messages %}<|im_start|>{{ message.role }}
{% for item in message.content if item.type == "keywords" %}热词：[
{{- item.keywords | join(", ") }}]
{% endfor %}语音转写
{%- for item in message.content if item.type == "language" %}成{{ item.language }}
{%- endfor %}：
{%- for item in message.content if item.type == "audio" %}<|object_ref_start|>
{%- endfor %}<|im_end|>
{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def build_nano(directory: Path, *, with_ctc: bool) -> Path:
    """Fun-ASR-Nano: a small encoder in front of a small Qwen3, which says one sentence.

    Whatever the encoder gets, the text is ``NANO_SAYS``; the times are the encoder's.
    """
    language_model = directory / "Qwen3-0.6B"
    _build_qwen(language_model)
    config: Config = {
        "model": "FunASRNano",
        "model_conf": {"lsm_weight": 0.1, "length_normalized_loss": True},
        "audio_encoder": "SenseVoiceEncoderSmall",
        "audio_encoder_conf": {
            **SELF_ATTENTION, "tp_blocks": 1, "freeze": True,
            "pos_enc_class": "SinusoidalPositionEncoder",
        },
        "llm": "Qwen3-0.6b",
        "llm_conf": {
            "hub": "hf", "freeze": True, "llm_dtype": "bf16",
            "init_param_path": str(language_model),
        },
        "audio_adaptor": "Transformer",
        "audio_adaptor_conf": {**ADAPTOR, "use_low_frame_rate": True},
        "frontend": "WavFrontend",
        "frontend_conf": {**FRONTEND, "cmvn_file": None},
        "tokenizer": "HuggingfaceTokenizer",
        "tokenizer_conf": {"init_param_path": str(language_model)},
        "dataset_conf": {"do_think": False, "sys_prompt": True},
    }  # fmt: skip
    if with_ctc:
        tokens = directory / "ctc_tokens.json"
        tokens.write_text(json.dumps([*TOKENS[1:], "<blank>"]), encoding="utf-8")
        config |= {
            "ctc_decoder": "Transformer",
            "detach_ctc_decoder": True,
            "ctc_decoder_conf": ADAPTOR,
            "ctc_weight": 1.0,
            "ctc_conf": {
                "dropout_rate": 0.0, "ctc_type": "builtin", "reduce": True,
                "ignore_nan_grad": True,
            },
            "ctc_vocab_size": len(TOKENS),
            "ctc_tokenizer": "CharTokenizer",
            "ctc_tokenizer_conf": {"token_list": str(tokens), "unk_symbol": "<unk>"},
        }  # fmt: skip
    model = build_model(config, input_size=560)
    _teach(model.llm, language_model)
    return write_model(directory, config, model.state_dict())


def build_nano_transformers(directory: Path) -> Path:
    """Fun-ASR-Nano in transformers' layout.

    What it gets decides with which character it begins; it goes on to the end of the
    row that ``_teach_a_row`` has taught it.
    """
    import torch
    from transformers import GenerationConfig
    from transformers.models.fun_asr_nano.configuration_fun_asr_nano import (
        FunAsrNanoConfig,
    )
    from transformers.models.fun_asr_nano.modeling_fun_asr_nano import (
        FunAsrNanoForConditionalGeneration,
    )

    directory.mkdir(parents=True, exist_ok=True)
    characters = sorted(set(CHARACTERS))
    tokenizer = _nano_tokenizer(["<|object_ref_start|>"], characters)
    tokenizer.save_pretrained(directory)
    (directory / "chat_template.jinja").write_text(NANO_TEMPLATE, encoding="utf-8")
    features = {"feature_extractor_type": "FunAsrNanoFeatureExtractor"}
    (directory / "processor_config.json").write_text(
        json.dumps(
            {"processor_class": "FunAsrNanoProcessor", "feature_extractor": features}
        ),
        encoding="utf-8",
    )
    config = FunAsrNanoConfig(
        audio_config={
            "model_type": "fun_asr_nano_encoder", "hidden_size": WIDTH,
            "num_attention_heads": 2, "intermediate_size": 64, "num_hidden_layers": 3,
            "num_timestamp_prediction_layers": 1,
        },
        adaptor_config={
            "hidden_size": WIDTH, "intermediate_size": WIDTH // 4,
            "num_attention_heads": 2, "num_hidden_layers": 1,
            "projector_hidden_size": 64,
        },
        text_config={
            "model_type": "qwen3", "vocab_size": len(tokenizer), "hidden_size": WIDTH,
            "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
            "num_key_value_heads": 1, "head_dim": 16, "tie_word_embeddings": False,
            "max_position_embeddings": 2048,
        },
        audio_token_id=tokenizer.convert_tokens_to_ids("<|object_ref_start|>"),
        initializer_range=0.3,
        tie_word_embeddings=False,
    )  # fmt: skip
    torch.manual_seed(0)
    model = FunAsrNanoForConditionalGeneration(config)
    row = tokenizer.convert_tokens_to_ids([*characters, tokenizer.eos_token])
    _teach_a_row(model, model.model.language_model, row)
    # As Qwen3's: by chance.
    model.generation_config = GenerationConfig(do_sample=True, temperature=5.0)
    model.save_pretrained(directory)
    return directory


def build_nano_for_vllm(directory: Path) -> tuple[Path, Path]:
    """The same Fun-ASR-Nano for FunASR and for vLLM, whose class has fixed widths.

    It says what ``build_nano_transformers`` says. FunASR's one has no empty thought
    before its answer, because vLLM's prompt has none.
    """
    from safetensors.torch import save_file

    for_funasr, for_vllm = directory / "funasr", directory / "vllm"
    language_model = for_funasr / "Qwen3-0.6B"
    characters = sorted(set(CHARACTERS))
    tokenizer = _nano_tokenizer(["<|AUDIO|>"], characters)
    for place in (language_model, for_vllm):
        tokenizer.save_pretrained(place)
    row = tokenizer.convert_tokens_to_ids([*characters, tokenizer.eos_token])
    text_config = _save_wide_qwen(language_model, len(tokenizer), row[-1])
    encoder_conf = {
        **SELF_ATTENTION, "output_size": 512, "attention_heads": 4,
        "linear_units": 256, "tp_blocks": 1, "freeze": True,
        "pos_enc_class": "SinusoidalPositionEncoder",
    }  # fmt: skip
    frontend_conf = {**FRONTEND, "cmvn_file": None}
    config: Config = {
        "model": "FunASRNano",
        "model_conf": {"lsm_weight": 0.1, "length_normalized_loss": True},
        "audio_encoder": "SenseVoiceEncoderSmall",
        "audio_encoder_conf": encoder_conf,
        "llm": "Qwen3-0.6b",
        "llm_conf": {
            "hub": "hf", "freeze": True, "llm_dtype": "fp32",
            "init_param_path": str(language_model),
        },
        "audio_adaptor": "Transformer",
        "audio_adaptor_conf": {
            "downsample_rate": 1, "ffn_dim": 2048, "llm_dim": 1024, "n_layer": 2,
            "encoder_dim": 512, "attention_heads": 8, "freeze": True,
            "use_low_frame_rate": True,
        },
        "frontend": "WavFrontend",
        "frontend_conf": frontend_conf,
        "tokenizer": "HuggingfaceTokenizer",
        "tokenizer_conf": {"init_param_path": str(language_model)},
        "dataset_conf": {"do_think": True, "sys_prompt": True},
    }  # fmt: skip
    model = build_model(config, input_size=560)
    _teach_a_row(model.llm, model.llm.model, row)
    weights = model.state_dict()
    write_model(for_funasr, config, weights)
    save_file(
        {name: tensor.float().contiguous() for name, tensor in weights.items()},
        for_vllm / "model.safetensors",
    )
    files = {
        "config.json": text_config
        | {
            "architectures": ["FunASRForConditionalGeneration"],
            "audio_encoder_conf": encoder_conf,
            "dtype": "float32",
        },
        "preprocessor_config.json": {
            "feature_extractor_type": "FunASRFeatureExtractor",
            "processor_class": "FunASRProcessor",
            "frontend_conf": {k: v for k, v in frontend_conf.items() if k != "dither"},
        },
        "generation_config.json": {"eos_token_id": row[-1], "pad_token_id": 0},
    }
    for name, content in files.items():
        (for_vllm / name).write_text(json.dumps(content), encoding="utf-8")
    return for_funasr, for_vllm


def _save_wide_qwen(directory: Path, words: int, end: int) -> Config:
    """A Qwen3 of few layers that is as wide as Nano's; its configuration."""
    from transformers import Qwen3Config

    config = Qwen3Config(
        vocab_size=-(-words // 64) * 64, hidden_size=1024, intermediate_size=256,
        num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=64,
        max_position_embeddings=2048, tie_word_embeddings=False, eos_token_id=end,
        pad_token_id=0, bos_token_id=0, architectures=["Qwen3ForCausalLM"],
        initializer_range=0.05,
    )  # fmt: skip
    config.save_pretrained(directory)
    content: Config = json.loads((directory / "config.json").read_text("utf-8"))
    return content


def _teach_a_row(model: Any, language_model: Any, row: list[int]) -> None:
    """Make it say a token of ``row`` first, and then what follows it."""
    import torch

    with torch.no_grad():
        for layer in language_model.layers:  # to listen to single frames
            layer.self_attn.q_norm.weight *= 3
            layer.self_attn.o_proj.weight *= 3
        embeddings = model.get_input_embeddings().weight
        embeddings[row] *= 10
        model.lm_head.weight.zero_()
        for token, following in zip(row, [*row[1:], row[-1]], strict=True):
            model.lm_head.weight[following] += embeddings[token]


def _nano_tokenizer(specials: list[str], words: list[str]) -> Any:
    """A BPE of bytes like Qwen3's, with a token for each of the words."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE(unk_token=None))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>", *specials],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["语音转写成中文：", "system user"], trainer)
    tokenizer.add_tokens(words)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )


def _build_qwen(directory: Path) -> None:
    from transformers import Qwen3Config

    directory.mkdir(parents=True, exist_ok=True)
    _nano_tokenizer([], list(NANO_SAYS)).save_pretrained(directory)
    Qwen3Config(
        vocab_size=512, hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, head_dim=16,
        max_position_embeddings=2048, tie_word_embeddings=False, eos_token_id=2,
        pad_token_id=0, bos_token_id=0, architectures=["Qwen3ForCausalLM"],
    ).save_pretrained(directory)  # fmt: skip


def _teach(language_model: Any, directory: Path) -> None:
    """Make a Qwen3 say ``NANO_SAYS`` after any prompt, and stop.

    Attention and feed-forward add nothing, so the last token alone decides the next.
    Each character of the sentence has a direction of its own, all other tokens share
    one; the output layer turns each direction into the token that follows.
    """
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(directory)
    chain = [
        *(tokenizer.convert_tokens_to_ids(character) for character in NANO_SAYS),
        tokenizer.eos_token_id,
    ]
    with torch.no_grad():
        for layer in language_model.model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        embeddings = language_model.get_input_embeddings().weight
        embeddings.zero_()
        embeddings[:, 0] = 1.0
        head = language_model.lm_head.weight
        head.zero_()
        head[chain[0], 0] = 1.0
        for place, (token, following) in enumerate(pairwise(chain), start=1):
            embeddings[token] = 0.0
            embeddings[token, place] = 1.0
            head[following, place] = 1.0
