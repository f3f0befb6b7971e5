"""Days and times of a list, as spreadsheets and call recorders write them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_DAY: Final = r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
_TIME: Final = (
    r"(?P<hour>\d{1,2})[:：时点](?P<minute>\d{1,2})分?"
    r"(?:[:：]?(?P<second>\d{1,2})秒?(?:\.\d+)?)?"
)
_FORMS: Final = (
    re.compile(rf"{_DAY}(?:[\sT]*{_TIME})?"),
    re.compile(
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
        r"(?:[\sT_-]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d))?)?"
    ),
    re.compile(
        rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)\s+{_TIME}",
    ),
)
_TIME_ALONE: Final = re.compile(rf"{_TIME}|\d{{4}}(\d\d)?|0?\.\d+")
# A day as spreadsheets count: 45352.5868 is 2024-03-01 14:05; 1955 to 2119.
_SERIAL: Final = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
_SERIAL_ZERO: Final = datetime(1899, 12, 30)


class TimeRefused(ValueError):
    """No moment; ``code`` is one of ``problems``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def moment(text: str, zone: ZoneInfo) -> datetime:
    """What a clock in the zone showed. A day without a time is its midnight. Of an hour
    that came twice, when clocks were put back, the first. Raises ``TimeRefused``."""
    shown = _shown(text.strip())
    if not 1900 <= shown.year <= 2999:
        raise TimeRefused("time_out_of_range")
    found = shown.replace(tzinfo=zone).astimezone(UTC)
    # An hour that clocks jumped over comes back as another one.
    if found.astimezone(zone).replace(tzinfo=None) != shown:
        raise TimeRefused("time_skipped")
    return found


def _shown(text: str) -> datetime:
    if _SERIAL.fullmatch(text):
        exact = _SERIAL_ZERO + timedelta(days=float(text))
        return (exact + timedelta(milliseconds=500)).replace(microsecond=0)
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is None:
            continue
        parts = {name: int(value or 0) for name, value in match.groupdict().items()}
        try:
            return datetime(**parts)  # type: ignore[arg-type]
        except ValueError:
            raise TimeRefused("time_impossible") from None
    is_time = _TIME_ALONE.fullmatch(text)
    raise TimeRefused("time_without_date" if is_time else "time_unknown")
