"""Installs, verifies and imports models; nothing else writes to their directory.

A model appears by a rename, so it is either whole and checked or not there. What was
installed, from where and with which sums is written to ``installed.json`` beside it.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from transcription.engine.models.catalogue import (
    CATALOGUE,
    EMBEDDED,
    Model,
    model_named,
)
from transcription.engine.models.fetch import carries, fetch, unpack
from transcription.engine.models.reporting import InstallError, Progress, sha256_of

RECORD = "installed.json"


def silent(_: str) -> None:
    """A progress callback for callers who do not care."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking one model found; ``notes`` are not faults."""

    model: Model
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


def models_called(name: str) -> tuple[Model, ...]:
    """The models that ``name`` means: an id, or ``embedded`` for what all need."""
    if name == "embedded":
        return EMBEDDED
    model = model_named(name)
    if model is None:
        known = ", ".join(entry.id for entry in CATALOGUE)
        raise InstallError(f"There is no model {name!r}; there are embedded, {known}.")
    return (model,)


def install(model_id: str, models_dir: Path, progress: Progress = silent) -> Path:
    """Make sure that a model is there; its directory. Fast when it already is."""
    (model,) = models_called(model_id)
    if model.is_installed(models_dir):
        progress(f"{model.id}: already installed")
        return model.directory(models_dir)
    with _only_installer(models_dir):
        if model.is_installed(models_dir):  # another process was installing it
            return model.directory(models_dir)
        _check_space(model, models_dir)
        reasons = []
        for source in model.sources:
            # The staging directory of a hub survives, so that a download goes on.
            staging = models_dir / f".{model.id}.partial"
            try:
                staging.mkdir(exist_ok=True)
                fetch(source, model, staging, progress)
                _publish(model, staging, models_dir, str(source))
            except InstallError as error:
                reasons.append(str(error))
                with suppress(OSError):  # kept when half a download is in it
                    staging.rmdir()
            else:
                progress(f"{model.id}: installed and verified")
                return model.directory(models_dir)
    raise InstallError(" ".join(reasons))


def verify(model: Model, models_dir: Path) -> Verification:
    """Read every byte of an installed model and compare its sums."""
    directory = model.directory(models_dir)
    if not directory.is_dir():
        return Verification(model, ("It is not installed.",))
    recorded = _recorded_sums(directory)
    problems, notes = [], []
    for file in model.files:
        path = directory / file.path
        if not path.is_file():
            problems.append(f"{file.path} is missing.")
            continue
        accepted = file.sha256 or recorded.get(file.path, ())
        if not accepted:
            notes.append(f"{file.path} has no known checksum.")
        elif sha256_of(path) not in accepted:
            problems.append(f"{file.path} is damaged: its checksum differs.")
    if not problems and not model.fits(directory):
        problems.append(f"It is not a {model.title} model.")
    return Verification(model, tuple(problems), tuple(notes))


def import_from(
    path: Path, models_dir: Path, progress: Progress = silent
) -> list[Verification]:
    """Copy every model found at ``path``: a model's directory, a directory of models or
    of downloaded parcels (``.whl``, ``.tgz``), or one parcel."""
    if not path.exists():
        raise InstallError(f"{path} does not exist.")
    candidates = [path, *sorted(path.iterdir())] if path.is_dir() else [path]
    imported = []
    with _only_installer(models_dir):
        for candidate in candidates:
            for model in CATALOGUE:
                if model.is_installed(models_dir):
                    continue
                if _import_one(candidate, model, models_dir, progress):
                    imported.append(verify(model, models_dir))
    if not imported and not any(m.is_installed(models_dir) for m in CATALOGUE):
        raise InstallError(f"No model of the catalogue was found at {path}.")
    return imported


def _import_one(
    candidate: Path, model: Model, models_dir: Path, progress: Progress
) -> bool:
    """Import ``candidate`` when it is ``model``; False when it is something else."""
    parcel = next((s for s in model.sources if carries(candidate, s)), None)
    if parcel is None and not (candidate.is_dir() and _is_copy_of(model, candidate)):
        return False
    progress(f"{model.id}: importing from {candidate}")
    _check_space(model, models_dir)
    staging = models_dir / f".{model.id}.import"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        if parcel is not None:
            unpack(candidate, parcel, model, staging, progress)
        else:
            for file in model.files:
                target = staging / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(candidate / file.path, target)
        _publish(model, staging, models_dir, str(candidate))
    except OSError as error:
        raise InstallError(f"{candidate} could not be copied: {error}.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return True


def _is_copy_of(model: Model, directory: Path) -> bool:
    """Whether a directory holds this model: its shape, and every sum that is known."""
    return model.fits(directory) and not any(
        file.sha256 and sha256_of(directory / file.path) not in file.sha256
        for file in model.files
    )


def _publish(model: Model, staging: Path, models_dir: Path, source: str) -> None:
    """Check a staged model, write its record, and give it its name."""
    sums = {}
    for file in model.files:
        path = staging / file.path
        if not path.is_file():
            raise InstallError(f"{source} lacks {file.path}.")
        sums[file.path] = sha256_of(path)
        if file.sha256 and sums[file.path] not in file.sha256:
            path.unlink()
            raise InstallError(
                f"{source}: {file.path} is not the known file; its checksum differs."
            )
    if not model.fits(staging):
        raise InstallError(f"{source} does not hold {model.title}.")
    record = {"model": model.id, "source": source, "sha256": sums}
    (staging / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
    target = model.directory(models_dir)
    shutil.rmtree(target, ignore_errors=True)  # a broken copy, or it would be installed
    staging.rename(target)


def _recorded_sums(directory: Path) -> dict[str, tuple[str, ...]]:
    try:
        record = json.loads((directory / RECORD).read_text(encoding="utf-8"))
        return {str(path): (str(sha),) for path, sha in record["sha256"].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return {}


def _check_space(model: Model, models_dir: Path) -> None:
    free = shutil.disk_usage(models_dir).free
    if free < 2 * model.size:
        raise InstallError(
            f"{model.id} needs {2 * model.size / 1e9:.1f} GB in {models_dir} while it "
            f"is installed, and only {free / 1e9:.1f} GB are free."
        )


@contextmanager
def _only_installer(models_dir: Path) -> Iterator[None]:
    """Let one process at a time change the models directory."""
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with (models_dir / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except PermissionError as error:
        raise InstallError(f"{models_dir} cannot be written: {error}.") from error
