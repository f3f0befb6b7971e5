"""Model directories with random weights, built from configuration in seconds.

They run the whole real code of FunASR, or of transformers; what they say is
meaningless. The voice activity detector alone is honest: its weights make it an energy
detector.
"""

import json
from pathlib import Path

from tests.tiny_models.parts import (
    CHARACTERS,
    CROSS_ATTENTION,
    FRONTEND,
    SELF_ATTENTION,
    TOKENS,
    WIDTH,
    Config,
    build_model,
    write_cmvn,
    write_model,
)


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
    model = build_model(config, vocab_size=size, input_size=560, ctc_conf={})
    write_model(directory, config, model.state_dict())
    write_cmvn(directory, 560)
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
    model = build_model(config, vocab_size=len(TOKENS), input_size=560)
    write_model(directory, config, model.state_dict())
    tokens = json.dumps(TOKENS, ensure_ascii=False)
    (directory / "tokens.json").write_text(tokens, encoding="utf-8")
    write_cmvn(directory, 560)
    lines = "".join(f"{character} {character}\n" for character in TOKENS[3:-1])
    (directory / "seg_dict").write_text(lines, encoding="utf-8")
    return directory


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
    return write_model(directory, {"model": "Whisper-small", "dims": dims}, weights)


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
    weights = build_model(config).state_dict()
    write_model(directory, config, weights)
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
    model = build_model(config)
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
    write_model(directory, config, model.state_dict())
    write_cmvn(directory, 400)
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
    model = build_model(config, vocab_size=len(TOKENS))
    with torch.no_grad():
        model.decoder.bias[0] = 100.0 if says_unk else -100.0
    write_model(directory, config, model.state_dict())
    tokens = json.dumps(TOKENS, ensure_ascii=False)
    (directory / "tokens.json").write_text(tokens, encoding="utf-8")
    return directory
