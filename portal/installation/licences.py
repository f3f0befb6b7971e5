"""Which licences the installed packages come under, as their own metadata says it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)
# Words of the classifiers, the free field and SPDX expressions (PEP 639).
_PERMISSIVE = re.compile(
    r"\b(0BSD|Apache|BSD|BSL|CC0|HPND|ISC|MIT|MIT-0|PSF|PSFL|Python Software Foundation"
    r"|Unlicense|Zlib)\b",
    re.IGNORECASE,
)
_COPYLEFT = re.compile(r"\b[AL]?GPL|\bGNU\b|\bMPL|Mozilla|\bEPL|\bEUPL", re.IGNORECASE)
_UNKNOWN = {"", "UNKNOWN"}


@dataclass(frozen=True, slots=True)
class Licence:
    """One installed package."""

    package: str
    version: str
    licence: str

    @property
    def is_permissive(self) -> bool:
        """Asks for no more than its notice. What nobody knows is not permissive."""
        return bool(_PERMISSIVE.search(self.licence)) and not _COPYLEFT.search(
            self.licence
        )


def installed_licences() -> list[Licence]:
    """Of everything that ``make install`` brings: torch, the lock, browser libraries.

    What the lock holds for other systems only is left out, being absent here.
    """
    found = {*_of_python(), *_of_browser_libraries()}  # the lock forks some versions
    return sorted(found, key=lambda one: one.package.lower())


def _of_python() -> Iterator[Licence]:
    lock = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    for name in ("torch", *_PINNED.findall(lock)):
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        yield Licence(name, package.version, _licence_of(package))


def _licence_of(package: metadata.Distribution) -> str:
    """SPDX expression, else classifiers, else the free field, else the licence file."""
    classifiers = [
        line.rsplit(" :: ", 1)[-1]
        for line in package.metadata.get_all("Classifier") or []
        if line.startswith("License :: OSI Approved :: ")
    ]
    for said in (
        _field(package, "License-Expression"),
        ", ".join(classifiers),
        _field(package, "License"),
    ):
        if said not in _UNKNOWN:
            return said
    return _first_line_of_file(package)


def _field(package: metadata.Distribution, name: str) -> str:
    """Its first line: some packages put the whole text there."""
    values = package.metadata.get_all(name) or [""]
    return str(values[0]).strip().split("\n")[0].strip()


def _first_line_of_file(package: metadata.Distribution) -> str:
    for file in package.files or ():
        if file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")):
            lines = file.read_text(encoding="utf-8").splitlines()
            return next((line.strip() for line in lines if line.strip()), "")
    return ""


def _of_browser_libraries() -> Iterator[Licence]:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for path, entry in lock["packages"].items():
        if path:
            own = json.loads((ROOT / path / "package.json").read_text("utf-8"))
            name = path.removeprefix("node_modules/")
            yield Licence(name, entry["version"], own.get("license", ""))
