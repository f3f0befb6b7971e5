"""Recognisers that need no model."""

from collections.abc import Callable, Sequence

from transcription.engine.base import (
    EngineFacts,
    Recognition,
    RecognitionOptions,
    Samples,
    Word,
)


class FakeEngine:
    """Says ``text`` for every piece, in ``words``, if any; ``before`` may raise or look
    around first."""

    def __init__(
        self, text: str = "利率调整了吗", before: Callable[[], None] | None = None
    ) -> None:
        self.text = text
        self.words: tuple[Word, ...] = ()
        self.before = before
        self.calls = 0
        self.facts = EngineFacts(
            name="vosk",
            model_name="Fake 1",
            device="cpu",
            languages=frozenset({"zh", "en"}),
        )

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        self.calls += 1
        if self.before is not None:
            self.before()
        return [
            Recognition(text=self.text, language="zh", words=self.words) for _ in pieces
        ]


class FakeVad:
    """Finds speech all the time, in stretches of at most ten seconds."""

    def speech_regions(self, samples: Samples) -> list[tuple[int, int]]:
        total_ms = len(samples) // 16
        return [
            (start, min(start + 10_000, total_ms))
            for start in range(0, total_ms - 100, 10_000)
        ]
