"""Where a worker keeps decoded audio while it works on a run; see ``work_root``."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Model

from transcription.models.evaluation import EvaluationRun
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.models.speech import VadRun


class WorkKind(StrEnum):
    """What is worked on: the beginning of a folder's name, before the run's id."""

    VAD = "vad"
    REHEARING = "rehearing"
    EVALUATION = "evaluation"


_RUNS: Final[dict[WorkKind, type[Model]]] = {
    WorkKind.VAD: VadRun,
    WorkKind.REHEARING: Rehearing,
    WorkKind.EVALUATION: EvaluationRun,
}


@contextmanager
def work_folder(kind: WorkKind, run_id: int) -> Iterator[Path]:
    """A folder that ends with the block. Only whoever holds the run's lease may ask:
    what a killed worker left of the same run goes at once."""
    root, prefix = work_root(), f"{kind}-{run_id}-"
    root.mkdir(parents=True, exist_ok=True)
    for left in root.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=prefix, dir=root, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def remove_left_sound() -> None:
    """Work folders of this machine's killed workers, whose runs nobody works on."""
    for kind, model in _RUNS.items():
        running = model._default_manager.filter(state=JobState.RUNNING)
        for folder in work_root().glob(f"{kind}-*-*"):
            run_id = folder.name.split("-")[1]
            if not run_id.isdecimal():
                continue  # not ours to judge
            if not running.filter(pk=run_id).exists():
                shutil.rmtree(folder, ignore_errors=True)


def work_root() -> Path:
    """Where running jobs keep their decoded audio: one folder each, ``id_token``."""
    return Path(settings.DATA_DIR) / "work"
