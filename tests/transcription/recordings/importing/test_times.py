"""When a call was, however a list says it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from transcription.services.recordings.importing.times import TimeRefused, moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-01 14:05:09",
        "2024/3/1 14:05:09",
        "2024.3.1 14：05：09",
        "2024年3月1日 14:05:09",
        "2024年3月1日14时05分09秒",
        "2024-03-01T14:05:09",
        "2024-03-01 14:05:09.250",
        "20240301140509",
        "20240301 140509",
        "20240301-140509",
        "20240301_140509",
        "20240301 14:05:09",
        "45352.58690972222",
    ],
)
def test_a_time_is_read_as_the_clock_showed_it(text: str) -> None:
    assert moment(text, SHANGHAI) == datetime(2024, 3, 1, 6, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2024-03-01 14:05", "202403011405", "2024/3/1 14:5"])
def test_seconds_may_be_missing(text: str) -> None:
    assert moment(text, SHANGHAI) == datetime(2024, 3, 1, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2024-03-01", "20240301", "45352"])
def test_a_day_alone_is_its_midnight(text: str) -> None:
    assert moment(text, SHANGHAI) == datetime(2024, 2, 29, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("yesterday", "time_unknown"),
        ("03/01/2024 14:05", "time_unknown"),  # March or January?
        ("14:05:09", "time_without_date"),
        ("0.58690972222", "time_without_date"),
        ("2024-02-30 14:05", "time_impossible"),
        ("2024-03-01 25:05", "time_impossible"),
        ("20241301140509", "time_impossible"),
        ("1024-03-01 14:05", "time_out_of_range"),
    ],
)
def test_what_is_no_time_is_refused(text: str, code: str) -> None:
    with pytest.raises(TimeRefused) as refused:
        moment(text, SHANGHAI)
    assert refused.value.code == code


def test_an_hour_that_clocks_jumped_over_is_refused() -> None:
    with pytest.raises(TimeRefused) as refused:
        moment("2024-03-31 02:30", BERLIN)
    assert refused.value.code == "time_skipped"
    assert moment("2024-03-31 03:00", BERLIN) == datetime(2024, 3, 31, 1, tzinfo=UTC)


def test_of_an_hour_that_came_twice_it_is_the_first() -> None:
    first = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert moment("2024-10-27 02:30", BERLIN) == first
