"""What a file's name says of the call, and the side-car beside it: ``<name>.json`` or
``<name>.csv``."""

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from accounts.services.refusal import Refused
from transcription.services.jobs.options import CallDetails
from transcription.services.media.text_files import encoding_of
from transcription.services.recordings.importing.beginning import FOLDER_COLUMNS
from transcription.services.recordings.importing.columns import Column, guess_columns
from transcription.services.recordings.importing.problems import Problem
from transcription.services.recordings.importing.values import read_line
from transcription.services.watching.rules import Rule
from transcription.services.watching.sayings import Reason

SIDECAR_MAX: Final = 2**20
_ENDINGS: Final = (".json", ".csv")


class SidecarBroken(ValueError):
    """It cannot be read."""


def is_sidecar(path: str) -> bool:
    return path.lower().endswith(_ENDINGS)


def sidecar_of(path: str, there: Collection[str]) -> str:
    """Which lies beside the sound: ``a.wav.json`` or ``a.json``; else nothing."""
    stem = str(PurePosixPath(path).with_suffix(""))
    for name in (path, stem):
        for ending in _ENDINGS:
            if name + ending in there:
                return name + ending
    return ""


def read_sidecar(
    name: str, raw: bytes, meanings: Mapping[str, Column]
) -> dict[Column, str]:
    """``meanings`` are headings and what they mean, where that is not to be guessed; of
    an object inside an object the keys are joined by dots. Raises ``SidecarBroken``."""
    try:
        if len(raw) > SIDECAR_MAX:
            raise SidecarBroken
        said = _json(raw) if name.lower().endswith(".json") else _csv(raw)
    except (ValueError, RecursionError, csv.Error, Refused) as error:
        raise SidecarBroken from error
    guessed = {
        column: list(said.values())[at]
        for column, at in guess_columns(list(said)).items()
        if column is not Column.FILE
    }
    named = {column: said[head] for head, column in meanings.items() if said.get(head)}
    return {**{key: value for key, value in guessed.items() if value}, **named}


def _json(raw: bytes) -> dict[str, str]:
    told = json.loads(raw)  # UTF-8, -16 or -32, by its first bytes
    if not isinstance(told, dict):
        raise SidecarBroken
    return dict(_flat(told))


def _flat(told: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in told.items():
        match value:
            case dict():
                yield from _flat(value, f"{before}{key}.")
            case list():
                yield before + key, "；".join(map(_text, value))
            case _:
                yield before + key, _text(value)


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _csv(raw: bytes) -> dict[str, str]:
    """The first two lines that are not empty."""
    text = raw.decode(encoding_of(io.BytesIO(raw)))
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = [
        row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)
    ]
    if len(rows) < 2:
        raise SidecarBroken
    return dict(zip(rows[0], map(str.strip, rows[1]), strict=False))


@dataclass(frozen=True, slots=True)
class Told:
    """``wrong``: why it cannot be taken like this."""

    details: CallDetails
    wrong: tuple[Reason, ...] = ()


def told_of(name: str, sidecar: Mapping[Column, str], rule: Rule) -> Told:
    """Of two that say the same thing, the side-car is believed."""
    fits = [found for one in rule.patterns if (found := one.read(name)) is not None]
    said = {**(fits[0] if fits else {}), **sidecar, Column.FILE: name}
    direction = said.get(Column.DIRECTION, "").casefold()
    said[Column.DIRECTION] = rule.directions.get(direction, direction)
    moment = _instant(said.get(Column.TIME, ""))
    if moment is not None:
        said[Column.TIME] = said[Column.DATE] = ""
    cells = [said.get(column, "") for column in FOLDER_COLUMNS]
    line = read_line(cells, FOLDER_COLUMNS, rule.zone, is_private=rule.is_private)
    problems = list(line.problems)
    if rule.patterns and not fits:
        problems.insert(0, Problem(Column.FILE, "no_pattern", name[:100]))
    details = line.details
    if moment is not None:
        details = replace(details, recorded_at=moment)
    return Told(details, tuple(partial(str, problem) for problem in problems))


def _instant(text: str) -> datetime | None:
    """A moment whose zone is said: seconds (or ms, µs) since 1970, or ISO 8601 with its
    distance from UTC. What has no zone is a clock's, and the rule says where it hangs.
    """
    head = text.partition(".")[0]
    if text.isascii() and head.isdigit() and len(head) in (10, 13, 16):
        return datetime.fromtimestamp(int(head) // 10 ** (len(head) - 10), UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
