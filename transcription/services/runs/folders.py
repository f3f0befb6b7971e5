"""Where a worker keeps decoded audio while it works on a run; see ``work_root``."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from transcription.models.runs import JobState
from transcription.services.runs.kind import RunKind
from transcription.services.runs.work import Work


def work_root() -> Path:
    """Where workers keep their decoded audio: a folder for each run that is worked on,
    ``kind-id-token``."""
    return Path(settings.DATA_DIR) / "work"


@contextmanager
def work_folder(work: Work[Any]) -> Iterator[Path]:
    """A folder that ends with the block. What a killed worker left of the same run goes
    at once."""
    root, prefix = work_root(), f"{work.kind.name}-{work.run.pk}-"
    root.mkdir(parents=True, exist_ok=True)
    for left in root.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = root / f"{prefix}{work.token}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_left_sound(kind: RunKind[Any]) -> None:
    """Work folders of this machine's killed workers, whose lease nobody holds."""
    running = kind.rows().filter(state=JobState.RUNNING)
    for folder in work_root().glob(f"{kind.name}-*-*"):
        _name, run_id, token = folder.name.split("-", 2)
        if not run_id.isdecimal():
            continue  # not ours to judge
        tokens = running.filter(pk=run_id).values_list("lease_token", flat=True)
        if str(tokens.first()) != token:
            shutil.rmtree(folder, ignore_errors=True)
