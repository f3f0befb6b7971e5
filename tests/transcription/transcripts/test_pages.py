"""A transcript of any length: what the page holds, and what it asks for afterwards."""

import re
from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from tests.factories import make_recording, make_transcript
from tests.transcription.pages import url_of
from transcription.models.recordings import Recording
from transcription.models.transcripts import (
    Segment,
    Speaker,
    TimingSource,
    Transcript,
)
from transcription.services.transcripts.pages import PAGE, pages_of

ClientOf = Callable[[User], Client]
NONE: dict[str, list[object]] = {"segments": [], "starts_ms": []}


def make_long(department: Department, by: User, count: int) -> Transcript:
    """Two voices that change every three sentences of three seconds."""
    transcript = make_transcript(make_recording(department, by), [])
    voices = [
        Speaker.objects.create(transcript=transcript, label=f"speaker-{n}")
        for n in (1, 2)
    ]
    Segment.objects.bulk_create(
        Segment(
            transcript=transcript,
            department=department,
            index=index,
            speaker=voices[index // 3 % 2],
            start_ms=index * 3_000,
            end_ms=index * 3_000 + 2_800,
            text_raw=f"第{index}句",
            text=f"第{index}句。",
            words=[{"text": "第", "start_ms": index, "end_ms": index + 1, "offset": 0}],
            edited_by=by,
            timing_source=TimingSource.ENGINE,
        )
        for index in range(count)
    )
    return transcript


@pytest.fixture
def long(sales: Department, alice: User) -> Transcript:
    return make_long(sales, alice, 2 * PAGE + 50)


def indexes(transcript: Transcript, html: bytes) -> Sequence[int]:
    """Which sentences are in it, in their order."""
    shown = [int(pk) for pk in re.findall(rb'data-segment="(\d+)"', html)]
    known = dict(transcript.segments.values_list("pk", "index"))
    return [known[pk] for pk in shown]


def at(transcript: Transcript, index: int) -> Segment:
    return transcript.segments.get(index=index)


def test_the_page_of_a_long_transcript_costs_what_a_short_one_costs(
    sales: Department,
    alice: User,
    client_of: ClientOf,
    django_assert_num_queries: Callable[[int], object],
) -> None:
    short, long = (make_long(sales, alice, count) for count in (PAGE, 5 * PAGE))
    client = client_of(alice)
    client.get(url_of(short.recording))
    with CaptureQueriesContext(connection) as asked:
        client.get(url_of(short.recording))
        queries = len(asked)
    client.get(url_of(long.recording))  # what is noted of it once
    with django_assert_num_queries(queries):  # type: ignore[attr-defined]
        page = client.get(url_of(long.recording)).content
    assert indexes(long, page) == list(range(PAGE))
    assert len(page) < 1_500 * PAGE + 50_000


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("", 0),
        ("?page=2", PAGE),
        ("?page=99", 2 * PAGE),
        ("?page=0", 0),
        ("?page=x", 0),
        (f"?t={3 * PAGE}", PAGE),
        (f"?t={3 * PAGE - 1}", 0),
        ("?t=nan", 0),
        ("?t=900000", 2 * PAGE),
        (f"?t=0&page={10**30}", 0),
        ("?s=0", 0),
    ],
)
def test_an_address_leads_to_the_page_that_holds_its_place(
    address: str, first: int, long: Transcript, alice: User, client_of: ClientOf
) -> None:
    page = client_of(alice).get(url_of(long.recording) + address)
    assert indexes(long, page.content)[0] == first


def test_a_sentence_is_found_by_its_number(
    long: Transcript, alice: User, client_of: ClientOf
) -> None:
    client, target = client_of(alice), at(long, PAGE + 7)
    for place in ("", "segments/"):
        page = client.get(url_of(long.recording, place), {"s": target.pk}).content
        assert indexes(long, page)[0] == PAGE
    assert b'data-page="2"' in page


def test_without_scripts_pages_lead_to_each_other(
    long: Transcript, alice: User, client_of: ClientOf
) -> None:
    page = client_of(alice).get(url_of(long.recording), {"page": 2}).content.decode()
    assert 'rel="prev" href="?page=1"' in page
    assert 'rel="next" href="?page=3"' in page


