"""The rule of a department's folder: ``<slug>.toml`` beside it.

Beside, not inside: who may drop files must not say in whose name they are taken.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.services.refusal import Refused
from transcription.models.recordings import Direction, Language
from transcription.services.recordings.importing.columns import Column
from transcription.services.recordings.importing.pattern import NamePattern

RULE_MAX: Final = 64 * 2**10
QUIET_SECONDS: Final = 10
SECONDS_MAX: Final = 24 * 3600
_KEYS: Final = (
    *("uploader", "pattern", "quiet_seconds", "sidecar_seconds", "time_zone"),
    *("language", "private", "directions", "columns"),
)
_SAID: Final = tuple(column for column in Column if column is not Column.FILE)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a folder's files are understood. ``language=""`` and ``is_private=None``: as
    the department wants it. ``sidecar_seconds=0``: none is expected."""

    uploader: str
    patterns: tuple[NamePattern, ...]
    quiet_seconds: int
    sidecar_seconds: int
    zone: ZoneInfo
    language: str
    is_private: bool | None
    directions: Mapping[str, str]
    columns: Mapping[str, Column]
    fingerprint: str


def read_rule(path: Path) -> Rule:
    """Raises ``Refused`` with a sentence that names the key, and ``OSError``."""
    with path.open("rb") as file:
        raw = file.read(RULE_MAX + 1)
    try:
        if len(raw) > RULE_MAX:
            raise ValueError(f"> {RULE_MAX}")
        told = tomllib.loads(raw.decode("utf-8-sig"))
    except ValueError as error:  # no TOML, no UTF-8
        raise Refused(
            "rule_broken",
            _("This is no TOML file: %(error)s.") % {"error": str(error)[:200]},
        ) from None
    take = partial(_taken, told)
    rule = Rule(
        uploader=take("uploader", str, ""),
        patterns=_patterns(told),
        quiet_seconds=take("quiet_seconds", int, QUIET_SECONDS),
        sidecar_seconds=take("sidecar_seconds", int, 0),
        zone=_zone(take("time_zone", str, settings.TIME_ZONE)),
        language=take("language", str, ""),
        is_private=take("private", bool, None),
        directions=_directions(take("directions", dict, {})),
        columns=_columns(take("columns", dict, {})),
        fingerprint=hashlib.sha256(raw).hexdigest(),
    )
    for key in told:
        if key not in _KEYS:
            said = {"key": key, "keys": ", ".join(_KEYS)}
            raise Refused(
                "rule_key",
                _("There is no key “%(key)s”. There are: %(keys)s.") % said,
            )
    _check(rule)
    return rule


def _check(rule: Rule) -> None:
    if not rule.uploader:
        raise Refused(
            "rule_uploader",
            _(
                "“uploader” is missing: the user name of the member in whose name the "
                "files are taken."
            ),
        )
    if rule.language not in ("", *Language.values):
        raise _wrong("language", ", ".join(Language.values))
    if not 1 <= rule.quiet_seconds <= SECONDS_MAX:
        raise _wrong("quiet_seconds", f"1–{SECONDS_MAX}")
    if not 0 <= rule.sidecar_seconds <= SECONDS_MAX:
        raise _wrong("sidecar_seconds", f"0–{SECONDS_MAX}")


def _taken(told: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = told.get(key, default)
    if key in told and type(value) is not kind:  # True is an int to isinstance
        right = {str: '"…"', int: "10", bool: "true, false", dict: f"[{key}]"}
        raise _wrong(key, right[kind])
    return value


def _patterns(told: Mapping[str, Any]) -> tuple[NamePattern, ...]:
    value = told.get("pattern", [])
    templates = [value] if isinstance(value, str) else value
    is_right = (
        isinstance(templates, list)
        and len(templates) <= 20
        and all(isinstance(one, str) for one in templates)
    )
    if not is_right:
        raise _wrong("pattern", '"…", ["…", "…"]')
    return tuple(map(NamePattern, templates))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise Refused(
            "zone_unknown", _("There is no time zone “%(name)s”.") % {"name": name}
        ) from None


def _directions(table: Mapping[str, Any]) -> dict[str, str]:
    right = ("", *Direction.values)
    for key, value in table.items():
        if value not in right:
            raise _wrong(f"directions.{key}", '"inbound", "outbound", ""')
    return {key.casefold(): value for key, value in table.items()}


def _columns(table: Mapping[str, Any]) -> dict[str, Column]:
    for key, value in table.items():
        if value not in _SAID:
            raise _wrong(f"columns.{key}", ", ".join(_SAID))
    return {key: Column(value) for key, value in table.items()}


def _wrong(key: str, right: str) -> Refused:
    return Refused(
        "rule_value",
        _("“%(key)s” is not right. Right: %(right)s.") % {"key": key, "right": right},
    )
