"""What the page of a long transcript costs.

    python -m benchmarks.portal.transcript_page

Transcripts of 200 to 15,000 sentences with word times, hotwords and doubts are written
into a database of its own, which is removed again: SQLite, or one on the PostgreSQL
that ``DATABASE_URL`` names. Prints, for each length, the median milliseconds that this
process works (a busy machine changes them less than the clock's), the bytes of HTML and
its elements, and how many queries it took; then what the page asks for afterwards.
"""

import argparse
import re
import time
from collections.abc import Callable
from itertools import cycle
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.portal.own_portal import own_portal

if TYPE_CHECKING:
    from django.test import Client

LENGTHS = (200, 1_000, 5_000, 15_000)
ROUNDS = 15
SENTENCE_MS = 3_600
_TEXTS = (
    "您好，这里是客服中心，请问有什么可以帮您？",
    "我上个月买的那款理财产品，最近利率是不是调整了？",
    "请您稍等，我这边帮您查询一下。",
    "嗯，好的。",
    "查到了，从十一月一号开始，年化收益率从百分之三点二调整到百分之二点九。",
)
_AFTERWARDS = (
    ("rows of the middle", "segments/?page={middle}"),
    ("word times of the middle", "words/?page={middle}"),
    ("find a phrase", "find/?q=利率是不是"),
    ("find a character", "find/?q=您"),
    ("doubts", "doubts/"),
    ("the whole text", "text/"),
    ("to print", "print/"),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    with own_portal("page", SHENGWEN_ALLOWED_HOSTS="testserver"):
        measure(chosen.lengths, chosen.rounds)


def measure(lengths: list[int], rounds: int) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from accounts.models.departments import Department
    from accounts.roles import Role
    from tests.people import join, make_user

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    sales = Department.objects.create(slug="sales", name="销售部")
    client = Client()
    client.force_login(join(make_user("carol"), sales, Role.ADMIN))
    for length in lengths:
        address = fill(length)
        client.get(address)
        asked: list[str] = []
        with connection.execute_wrapper(_noting(asked)):
            page = client.get(address).content
        elements = len(re.findall(rb"<[a-z]", page))
        print(
            f"{length:6} sentences: {_median(client, address, rounds):6.0f} ms,"
            f" {len(page) / 1024:7.0f} KiB, {elements:6} elements,"
            f" {len(asked)} queries",
            flush=True,
        )
        for name, rest in _AFTERWARDS:
            url = address + rest.format(middle=length // 200)
            answer = client.get(url)
            size = len(answer.content) / 1024
            print(
                f"       {name}: {_median(client, url, rounds):.0f} ms, {size:.0f} KiB"
                if answer.status_code == 200
                else f"       {name}: {answer.status_code}"
            )


def _noting(asked: list[str]) -> Callable[..., object]:
    """Notes every query on its way to the database."""

    def note(execute: Callable[..., object], sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(sql, *rest)

    return note


def _median(client: "Client", address: str, rounds: int) -> float:
    taken = []
    for _round in range(rounds):
        began = time.process_time()
        client.get(address)
        taken.append(time.process_time() - began)
    return 1000 * median(taken)


def fill(length: int) -> str:
    """The address of the page of a new transcript of two voices."""
    from accounts.models.departments import Department
    from accounts.models.people import User
    from tests.factories import make_recording, make_transcript
    from transcription.models.transcripts import Segment, Speaker, TimingSource

    sales = Department.objects.get(slug="sales")
    recording = make_recording(
        sales, User.objects.get(), duration_ms=length * SENTENCE_MS
    )
    transcript = make_transcript(recording, [])
    speakers = [
        Speaker.objects.create(transcript=transcript, label=f"speaker-{number}")
        for number in (1, 2)
    ]
    rows = (
        Segment(
            transcript=transcript,
            department=sales,
            index=index,
            speaker=speakers[index // 3 % 2],
            start_ms=index * SENTENCE_MS,
            end_ms=(index + 1) * SENTENCE_MS - 200,
            text_raw=text,
            text=text,
            words=_words(text, index * SENTENCE_MS),
            flags=["near_silence"] if index % 40 == 7 else [],
            confidence=0.7 if index % 25 == 3 else 0.95,
            timing_source=TimingSource.ENGINE,
        )
        for index, text in zip(range(length), cycle(_TEXTS), strict=False)
    )
    Segment.objects.bulk_create(rows, batch_size=500)
    return f"/d/sales/recordings/{recording.uuid}/"


def _words(text: str, start_ms: int) -> list[dict[str, object]]:
    return [
        {
            "text": char,
            "start_ms": start_ms + 100 * at,
            "end_ms": start_ms + 100 * at + 90,
            "confidence": 0.9,
            "offset": at,
        }
        for at, char in enumerate(text)
        if char.isalnum()
    ]


if __name__ == "__main__":
    main()
