import pytest

from tests.transcription.search.language.shapes import TODAY
from transcription.search.language.moments import Value, days, length_ms, period
from transcription.search.language.refusals import Code, NotUnderstood


def value(text: str) -> Value:
    return Value(text, (0, len(text)))


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2024-03-01", "2024-03-01", "2024-03-01"),
        ("2024/3/1", "2024-03-01", "2024-03-01"),
        ("2024.3.1", "2024-03-01", "2024-03-01"),
        ("２０２４－０３－０１", "2024-03-01", "2024-03-01"),
        ("20240301", "2024-03-01", "2024-03-01"),
        ("2024年3月1日", "2024-03-01", "2024-03-01"),
        ("2024年3月1号", "2024-03-01", "2024-03-01"),
        ("2024-03", "2024-03-01", "2024-03-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024年12月", "2024-12-01", "2024-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024年", "2024-01-01", "2024-12-31"),
        ("today", "2026-11-30", "2026-11-30"),
        ("昨天", "2026-11-29", "2026-11-29"),
    ],
)
def test_days_of_the_calendar(typed: str, first: str, last: str) -> None:
    assert [str(day) for day in days(value(typed), TODAY)] == [first, last]


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("today", "2026-11-30", "2026-11-30"),
        ("今天", "2026-11-30", "2026-11-30"),
        ("yesterday", "2026-11-29", "2026-11-29"),
        ("前天", "2026-11-28", "2026-11-28"),
        ("7d", "2026-11-24", "2026-11-30"),
        ("7天", "2026-11-24", "2026-11-30"),
        ("七天", "2026-11-24", "2026-11-30"),
        ("三十天", "2026-11-01", "2026-11-30"),
        ("1d", "2026-11-30", "2026-11-30"),
        ("week", "2026-11-24", "2026-11-30"),
        ("一周", "2026-11-24", "2026-11-30"),
        ("两个星期", "2026-11-17", "2026-11-30"),
        ("month", "2026-10-31", "2026-11-30"),
        ("一个月", "2026-10-31", "2026-11-30"),
        ("三个月", "2026-08-31", "2026-11-30"),
        ("3m", "2026-08-31", "2026-11-30"),
        ("9months", "2026-03-01", "2026-11-30"),
        ("半年", "2026-05-31", "2026-11-30"),
        ("半个月", "2026-11-16", "2026-11-30"),
        ("year", "2025-12-01", "2026-11-30"),
        ("一年", "2025-12-01", "2026-11-30"),
        ("本周", "2026-11-30", "2026-12-06"),
        ("上周", "2026-11-23", "2026-11-29"),
        ("本月", "2026-11-01", "2026-11-30"),
        ("上月", "2026-10-01", "2026-10-31"),
        ("上个月", "2026-10-01", "2026-10-31"),
        ("今年", "2026-01-01", "2026-12-31"),
        ("去年", "2025-01-01", "2025-12-31"),
    ],
)
def test_days_counted_from_today(typed: str, first: str, last: str) -> None:
    assert [str(day) for day in period(value(typed), TODAY)] == [first, last]


def test_a_month_back_from_the_last_of_march() -> None:
    today = TODAY.replace(month=3, day=31)
    assert str(period(value("month"), today)[0]) == "2026-03-01"
    assert str(period(value("上月"), today)[0]) == "2026-02-01"
    january = TODAY.replace(month=1, day=15)
    assert str(period(value("上月"), january)[0]) == "2025-12-01"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2024-02-30", Code.NO_SUCH_DAY),
        ("2023-02-29", Code.NO_SUCH_DAY),
        ("2024-13", Code.NO_SUCH_DAY),
        ("2024-00-01", Code.NO_SUCH_DAY),
        ("0001", Code.NO_SUCH_DAY),
        ("9999-12-31", Code.NO_SUCH_DAY),
        ("2024-3/1", Code.NOT_A_DAY),
        ("3月1日", Code.NOT_A_DAY),
        ("24-03-01", Code.NOT_A_DAY),
        ("tomorrow", Code.NOT_A_DAY),
        ("202403011", Code.NOT_A_DAY),
    ],
)
def test_no_day(typed: str, code: Code) -> None:
    with pytest.raises(NotUnderstood) as refused:
        days(value(typed), TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0d", Code.NOT_A_PERIOD),
        ("0m", Code.NOT_A_PERIOD),
        ("1.5d", Code.NOT_A_PERIOD),
        ("九九天", Code.NOT_A_PERIOD),
        ("7", Code.NOT_A_PERIOD),
        ("999999999d", Code.NO_SUCH_DAY),
        ("999999999y", Code.NO_SUCH_DAY),
        ("2024", Code.NOT_A_PERIOD),
    ],
)
def test_no_period(typed: str, code: Code) -> None:
    with pytest.raises(NotUnderstood) as refused:
        period(value(typed), TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "ms"),
    [
        ("30s", 30_000),
        ("30秒", 30_000),
        ("三十五秒钟", 35_000),
        ("5m", 300_000),
        ("5min", 300_000),
        ("十分钟", 600_000),
        ("半分钟", 30_000),
        ("1h30m", 5_400_000),
        ("1小时30分", 5_400_000),
        ("两个小时", 7_200_000),
        ("1.5H", 5_400_000),
        ("0.001s", 1),
        ("48h", 172_800_000),
    ],
)
def test_lengths(typed: str, ms: int) -> None:
    assert length_ms(value(typed)) == ms
