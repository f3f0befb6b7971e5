"""What stands in the files is what was found, and nothing in it is run."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript
from transcription.models.recordings import Recording, Tag
from transcription.models.transcripts import Speaker
from transcription.services.search.export import exporting
from transcription.services.search.index import index_recording, index_transcript

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
HEADING = [
    *("Title", "Time of the call", "Agent", "Direction", "Number", "Tags", "Length"),
    *("Speaker", "Said at", "Said at, in seconds", "Sentence", "As spoken", "Address"),
]


@pytest.fixture(autouse=True)
def in_english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.TIME_ZONE = "Asia/Shanghai"


@pytest.fixture
def call(sales: Department) -> Recording:
    found = make_recording(
        sales,
        title="=1+1",
        agent="@王芳",
        phone_number="13800138000",
        direction="inbound",
        recorded_at=datetime(2026, 3, 5, 1, 30, tzinfo=UTC),
        duration_ms=3_725_000,
    )
    found.tags.add(
        *(Tag.objects.create(department=sales, name=n) for n in ("甲", "乙"))
    )
    transcript = make_transcript(found, ["您好", "我要退款，马上退款", "不退款"])
    speaker = Speaker.objects.create(transcript=transcript, label="1", name="客户")
    transcript.segments.update(speaker=speaker)
    index_transcript(transcript)
    return found


def download(client: Client, fmt: str, **query: str) -> bytes:
    url = reverse("transcription:search_export", args=["sales", fmt])
    response = client.get(url, query)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    return b"".join(response)


def csv_rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_csv_has_a_row_for_each_place_and_guards_its_cells(
    alice: User, client_of: Browser, call: Recording
) -> None:
    heading, *rows = csv_rows(download(client_of(alice), "csv", q="退款"))
    assert heading == HEADING
    segment = call.transcripts.get().segments.get(index=1)
    assert rows[0] == [
        *("'=1+1", "2026-03-05 09:30", "'@王芳", "Inbound", "\t13800138000"),
        *("乙, 甲", "1:02:05", "客户", "0:00:03", "3.0", "我要退款，马上退款", ""),
        f"http://testserver/d/sales/recordings/{call.uuid}/?t=3#s{segment.pk}",
    ]
    assert [row[10] for row in rows] == ["我要退款，马上退款", "不退款"]


def test_a_workbook_has_numbers_text_and_what_was_found_in_bold(
    alice: User, client_of: Browser, call: Recording
) -> None:
    content = download(client_of(alice), "xlsx", q="退款", agent="王")
    found = sheets(content)
    assert list(found) == ["Hits", "About"]
    heading, *rows = found["Hits"]
    assert heading == HEADING
    title, called, agent, direction, number, _tags, length, *_rest = rows[0]
    assert (title, agent, direction, number) == (
        "=1+1",
        "@王芳",
        "Inbound",
        "13800138000",
    )
    assert called == datetime(2026, 3, 5, 9, 30)
    assert str(length) == "1:02:05"
    assert [row[9] for row in rows] == [3.0, 6.0]
    assert [row[10] for row in rows] == ["我要退款，马上退款", "不退款"]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    runs = [run for run in sheet.split("<r>") if "<b/>" in run]
    assert [run.split("<t>")[1].split("</t>")[0] for run in runs] == ["退款"] * 3
    about = {row[0]: row[1] for row in found["About"]}
    assert about["Searched for"] == "退款"
    assert about["Agent"] == "王"
    assert (about["Recordings"], about["Places"]) == (1, 2)
    assert about["Exported by"] == "Alice"


def test_the_page_s_language_names_the_columns(
    alice: User, client_of: Browser, call: Recording, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "zh-hans"
    client = client_of(alice)
    assert csv_rows(download(client, "csv", q="退款"))[0][:3] == [
        "标题",
        "通话时间",
        "坐席",
    ]
    assert list(sheets(download(client, "xlsx", q="退款"))) == ["命中", "说明"]


def test_what_was_only_found_in_the_title_has_a_row_without_a_sentence(
    alice: User, client_of: Browser, sales: Department
) -> None:
    index_recording(make_recording(sales, title="物流咨询", duration_ms=None))
    [row] = csv_rows(download(client_of(alice), "csv", q="物流"))[1:]
    assert row[0] == "物流咨询"
    assert row[6:12] == [""] * 6


def test_characters_that_no_workbook_holds_are_left_out(
    alice: User, client_of: Browser, sales: Department
) -> None:
    transcript = make_transcript(make_recording(sales), ["退款\x0b=后面<b>\x1f"])
    index_transcript(transcript)
    found = sheets(download(client_of(alice), "xlsx", q="退款"))
    assert found["Hits"][1][10] == "退款=后面<b>"


@pytest.mark.parametrize(("name", "limit"), [("RECORDINGS_MAX", 1), ("PLACES_MAX", 2)])
def test_a_file_that_was_cut_says_so_at_its_end(
    alice: User,
    client_of: Browser,
    sales: Department,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    limit: int,
) -> None:
    for title in ("旧", "新"):
        recording = make_recording(sales, title=title)
        index_transcript(make_transcript(recording, ["退款一", "退款二"]))
    client = client_of(alice)
    assert len(csv_rows(download(client, "csv", q="退款"))) == 5
    monkeypatch.setattr(exporting, name, limit)
    rows = csv_rows(download(client, "csv", q="退款"))
    assert [row[0] for row in rows[1:3]] == ["新", "新"]
    assert rows[3][0].startswith("There is more than this file holds")
    found = sheets(download(client, "xlsx", q="退款"))
    assert str(found["Hits"][3][0]).startswith("There is more")
    assert found["About"][-1][0] == "Not complete"


def test_nothing_is_left_on_the_disk(
    alice: User, client_of: Browser, call: Recording, settings: Settings
) -> None:
    download(client_of(alice), "xlsx", q="退款")
    download(client_of(alice), "csv", q="退款")
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []
