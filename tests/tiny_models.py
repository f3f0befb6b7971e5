"""Model directories with random weights, built from configuration in seconds.

They run the whole real code of FunASR, or of transformers; what they say is
meaningless. The voice activity detector alone is honest: its weights make it an energy
detector.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

CHARACTERS = (
    "开放时间营业客服电话人工智能语音识别您好请问我想查一下今天天气二零三四五六七八九十"
)
TOKENS = ["<blank>", "<s>", "</s>", *sorted(set(CHARACTERS)), "<unk>"]
NANO_SAYS = "您好请问客服电话"  # no character twice
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
Config = dict[str, Any]


def build_sensevoice(directory: Path) -> Path:
    """SenseVoiceSmall with a sentencepiece tokenizer of its own."""
    import sentencepiece

    directory.mkdir(parents=True, exist_ok=True)
    pieces = directory / "pieces.model"
    with pieces.open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([CHARACTERS]),
            model_writer=file,
            model_type="char",
            vocab_size=len(set(CHARACTERS)) + 4,
            add_dummy_prefix=False,
            minloglevel=2,
        )
    size = sentencepiece.SentencePieceProcessor(str(pieces)).get_piece_size()
    config: Config = {
        "model": "SenseVoiceSmall",
        "model_conf": {"length_normalized_loss": True, "sos": 1, "eos": 2},
        "encoder": "SenseVoiceEncoderSmall",
        "encoder_conf": {**SELF_ATTENTION, "tp_blocks": 1},
        "frontend": "WavFrontend",
        "frontend_conf": FRONTEND,
        "tokenizer": "SentencepiecesTokenizer",
        "tokenizer_conf": {"bpemodel": str(pieces)},
    }
    # No tokens.json: FunASR would take its length for the vocabulary's.
    model = _model(config, vocab_size=size, input_size=560, ctc_conf={})
    _write(directory, config, model.state_dict())
    _write_cmvn(directory, 560)
    return directory


def build_seaco(directory: Path) -> Path:
    """SeACo-Paraformer: hotwords and times."""
    config: Config = {
        "model": "SeacoParaformer",
        "model_conf": {
            "ctc_weight": 0.0, "lsm_weight": 0.1, "length_normalized_loss": True,
            "predictor_weight": 1.0, "predictor_bias": 1, "sampling_ratio": 0.75,
            "inner_dim": WIDTH, "bias_encoder_type": "lstm", "bias_encoder_bid": False,
            "seaco_lsm_weight": 0.1, "seaco_length_normal": True, "train_decoder": True,
            "NO_BIAS": len(TOKENS) - 1,
        },
        "encoder": "SANMEncoder",
        "encoder_conf": {
            **SELF_ATTENTION,
            "pos_enc_class": "SinusoidalPositionEncoder",
        },
        "decoder": "ParaformerSANMDecoder",
        "decoder_conf": {**CROSS_ATTENTION, "num_blocks": 1, "att_layer_num": 1},
        "seaco_decoder": "ParaformerSANMDecoder",
        "seaco_decoder_conf": {
            **CROSS_ATTENTION, "num_blocks": 6, "kernel_size": 21,
            "use_output_layer": False, "wo_input_layer": True,
        },
        "predictor": "CifPredictorV3",
        "predictor_conf": {
            "idim": WIDTH, "threshold": 1.0, "l_order": 1, "r_order": 1,
            "tail_threshold": 0.45, "smooth_factor2": 0.25, "noise_threshold2": 0.01,
            "upsample_times": 3, "use_cif1_cnn": False, "upsample_type": "cnn_blstm",
        },
        "frontend": "WavFrontend",
        "frontend_conf": FRONTEND,
        "tokenizer": "CharTokenizer",
        "tokenizer_conf": {"unk_symbol": "<unk>", "split_with_space": True},
    }  # fmt: skip
    model = _model(config, vocab_size=len(TOKENS), input_size=560)
    _write(directory, config, model.state_dict())
    tokens = json.dumps(TOKENS, ensure_ascii=False)
    (directory / "tokens.json").write_text(tokens, encoding="utf-8")
    _write_cmvn(directory, 560)
    lines = "".join(f"{character} {character}\n" for character in TOKENS[3:-1])
    (directory / "seg_dict").write_text(lines, encoding="utf-8")
    return directory


def build_nano(directory: Path, *, with_ctc: bool) -> Path:
    """Fun-ASR-Nano: a small encoder in front of a small Qwen3, which says one sentence.

    Whatever the encoder hears, the text is ``NANO_SAYS``; the times are the encoder's.
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
    model = _model(config, input_size=560)
    _teach(model.llm, language_model)
    return _write(directory, config, model.state_dict())


def build_nano_transformers(directory: Path) -> Path:
    """Fun-ASR-Nano in transformers' layout.

    What it hears decides with which character it begins; it goes on to the end of the
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
    model = _model(config, input_size=560)
    _teach_a_row(model.llm, model.llm.model, row)
    weights = model.state_dict()
    _write(for_funasr, config, weights)
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


def build_whisper(directory: Path) -> Path:
    """Whisper with the real vocabulary and next to nothing behind it."""
    import torch
    import whisper

    dims = {
        "n_mels": 80, "n_vocab": 51865, "n_audio_ctx": 1500, "n_audio_state": 16,
        "n_audio_head": 2, "n_audio_layer": 1, "n_text_ctx": 448, "n_text_state": 16,
        "n_text_head": 2, "n_text_layer": 1,
    }  # fmt: skip
    torch.manual_seed(0)
    model = whisper.model.Whisper(whisper.model.ModelDimensions(**dims))
    with torch.no_grad():  # Whisper leaves it as the memory was
        model.decoder.positional_embedding.zero_()
    weights = {f"model.{name}": value for name, value in model.state_dict().items()}
    return _write(directory, {"model": "Whisper-small", "dims": dims}, weights)


def build_campplus(directory: Path) -> Path:
    """CAM++ laid out as on its hub: weights and configuration under other names."""
    import torch

    config: Config = {
        "model": "CAMPPlus",
        "model_conf": {
            "feat_dim": 80, "embedding_size": 192, "growth_rate": 4, "bn_size": 2,
            "init_channels": 8, "config_str": "batchnorm-relu",
            "memory_efficient": True, "output_level": "segment",
        },
        "frontend": "WavFrontend",
        "frontend_conf": {**FRONTEND, "lfr_m": 1, "lfr_n": 1},
    }  # fmt: skip
    weights = _model(config).state_dict()
    _write(directory, config, weights)
    (directory / "model.pt").unlink()
    torch.save(weights, directory / "campplus_cn_common.bin")
    names = {"init_param": "campplus_cn_common.bin", "config": "config.yaml"}
    text = json.dumps({"file_path_metas": names})
    (directory / "configuration.json").write_text(text, encoding="utf-8")
    return directory


def build_energy_vad(directory: Path) -> Path:
    """fsmn-vad whose only idea of speech is loudness."""
    import torch

    config: Config = {
        "model": "FsmnVADStreaming",
        "model_conf": {
            "sample_rate": 16000, "detect_mode": 1, "snr_mode": 0,
            "max_end_silence_time": 800, "max_start_silence_time": 3000,
            "do_start_point_detection": True, "do_end_point_detection": True,
            "window_size_ms": 200, "sil_to_speech_time_thres": 150,
            "speech_to_sil_time_thres": 150, "speech_2_noise_ratio": 1.0,
            "do_extend": 1, "lookback_time_start_point": 200,
            "lookahead_time_end_point": 100, "max_single_segment_time": 60000,
            "snr_thres": -100.0, "noise_frame_num_used_for_snr": 100,
            "decibel_thres": -100.0, "speech_noise_thres": 0.6,
            "fe_prior_thres": 0.0001, "silence_pdf_num": 1, "sil_pdf_ids": [0],
            "speech_noise_thresh_low": -0.1, "speech_noise_thresh_high": 0.3,
            "output_frame_probs": False, "frame_in_ms": 10, "frame_length_ms": 25,
        },
        "encoder": "FSMN",
        "encoder_conf": {
            "input_dim": 400, "input_affine_dim": 16, "fsmn_layers": 1,
            "linear_dim": 16, "proj_dim": 8, "lorder": 4, "rorder": 0, "lstride": 1,
            "rstride": 0, "output_affine_dim": 16, "output_dim": 4,
        },
        "frontend": "WavFrontendOnline",
        "frontend_conf": {**FRONTEND, "lfr_m": 5, "lfr_n": 1},
    }  # fmt: skip
    model = _model(config)
    with torch.no_grad():
        for value in model.state_dict().values():
            value.zero_()
        net = model.encoder
        net.in_linear1.linear.weight[0].fill_(1 / 400)  # the mean of the log mels
        net.in_linear2.linear.weight[0, 0] = 1.0
        net.fsmn[0].linear.linear.weight[0, 0] = 1.0
        net.fsmn[0].affine.linear.weight[0, 0] = 1.0
        net.out_linear1.linear.weight[0, 0] = 1.0
        net.out_linear2.linear.weight[0, 0] = -20.0  # loud: not the silent class
        net.out_linear2.linear.bias[0] = 4.0
        net.out_linear2.linear.bias[2:] = -10.0
    _write(directory, config, model.state_dict())
    _write_cmvn(directory, 400)
    return directory


def build_ct_punc(directory: Path, *, says_unk: bool = False) -> Path:
    """CT-Transformer: its marks fall anywhere, but never between no letters."""
    import torch

    config: Config = {
        "model": "CTTransformer",
        "model_conf": {
            "ignore_id": 0, "embed_unit": WIDTH, "att_unit": WIDTH, "dropout_rate": 0.1,
            "punc_list": ["<unk>", "_", "，", "。", "？", "、"],
            "punc_weight": [1.0] * 6, "sentence_end_id": 3,
        },
        "encoder": "SANMEncoder",
        "encoder_conf": {
            **SELF_ATTENTION, "input_size": WIDTH,
            "pos_enc_class": "SinusoidalPositionEncoder",
        },
        "tokenizer": "CharTokenizer",
        "tokenizer_conf": {"unk_symbol": "<unk>"},
    }  # fmt: skip
    model = _model(config, vocab_size=len(TOKENS))
    with torch.no_grad():
        model.decoder.bias[0] = 100.0 if says_unk else -100.0
    _write(directory, config, model.state_dict())
    tokens = json.dumps(TOKENS, ensure_ascii=False)
    (directory / "tokens.json").write_text(tokens, encoding="utf-8")
    return directory


def _model(config: Config, **sizes: Any) -> Any:
    import torch
    from funasr.register import tables

    fresh = json.loads(json.dumps(config))  # FunASR changes what it is given
    name, options = fresh.pop("model"), fresh.pop("model_conf")
    torch.manual_seed(0)
    return tables.model_classes[name](**sizes, **fresh, **options)


def _write(directory: Path, config: Config, weights: dict[str, Any]) -> Path:
    import torch

    directory.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
    (directory / "config.yaml").write_text(text, encoding="utf-8")
    torch.save({"state_dict": weights}, directory / "model.pt")
    return directory


def _write_cmvn(directory: Path, width: int) -> None:
    """Mean and scale in the form of Kaldi's nnet1 that FunASR reads."""
    shifts, scales = " ".join(["-8.0"] * width), " ".join(["0.2"] * width)
    (directory / "am.mvn").write_text(
        f"<Nnet>\n<AddShift> {width} {width}\n<LearnRateCoef> 0 [ {shifts} ]\n"
        f"<Rescale> {width} {width}\n<LearnRateCoef> 0 [ {scales} ]\n</Nnet>\n",
        encoding="utf-8",
    )


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
