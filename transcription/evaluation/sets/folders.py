"""Reference sets on disk: a folder with audio and what is said in it.

- ``manifest.json``: a list of ``{"file", "text"}``; also ``channel``, ``language``;
- ``manifest.csv``: the same with a heading line;
- without a manifest ``x.wav`` with ``x.txt``, or with ``x.json`` that has
  ``segments`` of ``text``, ``channel``, ``start_ms`` and ``end_ms``.

``file`` is relative to the folder or to the one above it.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from transcription.evaluation.sets.clips import Clip


class FolderProblem(StrEnum):
    """Machine codes of what can be wrong with a folder."""

    NOT_A_FOLDER = "not_a_folder"
    EMPTY = "empty"
    BAD_MANIFEST = "bad_manifest"
    FILE_MISSING = "file_missing"


class FolderRefused(ValueError):
    """``code`` says why, ``detail`` where."""

    def __init__(self, code: FolderProblem, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def clips_in(folder: Path, *, language: str = "zh") -> list[Clip]:
    """The set, in order. Raises ``FolderRefused``."""
    if not folder.is_dir():
        raise FolderRefused(FolderProblem.NOT_A_FOLDER, str(folder))
    try:
        clips = list(_clips(folder, language))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, FolderRefused):
            raise
        raise FolderRefused(FolderProblem.BAD_MANIFEST, f"{folder}: {error}") from error
    if not clips:
        raise FolderRefused(FolderProblem.EMPTY, str(folder))
    return clips


def _clips(folder: Path, language: str) -> Iterator[Clip]:
    if (folder / "manifest.json").exists():
        entries = json.loads((folder / "manifest.json").read_text("utf-8-sig"))
        yield from (_entry(folder, entry, language) for entry in entries)
    elif (folder / "manifest.csv").exists():
        with (folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
            yield from (_entry(folder, row, language) for row in csv.DictReader(file))
    else:
        yield from _pairs(folder, language)


def _entry(folder: Path, entry: Mapping[str, Any], language: str) -> Clip:
    name, text = str(entry["file"]), str(entry["text"]).strip()
    path = next((p for p in (folder / name, folder.parent / name) if p.is_file()), None)
    if path is None:
        raise FolderRefused(FolderProblem.FILE_MISSING, name)
    channel = entry.get("channel")
    return Clip(
        name=Path(name).name,
        path=path,
        turns=(text,) if text else (),
        channel=None if channel in (None, "") else int(channel),
        language=str(entry.get("language") or language),
    )


def _pairs(folder: Path, language: str) -> Iterator[Clip]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".txt", ".json") or not path.is_file():
            continue
        facts, text = path.with_suffix(".json"), path.with_suffix(".txt")
        if facts.exists():
            segments = json.loads(facts.read_text("utf-8-sig"))["segments"]
            yield from _voices(path, segments, language)
        elif text.exists():
            said = text.read_text("utf-8-sig").strip()
            turns = (said,) if said else ()
            yield Clip(path.name, path, turns, language=language)


def _voices(
    path: Path, segments: list[dict[str, Any]], language: str
) -> Iterator[Clip]:
    """A call's channels, or a meeting's only one, each with its turns."""
    channels = sorted({segment.get("channel") for segment in segments}, key=str)
    for channel in channels:
        turns = [turn for turn in segments if turn.get("channel") == channel]
        yield Clip(
            name=path.name if channel is None else f"{path.name}#{channel}",
            path=path,
            turns=tuple(str(turn["text"]) for turn in turns),
            channel=channel,
            speech_ms=sum(int(t["end_ms"]) - int(t["start_ms"]) for t in turns),
            language=language,
        )
