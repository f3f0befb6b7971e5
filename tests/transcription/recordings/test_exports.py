import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from accounts.spreadsheets import as_csv, as_text
from transcription.engine.base import Word
from transcription.exports import (
    FORMATS,
    Cue,
    Document,
    UnknownFormat,
    clock,
    export,
)

DOCUMENT = Document(
    title="张女士的来电",
    language="zh",
    duration_ms=61_500,
    created_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    engine="vosk",
    model="vosk-small-cn",
    cues=(
        Cue(0, 1_500, "客服", "您好", "您好"),
        Cue(
            2_000,
            3_725_250,
            "客户",
            "一千两百九十九元",
            "1299元",
            (Word("一千", 2_000, 2_400, 0.9, offset=0),),
        ),
    ),
)


def text_of(fmt: str, document: Document = DOCUMENT, *, raw: bool = False) -> str:
    return export(fmt, document, raw=raw).content.decode("utf-8")


def test_the_clock_counts_hours_past_a_day() -> None:
    assert clock(100 * 3600 * 1000 + 1) == "100:00:00.001"


def test_text_has_times_speakers_and_the_title() -> None:
    assert text_of("txt") == (
        "张女士的来电\n2026-11-23 09:30 · 00:01:01\n"
        "\n[00:00:00 – 00:00:01] 客服\n您好\n"
        "\n[00:00:02 – 01:02:05] 客户\n1299元\n"
    )


def test_subrip_counts_from_one_and_uses_commas() -> None:
    assert text_of("srt") == (
        "1\n00:00:00,000 --> 00:00:01,500\n客服：您好\n"
        "\n2\n00:00:02,000 --> 01:02:05,250\n客户：1299元\n"
    )


def test_raw_words_can_be_exported_as_subtitles() -> None:
    assert "一千两百九十九元" in text_of("vtt", raw=True)
    assert "1299元" not in text_of("vtt", raw=True)


def test_web_subtitles_name_the_voice() -> None:
    assert text_of("vtt") == (
        "WEBVTT\n\nNOTE 张女士的来电\n"
        "\n1\n00:00:00.000 --> 00:00:01.500\n<v 客服>您好\n"
        "\n2\n00:00:02.000 --> 01:02:05.250\n<v 客户>1299元\n"
    )


def test_markup_in_the_words_or_the_name_does_not_become_markup() -> None:
    hostile = Document(
        title="a --> b & <c>",
        cues=(Cue(0, 1, "<b>A&B</b>", "", "<script>1 --> 2</script>\n\n3"),),
    )
    vtt = text_of("vtt", hostile)
    assert "NOTE a --&gt; b &amp; &lt;c&gt;" in vtt
    assert (
        "<v &lt;b&gt;A&amp;B&lt;/b&gt;>&lt;script&gt;1 --&gt; 2&lt;/script&gt; 3" in vtt
    )
    srt = text_of("srt", hostile)
    assert srt.count("-->") == 1
    assert "\n\n" not in srt


def test_a_cue_without_length_still_ends_after_it_starts() -> None:
    document = Document(title="", cues=(Cue(5, 5, "", "嗯", "嗯"),))
    assert "00:00:00.005 --> 00:00:00.006" in text_of("vtt", document)


def test_a_silent_cue_is_no_subtitle() -> None:
    document = Document(
        title="", cues=(Cue(0, 9, "", "", " "), Cue(9, 20, "", "a", "a"))
    )
    assert text_of("srt", document).startswith("1\n00:00:00,009")


def test_the_table_opens_in_excel_with_both_texts() -> None:
    content = export("csv", DOCUMENT).content
    assert content.startswith("\ufeff开始,结束,说话人,原文,规整\r\n".encode())
    assert content.count(b"\r\n") == 3
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[2] == [
        "00:00:02.000",
        "01:02:05.250",
        "客户",
        "一千两百九十九元",
        "1299元",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_a_spreadsheet_never_runs_what_somebody_said(start: str) -> None:
    said = f"{start}HYPERLINK(1)"
    assert as_text(said) == f"'{said}"
    document = Document(title="", cues=(Cue(0, 1, said, said, said),))
    content = export("csv", document).content.decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(content, newline="")))[1]
    assert row[2:] == [f"'{said}"] * 3


@pytest.mark.parametrize(
    "said",
    [
        "13800138000",
        "007",
        "3-5",
        "1/2",
        "1.5",
        "1e5",
        "95%",
        "¥1,299",
        "(12)",
        "１２３",
        "3月5日",
        "2026年",
        "MAR1",
        "sept 2",
        "138 0013 8000",
        "6222021234567890123",
    ],
)
def test_a_spreadsheet_reckons_with_nothing_that_is_text(said: str) -> None:
    assert as_text(said) == f"\t{said}"
    table = as_csv(["号码"], [[said], [7]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table, newline="")))[1:] == [
        [f"\t{said}"],
        ["7"],
    ]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "-",
        "王芳",
        "1299元",
        "三月",
        "2026-03-05",
        "2026-03-05 09:30:00",
        "0:05",
        "Marta",
        "maybe 5",
        "10.0.0.7",
        "v1.2",
        "may I",
        "...",
    ],
)
def test_other_text_stays_without_a_sign(said: str) -> None:
    assert as_text(said) == (f"'{said}" if said == "-" else said)


def test_json_carries_everything() -> None:
    value = json.loads(text_of("json"))
    assert value["model"] == "vosk-small-cn"
    assert value["punctuation"] == ""
    assert value["created_at"] == "2026-11-23T09:30:00+00:00"
    assert value["segments"][1] == {
        "start_ms": 2_000,
        "end_ms": 3_725_250,
        "speaker": "客户",
        "text_raw": "一千两百九十九元",
        "text": "1299元",
        "words": [
            {"text": "一千", "start_ms": 2_000, "end_ms": 2_400, "confidence": 0.9}
        ],
    }


MARKED = replace(
    DOCUMENT,
    punctuation="model",
    has_added_marks=True,
    cues=(Cue(0, 1_500, "客服", "您好请讲", "您好，请讲。"),),
)


@pytest.mark.parametrize(
    ("is_added", "raw", "is_said"),
    [
        (True, False, True),
        (True, True, False),  # the engine's own words have no added marks
        (False, False, False),
    ],
)
def test_a_file_says_that_its_marks_were_added(
    is_added: bool, raw: bool, is_said: bool
) -> None:
    marked = replace(MARKED, has_added_marks=is_added)
    text, vtt = (text_of(fmt, marked, raw=raw) for fmt in ("txt", "vtt"))
    line = "标点为自动添加"
    assert (text.splitlines()[2] == line) is (f"NOTE {line}\n" in vtt) is is_said
    assert (line in text) is (line in vtt) is is_said
    # Subtitles of a player and a table have no place for it.
    assert line not in text_of("srt", marked) + text_of("csv", marked)
    assert json.loads(text_of("json", marked))["punctuation"] == "model"


def test_a_file_is_in_its_readers_language() -> None:
    with override("en"):
        assert text_of("srt", MARKED).splitlines()[2] == "客服: 您好，请讲。"
        assert "\nPunctuation was added automatically\n" in text_of("txt", MARKED)
        assert text_of("csv").startswith("\ufeffStart,End,Speaker,As spoken,Normalised")


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_empty_transcript_is_a_file_too(fmt: str) -> None:
    exported = export(fmt, Document(title=""))
    assert exported.extension == fmt
    exported.content.decode()


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UnknownFormat):
        export("docx", DOCUMENT)
