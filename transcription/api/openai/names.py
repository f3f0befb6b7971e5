"""The names under which clients ask for a model.

None of them chooses anything: the recogniser is the installation's own, whoever asks.
Scripts have OpenAI's names written into them, or those of other servers.
"""

from typing import Final

from transcription.services.recogniser.status import engine_choices

DIARIZING: Final = "gpt-4o-transcribe-diarize"  # tells voices apart
ALIASES: Final = (
    "whisper-1",
    "gpt-transcribe",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
    DIARIZING,
    "sensevoice",
    "fun-asr-nano",
    "paraformer",
)


def model_names() -> list[str]:
    """The recognisers that are installed here by their own names, then the others."""
    return list(dict.fromkeys([*(name for name, _title in engine_choices()), *ALIASES]))
