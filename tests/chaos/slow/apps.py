"""Gives a real worker process an engine that needs no model and takes its time."""

import os
import signal
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from transcription.engine.base import (
    EngineFacts,
    Recognition,
    RecognitionOptions,
    Samples,
)


class SlowEngine:
    """Says how loud each piece is, so that the same piece gives the same text, and
    logs it in ``recognised.log``. Pieces of ``DEADLY_SECONDS`` end the process as a
    crash in a library does."""

    facts = EngineFacts(name="vosk", model_name="Slow 1", device="cpu")

    def recognise(
        self, pieces: Sequence[Samples], options: RecognitionOptions
    ) -> list[Recognition]:
        deadly = float(os.environ.get("DEADLY_SECONDS", "-1"))
        if any(abs(len(piece) / 16_000 - deadly) < 0.1 for piece in pieces):
            os.kill(os.getpid(), signal.SIGKILL)
        texts = [f"{float(abs(piece).sum()):.3f}" for piece in pieces]
        with (Path(settings.DATA_DIR) / "recognised.log").open("a") as log:
            log.writelines(f"{os.getpid()} {text}\n" for text in texts)
        time.sleep(float(os.environ["SLOW_ENGINE_SECONDS"]) * len(pieces))
        return [Recognition(text=text, language="zh") for text in texts]


class AllSpeech:
    """Finds speech all the time, in stretches of ten seconds."""

    def speech_regions(self, samples: Samples) -> list[tuple[int, int]]:
        total_ms = len(samples) // 16
        return [
            (start, min(start + 9_500, total_ms))
            for start in range(0, total_ms - 500, 10_000)
        ]


class SlowConfig(AppConfig):
    name = "tests.chaos.slow"

    def ready(self) -> None:
        from transcription.services.evaluation import running as evaluating
        from transcription.services.jobs import working
        from transcription.services.recogniser.holder import Loaded
        from transcription.services.revisions import running as revising
        from transcription.services.runs import leases
        from transcription.services.runs.tries import DEATH_PAUSES
        from transcription.services.speech import runs as trial_runs

        if "PAUSE_SECONDS" in os.environ:  # a test does not wait for half an hour
            pause = timedelta(seconds=float(os.environ["PAUSE_SECONDS"]))
            pauses = (timedelta(0), *(pause for _ in DEATH_PAUSES[1:]))
            setattr(leases, "DEATH_PAUSES", pauses)  # noqa: B010
        loaded = Loaded(SlowEngine(), AllSpeech())
        for module in (working, evaluating, revising):
            setattr(module, "loaded_engine", lambda *wanted: loaded)  # noqa: B010
        setattr(trial_runs, "detector", lambda parameters: loaded.vad)  # noqa: B010
