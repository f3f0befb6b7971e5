"""What people call what the engine package names by codes: it knows no translations."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from transcription.engine.choose import EngineChoice
from transcription.engine.models.catalogue import Model
from transcription.engine.recognisers import recogniser_named


def engine_title(engine: str) -> str:
    """The engine without the versions of its models."""
    recogniser = recogniser_named(engine)
    return recogniser.title if recogniser else engine


def model_label(choice: EngineChoice) -> str:
    """The model as a finished job names it: short, once for all languages."""
    return choice.recogniser.label or choice.models[0].title.split(" (")[0]


def device_name(device: str) -> str:
    """``CPU``: what the engine runs on."""
    names = {
        "cpu": "CPU",
        "cuda": _("GPU (CUDA)"),
        "mps": _("GPU (Apple)"),
        "service": _("a service in the network"),
    }
    return names.get(device, device)


def language_list(codes: Iterable[str]) -> str:
    """The languages by name, as one reads them in a row."""
    names = {
        "zh": _("Chinese"),
        "en": _("English"),
        "ja": _("Japanese"),
        "yue": _("Cantonese"),
        "ko": _("Korean"),
    }
    separator = pgettext("between the items of a list", ", ")
    return separator.join(names.get(code, code) for code in codes)


def model_notes(model: Model) -> str:
    """What a model is good for; the catalogue's own English where none is here."""
    notes = {
        "fsmn-vad": _("Finds speech in front of every recogniser."),
        "wespeaker-resnet34": _("Tells the voices of a one-track recording apart."),
        "campplus": _(
            "Tells the voices of a one-track recording apart; through FunASR, on GPUs "
            "too."
        ),
        "ct-punc": _("Punctuation for recognisers that write none (Vosk, Paraformer)."),
        "vosk-small-cn": _(
            "The embedded recogniser: word times and confidences, no punctuation."
        ),
        "vosk-small-en": _("The embedded recogniser's English half."),
        "whisper-small": _(
            "Better and slower than Vosk on a CPU; punctuation; the only one for "
            "Japanese until a bigger model is installed."
        ),
        "fun-asr-nano-2512": _(
            "ModelScope's edition: character times from CTC. For GPUs."
        ),
        "fun-asr-nano-2512-hf": _(
            "Hugging Face's edition: no character times, true batches. For GPUs."
        ),
        "nano-2512-transformers": _(
            "In transformers' layout: padded batches, no character times. For GPUs."
        ),
        "seaco-paraformer-large": _(
            "Mandarin, fast on a CPU, character times, hotwords; no punctuation."
        ),
        "sensevoice-small": _(
            "Five languages, fast on a CPU, punctuation and digits of its own."
        ),
    }
    return notes.get(model.id, model.notes)