def test_who_speaks_is_said_where_it_changes_also_across_pages(
    long: Transcript, alice: User, client_of: ClientOf
) -> None:
    answer = client_of(alice).get(url_of(long.recording, "segments/"), {"page": 2})
    news = [line.segment.index for line in answer.context["lines"] if line.is_new_voice]
    assert news[0] == -(-PAGE // 3) * 3
    assert b"<html" not in answer.content


def test_the_times_of_words_are_given_a_page_at_a_time(
    long: Transcript, alice: User, client_of: ClientOf
) -> None:
    client, address = client_of(alice), url_of(long.recording, "words/")
    assert set(client.get(address).json()) == {
        str(pk)
        for pk in long.segments.filter(index__lt=PAGE).values_list("pk", flat=True)
    }
    assert len(client.get(address, {"page": 3}).json()) == 50


def test_a_phrase_is_found_in_the_whole_text(
    long: Transcript, alice: User, client_of: ClientOf
) -> None:
    client, address = client_of(alice), url_of(long.recording, "find/")
    last = at(long, 2 * PAGE + 49)
    hits = client.get(address, {"q": f"第{last.index}句", "text": "raw"}).json()
    places = [last.pk, 3, 0, len(last.text_raw)]
    assert hits == {"segments": [places], "starts_ms": [last.start_ms]}
    for nothing in ("没有的", "", "句" * 500, "a\0b"):
        assert client.get(address, {"q": nothing}).json() == NONE


def test_doubts_of_the_whole_transcript_are_told_with_their_pages(
    long: Transcript, alice: User, client_of: ClientOf
) -> None:
    doubtful = at(long, 2 * PAGE)
    long.segments.filter(pk=doubtful.pk).update(flags=["near_silence"])
    long.segments.filter(index=1).update(flags=["of_the_log"], confidence=0.9)
    client, address = client_of(alice), url_of(long.recording, "doubts/")
    assert client.get(address).json() == {
        "segments": [[doubtful.pk, 3]],
        "starts_ms": [doubtful.start_ms],
    }
    edit = url_of(long.recording, f"segments/{doubtful.pk}/")
    client.post(edit, {"text": "第四百句"})
    assert client.get(address).json() == NONE


def test_the_whole_text_is_copied_a_paragraph_for_each_turn(
    long: Transcript, alice: User, client_of: ClientOf
) -> None:
    answer = client_of(alice).get(url_of(long.recording, "text/"))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().split("\n")
    assert lines[:4] == ["说话人 1：第0句。", "第1句。", "第2句。", "说话人 2：第3句。"]
    assert len(lines) == 2 * PAGE + 50


def test_the_whole_transcript_is_printed_with_what_the_call_was(
    long: Transcript, alice: User, client_of: ClientOf
) -> None:
    recording = long.recording
    Recording.objects.filter(pk=recording.pk).update(agent="王芳", phone_number="139")
    page = client_of(alice).get(url_of(recording, "print/"), {"text": "raw"})
    content = page.content.decode()
    assert content.count("<p>") == 2 * PAGE + 50
    for said in (
        recording.title,
        "王芳",
        "139",
        "销售部",
        "说话人 1 · 说话人 2",
        "原文",
    ):
        assert said in content
    assert "<button" not in content and "<audio" not in content
    assert AuditEvent.objects.filter(action=AuditAction.VIEW).count() == 1


def test_what_has_no_transcript_has_nothing_to_read(
    sales: Department, alice: User, client_of: ClientOf
) -> None:
    client, recording = client_of(alice), make_recording(sales, alice)
    for rest in ("segments/", "find/", "text/", "print/"):
        assert client.get(url_of(recording, rest)).status_code == 404
    assert client.get(url_of(recording, "words/")).json() == {}
    assert client.get(url_of(recording, "doubts/")).json() == NONE
    make_transcript(recording, [])
    for rest in ("", "segments/", "text/", "print/"):
        assert client.get(url_of(recording, rest)).status_code == 200


def test_pages_begin_where_their_first_sentence_begins(long: Transcript) -> None:
    pages = pages_of(long)
    assert pages.starts_ms == (0, 3_000 * PAGE, 6_000 * PAGE)
    assert [pages.at(ms) for ms in (0, 3_000 * PAGE - 1, 3_000 * PAGE, 10**9)] == [
        1,
        1,
        2,
        3,
    ]
