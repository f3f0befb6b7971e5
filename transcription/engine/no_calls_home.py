"""What keeps the libraries below the engines from calling anybody, or leaving files.

Each reads its variable when it is imported, some before any switch of theirs can be
turned, so the package ``transcription.engine`` sets them when it is first imported:
every process of the portal does that with its settings, and its children inherit them.
An operator's own value is overruled: "nothing is sent anywhere" is not a setting.
"""

import os
from collections.abc import Mapping
from types import MappingProxyType

VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        # onnxruntime 1.32: telemetry to mobile.events.data.microsoft.com and a device
        # number in ~/.cache/Microsoft; its disable_telemetry_events() comes too late.
        "ORT_DISABLE_TELEMETRY": "1",
        # huggingface_hub, transformers and FunASR's modelscope: no hub, no statistics.
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "MODELSCOPE_OFFLINE": "1",
        # A convention that several libraries look at.
        "DO_NOT_TRACK": "1",
    }
)


def forbid_calls_home() -> None:
    """Set every variable. Costs nothing the second time."""
    os.environ.update(VARIABLES)
