"""The search page through HTTP, for every kind of question of the language.

    python -m benchmarks.search.pages --segments 1000000 --database sqlite|postgresql

A web server of its own and one reader, one request after the other: the page, and what
it fetches then (how many calls there are, and by what they can be narrowed). Beside
each question the calls that LIKE finds with its words, up to the same thousand. Then
the same page while the index is rebuilt. ``--keep`` leaves the database, ``--again``
takes what was left.
"""

import argparse
import html
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx

from benchmarks.search.__main__ import (
    asked_with_words,
    build_index,
    discard,
    holds_word,
    p50_p95,
    prepare,
    timed,
)

RUNS = 30
# What is asked, and the words that LIKE looks for; none where only facts are asked.
QUESTIONS: list[tuple[str, str, list[str]]] = [
    ("2 characters, common", "退款", ["退款"]),
    ("2 characters, rare", "云帆", ["云帆"]),
    ("8 characters, rare", "人工智能客服系统", ["人工智能客服系统"]),
    ("1 character", "款", ["款"]),
    ("part of a number", "1299", ["1299"]),
    ("spoken number", "两百九十九元", ["两百九十九元"]),
    ("two words", "退款 投诉", ["退款", "投诉"]),
    ("phrase and word", '"理财产品" 退款', ["理财产品", "退款"]),
    ("OR", "云帆 OR 违约条款", ["云帆"]),
    ("minus", "退款 -违约条款", ["退款"]),
    ("only minus", "-退款", ["退款"]),
    ("brackets", "(云帆 OR 违约条款) (投诉 OR 退款)", ["云帆", "投诉"]),
    ("NEAR", "退款 NEAR/20s 投诉", ["退款", "投诉"]),
    ("NEAR, rare", "违约条款 NEAR/20s 投诉", ["违约条款", "投诉"]),
    ("speaker", "speaker:客户 违约条款", ["违约条款"]),
    ("speaker, common", "speaker:客户 退款", ["退款"]),
    ("within", "within:first30s 利率", ["利率"]),
    ("after", 'after:"理财产品" 退款', ["理财产品", "退款"]),
    ("scope, a sentence", "scope:sentence 退款 投诉", ["退款", "投诉"]),
    ("scope, a turn", "scope:turn 退款 投诉", ["退款", "投诉"]),
    ("agent", "agent:坐席07 退款", ["退款"]),
    ("tag", "tag:投诉件 利率", ["利率"]),
    ("direction and length", "direction:in longer:5m 利率", ["利率"]),
    ("number", "number:1380", []),
    ("number in the box", "13800007919", ["13800007919"]),
    ("title", "title:来电 云帆", ["云帆"]),
    ("period", "last:month 退款", ["退款"]),
    ("days", "from:2024-01-01 to:2099-01-01 投诉", ["投诉"]),
    (
        "the supervisor's",
        "last:month speaker:客户 退款 -(speaker:客服 (抱歉 OR 对不起))",
        ["退款"],
    ),
]


def like(words: list[str], department_id: int) -> Callable[[], list[Any]]:
    """The newest 1,001 calls in which LIKE finds every word somewhere."""
    holds = " AND ".join(
        "EXISTS (SELECT 1 FROM transcription_segment s "  # noqa: S608
        f"WHERE s.transcript_id = t.id AND {holds_word()})"
        for _word in words
    )
    sql = (
        "SELECT r.id FROM transcription_recording r "  # noqa: S608
        "JOIN transcription_transcript t ON t.recording_id = r.id AND t.is_current "
        f"WHERE r.department_id = %s AND r.deleted_at IS NULL AND {holds} "
        "ORDER BY r.id DESC LIMIT 1001"
    )
    return asked_with_words(sql, words, department_id)


