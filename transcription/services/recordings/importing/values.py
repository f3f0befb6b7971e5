"""What a line's cells say of a call, and what is wrong with them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from transcription.models.recordings import Direction, Tag
from transcription.services.jobs.options import CallDetails
from transcription.services.media.cleaning import clean_line
from transcription.services.recordings.agents import NAME_MAX
from transcription.services.recordings.details import TAGS_MAX
from transcription.services.recordings.importing.columns import Column, Columns
from transcription.services.recordings.importing.problems import (
    NUMBER_MAX,
    TITLE_MAX,
    Problem,
)
from transcription.services.recordings.importing.times import TimeRefused, moment

PATH_MAX: Final = 1000

_DIRECTIONS: Final = {
    **dict.fromkeys(
        ("呼入", "来电", "进线", "接入", "入", "in", "inbound", "incoming"),
        Direction.INBOUND,
    ),
    **dict.fromkeys(
        ("呼出", "去电", "外呼", "拨出", "出", "out", "outbound", "outgoing"),
        Direction.OUTBOUND,
    ),
}
_NOTHING: Final = {"", "-", "—", "--", "n/a", "null", "none", "无"}
_APART: Final = re.compile(r"[,，、;；|\n]+")
_SHORTENED: Final = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_NUMBER: Final = re.compile(r"[\d+＋*#()（） .\-–xX转分机]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that has been read: ``path`` with slashes, as the list has it."""

    path: str
    details: CallDetails
    problems: tuple[Problem, ...] = ()


def read_line(
    cells: Sequence[str], columns: Columns, zone: ZoneInfo, *, is_private: bool | None
) -> Line:
    """Everything that is right, and every problem of the line in the columns' order."""
    said = {
        column: clean_line(cells[at], 2 * PATH_MAX) if at < len(cells) else ""
        for column, at in columns.items()
    }
    problems: list[Problem] = []

    def say(column: Column, code: str, detail: str = "") -> None:
        problems.append(Problem(column, code, detail[:100]))

    path = _path(said, say)
    details = CallDetails(
        title=_short(said, Column.TITLE, TITLE_MAX, "title_too_long", say),
        agent=_short(said, Column.AGENT, NAME_MAX, "agent_too_long", say),
        phone_number=_number(said, say),
        direction=_direction(said, say),
        recorded_at=_recorded_at(said, zone, say),
        tags=_tags(said, say),
        is_private=is_private,
    )
    return Line(path, details, tuple(problems))


def base_name(path: str) -> str:
    """The file's own name."""
    return path.rsplit("/", 1)[-1]


_Said = Mapping[Column, str]
_Say = Callable[..., None]


def _path(said: _Said, say: _Say) -> str:
    path = said.get(Column.FILE, "").replace("\\", "/")
    if not base_name(path):
        say(Column.FILE, "no_file")
    elif len(path) > PATH_MAX or len(base_name(path)) > 255:
        say(Column.FILE, "path_too_long")
        return path[:PATH_MAX]
    return path


def _short(said: _Said, column: Column, most: int, code: str, say: _Say) -> str:
    text = said.get(column, "")
    if len(text) > most:
        say(column, code)
        return ""
    return "" if column is Column.AGENT and text.casefold() in _NOTHING else text


def _number(said: _Said, say: _Say) -> str:
    text = said.get(Column.NUMBER, "")
    if text.casefold() in _NOTHING:
        return ""
    if _SHORTENED.fullmatch(text):
        say(Column.NUMBER, "number_shortened", text)
    elif len(text) > NUMBER_MAX:
        say(Column.NUMBER, "number_too_long")
    elif not _NUMBER.fullmatch(text) or not any(map(str.isdecimal, text)):
        say(Column.NUMBER, "number_odd", text)
    else:
        return text
    return ""


def _direction(said: _Said, say: _Say) -> str:
    text = said.get(Column.DIRECTION, "").casefold()
    if text in _NOTHING:
        return ""
    if text not in _DIRECTIONS:
        say(Column.DIRECTION, "direction_unknown", said[Column.DIRECTION])
        return ""
    return str(_DIRECTIONS[text])


def _recorded_at(said: _Said, zone: ZoneInfo, say: _Say) -> datetime | None:
    day, time = said.get(Column.DATE, ""), said.get(Column.TIME, "")
    tries = [f"{day} {time}".strip()]
    if day and time:
        # The time may have its day too; or the day, as spreadsheets put it, a midnight.
        tries += [time, f"{day.removesuffix(' 00:00:00')} {time}"]
    if tries[0].casefold() in _NOTHING:
        return None
    refused = ""
    for text in tries:
        try:
            return moment(text, zone)
        except TimeRefused as refusal:
            refused = refused or refusal.code
    say(Column.TIME if time else Column.DATE, refused, tries[0])
    return None


def _tags(said: _Said, say: _Say) -> tuple[str, ...]:
    parts = (part.strip() for part in _APART.split(said.get(Column.TAGS, "")))
    tags = tuple(dict.fromkeys(filter(None, parts)))
    for tag in tags:
        if len(tag) > Tag.NAME_MAX:
            say(Column.TAGS, "tag_too_long", tag)
            return ()
    if len(tags) > TAGS_MAX:
        say(Column.TAGS, "too_many_tags")
        return ()
    return tags
