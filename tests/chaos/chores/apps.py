"""Gives real processes a kind of chore, as a room of the portal would."""

import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.conf import settings

if TYPE_CHECKING:
    from tests.chaos.chores.models import Errand
    from transcription.services.runs.work import Work

MODEL_LIBRARIES = ("torch", "funasr", "whisper", "vosk", "transformers", "onnxruntime")


def do_errand(work: "Work[Errand]") -> bool:
    """Take its time, and write down what this process is made of."""
    time.sleep(work.run.seconds)
    facts = {
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "models": [name for name in MODEL_LIBRARIES if sys.modules.get(name)],
        "refused": [name for name in MODEL_LIBRARIES if _is_refused(name)],
    }
    (Path(settings.DATA_DIR) / "errand.json").write_text(json.dumps(facts))
    work.succeed()
    return True


def _is_refused(library: str) -> bool:
    try:
        __import__(library)
    except ModuleNotFoundError:
        return True
    return False


class ChoresConfig(AppConfig):
    name = "tests.chaos.chores"

    def ready(self) -> None:
        from tests.chaos.chores.models import Errand
        from transcription.models.runs import JobQueue
        from transcription.services import kinds
        from transcription.services.runs.kind import RunKind
        from transcription.services.runs.leases import carry_out

        errands = RunKind(
            name="errand",
            title="Errands",
            model=Errand,
            task="transcription.tasks.run_errand",
            queues=(JobQueue.CHORES,),
        )

        def run_errand(run_id: int) -> bool:
            return carry_out(errands, run_id, do_errand)

        table = {**kinds.KINDS, errands: run_errand}
        for module in (kinds, sys.modules.get("transcription.tasks")):
            if module is not None:
                setattr(module, "KINDS", table)  # noqa: B010
