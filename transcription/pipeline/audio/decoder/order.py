"""What the process that decodes is told to do."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from transcription.pipeline.audio.sniff import Sniffed
from transcription.pipeline.types import DecodeLimits

PLAYBACK_NAME: Final = "playback.mp3"


@dataclass(frozen=True, slots=True)
class DecodeOrder:
    """One file's: what it is, where its tracks go, what it may cost."""

    sniffed: Sniffed
    work_dir: Path
    limits: DecodeLimits
    wants_playback: bool = True
    follows_clock: bool = True

    def to_json(self) -> str:
        return json.dumps(asdict(self) | {"work_dir": str(self.work_dir)})

    @classmethod
    def from_json(cls, text: str) -> "DecodeOrder":
        values = json.loads(text)
        values["sniffed"] = Sniffed(**values["sniffed"])
        values["work_dir"] = Path(values["work_dir"])
        values["limits"] = DecodeLimits(**values["limits"])
        return cls(**values)