@contextmanager
def web_server() -> Iterator[str]:
    """The address of a web server on the benchmark's database, as supervisor starts
    it."""
    from django.core.management import call_command

    from portal.processes.supervision import web_program

    call_command("collectstatic", verbosity=0, interactive=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        web_program("127.0.0.1", port, ()).command,
        env=os.environ | {"SHENGWEN_ALLOWED_HOSTS": "127.0.0.1"},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{address}/healthz").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def session_of(slug: str) -> dict[str, str]:
    """The cookie of a department's supervisor who has logged in."""
    from django.conf import settings
    from django.test import Client

    from accounts.models.members import Membership

    member = Membership.objects.get(department__slug=slug)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(member.user)
    name = settings.SESSION_COOKIE_NAME
    return {name: client.cookies[name].value}


_OVERVIEW = re.compile(r'hx-get="([^"]*/search/overview/[^"]*)"')


class Reader:
    """Somebody who is logged in and asks one question after the other."""

    def __init__(self, address: str, slug: str) -> None:
        self._client = httpx.Client(
            base_url=address, cookies=session_of(slug), timeout=120
        )
        self._path = f"/d/{slug}/search/"

    def ask(self, typed: str) -> str:
        """The page; raises where it is none, or the question was refused."""
        answer = self._client.get(f"{self._path}?{urlencode({'q': typed})}")
        answer.raise_for_status()
        if 'class="search-note"' in answer.text:
            raise RuntimeError(f"refused: {typed}")
        return answer.text

    def overview(self, page: str) -> Callable[[], None]:
        """What a page of results fetches."""
        address = _OVERVIEW.search(page)
        if address is None:
            raise RuntimeError("nothing was found")

        def fetch() -> None:
            self._client.get(html.unescape(address[1])).raise_for_status()

        return fetch


def measure() -> None:
    """A line for each question."""
    from accounts.models.departments import Department

    print("| question | page p50 | p95 | overview p50 | p95 | LIKE | LIKE ÷ page |")
    print("|---|---|---|---|---|---|---|")
    department = Department.objects.get(slug="bench-0")
    slowest = slowest_overview = 0.0
    with web_server() as address:
        reader = Reader(address, department.slug)
        for name, typed, words in QUESTIONS:
            middle, high = p50_p95(timed(partial(reader.ask, typed), RUNS))
            slowest = max(slowest, high)
            fetch = reader.overview(reader.ask(typed))
            counted = p50_p95(timed(fetch, RUNS))
            slowest_overview = max(slowest_overview, counted[1])
            cells = "– | –"
            if words:
                baseline = like_ms(words, department.pk)
                cells = f"{baseline:,.0f} | {baseline / middle:,.0f}"
            times = " | ".join(f"{one:.0f}" for one in (middle, high, *counted))
            print(f"| {name} | {times} | {cells} |", flush=True)
        slow = f"page {slowest:.0f}, overview {slowest_overview:.0f}"
        print(f"\nslowest p95: {slow}; milliseconds")
        beside_rebuild(reader)


def like_ms(words: list[str], department_id: int) -> float:
    """The median of three; of one where that takes long."""
    run, times = like(words, department_id), list[float]()
    while len(times) < 3 and sum(times) < 5_000:
        began = time.perf_counter()
        run()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def beside_rebuild(reader: Reader) -> None:
    """Every question again and again, while another process writes the index anew."""
    alone = [timed_once(reader, typed) for _name, typed, _words in QUESTIONS]
    process = subprocess.Popen(
        [sys.executable, "manage.py", "rebuild_search"], stdout=subprocess.DEVNULL
    )
    began, beside = time.perf_counter(), list[float]()
    while process.poll() is None:
        typed = QUESTIONS[len(beside) % len(QUESTIONS)][1]
        beside.append(timed_once(reader, typed))
    seconds = time.perf_counter() - began
    print(
        f"rebuilt in {seconds:.0f} s (exit status {process.returncode}), "
        f"{len(beside)} pages meanwhile: p50 {p50_p95(beside)[0]:.0f} ms, "
        f"p95 {p50_p95(beside)[1]:.0f}, longest {max(beside):.0f}; "
        f"alone p50 {p50_p95(alone)[0]:.0f}, p95 {p50_p95(alone)[1]:.0f}"
    )


def timed_once(reader: Reader, typed: str) -> float:
    began = time.perf_counter()
    reader.ask(typed)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Fill, index, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=1_000_000)
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite"
    )
    parser.add_argument("--keep", action="store_true", help="leave the database")
    parser.add_argument("--again", action="store_true", help="take what was left")
    parser.add_argument("--fill-only", action="store_true", help="and keep it")
    options = parser.parse_args()
    os.environ["SHENGWEN_LOG_LEVEL"] = "ERROR"
    prepare(options.database, again=options.again)
    try:
        if not options.again:
            fill_and_index(options.segments)
        if not options.fill_only:
            measure()
    finally:
        if not (options.keep or options.fill_only):
            discard(options.database)


def fill_and_index(segments: int) -> None:
    from accounts.models.members import Membership
    from accounts.roles import Role
    from benchmarks.search.tables import fill

    began = time.perf_counter()
    fill(segments)
    Membership.objects.update(role=Role.SUPERVISOR)
    print(f"{segments:,} segments filled in {time.perf_counter() - began:.0f} s")
    build_index(segments)


if __name__ == "__main__":
    main()
