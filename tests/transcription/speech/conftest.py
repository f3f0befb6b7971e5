"""A detector that needs no model."""

from collections.abc import Callable
from pathlib import Path

import pytest

from transcription.engine.base import Samples
from transcription.services.recogniser import detectors


class FakeDetector:
    """Finds speech in the first half of every second; ``before`` may look around."""

    def __init__(self, before: Callable[[], None] | None = None) -> None:
        self.before = before
        self.loaded: list[tuple[int, int]] = []

    @classmethod
    def installed(cls, monkeypatch: pytest.MonkeyPatch) -> "FakeDetector":
        """One that is loaded whenever a department's own detector is wanted."""
        fake = cls()

        def load(
            models_dir: Path, *, end_silence_ms: int, max_segment_ms: int
        ) -> object:
            fake.loaded.append((end_silence_ms, max_segment_ms))
            return fake

        detectors.forget_detectors()
        monkeypatch.setattr(detectors, "load_vad", load)
        return fake

    def speech_regions(self, samples: Samples) -> list[tuple[int, int]]:
        if self.before is not None:
            self.before()
        return [(start, start + 500) for start in range(0, len(samples) // 16, 1000)]


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> FakeDetector:
    return FakeDetector.installed(monkeypatch)
