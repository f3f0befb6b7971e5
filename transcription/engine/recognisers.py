"""The recognisers that this product knows: a row for each, and nowhere another list.

A new one is a row here, its adapter's file, and its models in the catalogue. Nothing
here imports torch or an adapter: the settings read the names of this table.
"""

from dataclasses import dataclass

from transcription.engine.models.catalogue import (
    NANO,
    NANO_HF,
    NANO_TRANSFORMERS,
    PARAFORMER,
    SENSEVOICE,
    VLLM_SERVICE,
    VOSK_EN,
    VOSK_ZH,
    WHISPER_SMALL,
    Model,
)

SERVICE = "service"
_LOCAL = ("cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class Recogniser:
    """``name`` is SHENGWEN_ENGINE's word and the adapter's in its ``EngineFacts``,
    ``title`` what people call it, a name that is not translated. ``label`` is short for
    all of its models; without one each model has its own.

    ``adapter`` is ``module:function``, imported when it is loaded; the function takes
    an ``EngineChoice`` and the number of threads.

    ``models`` are editions of the same, the best first, or with
    ``has_model_per_language`` one for each language. On a device that is not among
    ``devices`` it runs on the first of them.

    ``auto`` takes it on the devices of ``automatic_on``; an ``is_last_resort`` one is
    taken anywhere when nothing else here speaks the language. One that is
    ``only_when_named`` is so for what it lacks, and not because it is slow.

    ``writes_punctuation`` and ``takes_hotwords`` are what its facts say too, for
    whoever asks before it is loaded.
    """

    name: str
    title: str
    adapter: str
    models: tuple[Model, ...]
    devices: tuple[str, ...] = _LOCAL
    automatic_on: tuple[str, ...] = ()
    is_last_resort: bool = False
    only_when_named: bool = False
    label: str = ""
    has_model_per_language: bool = False
    is_embedded: bool = False
    writes_punctuation: bool = True
    takes_hotwords: bool = False

    @property
    def is_service(self) -> bool:
        """Whether it works elsewhere, at SHENGWEN_ENGINE_URL."""
        return SERVICE in self.devices


# Of two that would do, ``auto`` takes the one above. Whisper is never its choice,
# because it is slow on a CPU, nor is Nano through transformers, which gives no times
# and does not know raw text.
RECOGNISERS = (
    Recogniser(
        name="funasr_whisper",
        title="Whisper",
        adapter="transcription.engine.funasr.whisper:load",
        models=(WHISPER_SMALL,),
        is_last_resort=True,
    ),
    Recogniser(
        name="funasr_nano",
        title="Fun-ASR-Nano",
        adapter="transcription.engine.funasr.nano:load",
        models=(NANO, NANO_HF),
        automatic_on=("cuda",),
        is_last_resort=True,
        takes_hotwords=True,
    ),
    Recogniser(
        name="funasr_paraformer",
        title="Paraformer",
        adapter="transcription.engine.funasr.paraformer:load",
        models=(PARAFORMER,),
        automatic_on=_LOCAL,
        writes_punctuation=False,
        takes_hotwords=True,
    ),
    Recogniser(
        name="funasr_sensevoice",
        title="SenseVoice",
        adapter="transcription.engine.funasr.sensevoice:load",
        models=(SENSEVOICE,),
        automatic_on=_LOCAL,
    ),
    Recogniser(
        name="vosk",
        title="Vosk",
        adapter="transcription.engine.vosk_engine:load",
        models=(VOSK_ZH, VOSK_EN),
        devices=("cpu",),
        automatic_on=_LOCAL,
        label="Vosk small",
        has_model_per_language=True,
        is_embedded=True,
        writes_punctuation=False,
    ),
    Recogniser(
        name="nano_transformers",
        title="Fun-ASR-Nano (transformers)",
        adapter="transcription.engine.transformers.nano:load",
        models=(NANO_TRANSFORMERS,),
        is_last_resort=True,
        only_when_named=True,
        takes_hotwords=True,
    ),
    Recogniser(
        name="vllm",
        title="vLLM",
        adapter="transcription.engine.vllm.remote:load",
        models=(VLLM_SERVICE,),
        devices=(SERVICE,),
        takes_hotwords=True,
    ),
)
NAMES = tuple(recogniser.name for recogniser in RECOGNISERS)
(EMBEDDED_RECOGNISER,) = (row for row in RECOGNISERS if row.is_embedded)


def recogniser_named(name: str) -> Recogniser | None:
    """The table's row, or None: old jobs may name one that is gone."""
    return next((row for row in RECOGNISERS if row.name == name), None)


def recogniser_of(model: Model) -> Recogniser | None:
    """Whose model it is; None for the models that stand beside the recognisers."""
    return next((row for row in RECOGNISERS if model in row.models), None)


def is_service(name: str) -> bool:
    """Whether a setting names a recogniser that works elsewhere."""
    row = recogniser_named(name)
    return row is not None and row.is_service
