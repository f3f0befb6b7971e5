"""Search a million segments: the index against LIKE, and both against a scan.

    python -m benchmarks.search --segments 1000000 --database sqlite|postgresql

Uses the real migrations, the real rebuild and the real service on a database of its
own: ``/tmp/shengwen-bench`` or PostgreSQL's ``shengwen_bench`` (``BENCH_FOLDER``,
``BENCH_NAME``), removed at the end.
"""

import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("BENCH_FOLDER", "/tmp/shengwen-bench"))  # noqa: S108
SERVER = os.environ.get(
    "BENCH_POSTGRES", "postgres://root@/{}?host=/var/run/postgresql"
)
NAME = os.environ.get("BENCH_NAME", "shengwen_bench")
RUNS, LIKE_RUNS = 40, 5
QUERIES = [
    ("2 characters, common", "退款"),
    ("2 characters, 1 %", "利率"),
    ("2 characters, rare", "云帆"),
    ("4 characters", "理财产品"),
    ("4 characters, rare", "违约条款"),
    ("8 characters, rare", "人工智能客服系统"),
    ("two words", "退款 投诉"),
    ("phrase and word", '"理财产品" 退款'),
    ("spoken number", "两百九十九元"),
    ("1 character", "款"),
]


def psql(sql: str) -> None:
    subprocess.run(
        [
            "psql",
            "-q",
            "-h",
            "/var/run/postgresql",
            "-U",
            "root",
            "-c",
            sql,
            "postgres",
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )


def prepare(database: str, *, again: bool = False) -> None:
    """An empty database, or ``again`` the one that was left, and Django on it."""
    if not again:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    os.environ["SHENGWEN_DATA_DIR"] = str(FOLDER)
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    if database == "postgresql":
        if not again:
            psql(f"DROP DATABASE IF EXISTS {NAME}")
            psql(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'")
        os.environ["DATABASE_URL"] = SERVER.format(NAME)
    else:
        os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER / 'bench.sqlite3'}"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def timed(action: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run, after one that warms up."""
    action()
    times = []
    for _run in range(runs):
        began = time.perf_counter()
        action()
        times.append((time.perf_counter() - began) * 1000)
    return times


def p50_p95(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.95)]


def size_of_index() -> float:
    """Megabytes."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('transcription_searchindex')")
        else:
            cursor.execute(
                "SELECT sum(pgsize) FROM dbstat "
                "WHERE name LIKE 'transcription_searchindex%%'"
            )
        return float(cursor.fetchone()[0] or 0) / 2**20


def like(words: list[str], department_id: int) -> Callable[[], list[Any]]:
    """The newest 1,001 hits as ``icontains`` would find them, in the order of the
    primary key so that a common word may stop early."""
    clauses = " AND ".join(holds_word() for _word in words)
    sql = (
        "SELECT s.id FROM transcription_segment s "  # noqa: S608
        "JOIN transcription_transcript t ON t.id = s.transcript_id AND t.is_current "
        "JOIN transcription_recording r ON r.id = t.recording_id "
        f"WHERE s.department_id = %s AND r.deleted_at IS NULL AND {clauses} "
        "ORDER BY s.id DESC LIMIT 1001"
    )
    return asked_with_words(sql, words, department_id)


def holds_word() -> str:
    """That a segment ``s`` holds a word, as ``icontains`` says it."""
    from django.db import connection

    operator = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    return f"(s.text {operator} %s OR s.text_raw {operator} %s)"


def asked_with_words(
    sql: str, words: list[str], department_id: int
) -> Callable[[], list[Any]]:
    """What asks ``sql``, of which the department comes first and then ``holds_word``
    for each of the words."""
    from django.db import connection

    patterns = [f"%{word}%" for word in words for _side in range(2)]

    def run() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [department_id, *patterns])
            return list(cursor.fetchall())

    return run


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--segments", type=int, default=1_000_000)
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite"
    )
    parser.add_argument("--keep", action="store_true", help="leave the database")
    options = parser.parse_args()
    prepare(options.database)
    try:
        return measure(options.segments)
    finally:
        if not options.keep:
            discard(options.database)


def discard(database: str) -> None:
    """Remove what ``prepare`` made."""
    from django.db import connection

    connection.close()
    shutil.rmtree(FOLDER, ignore_errors=True)
    if database == "postgresql":
        psql(f"DROP DATABASE {NAME}")


def build_index(segments: int) -> None:
    from django.db import connection

    from transcription.services.search.upkeep import rebuild

    began = time.perf_counter()
    for _progress in rebuild():
        pass
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if connection.vendor == "sqlite":
        print(f"SQLite {sqlite3.sqlite_version}")
    print(
        f"index built in {seconds:.0f} s ({segments / seconds:,.0f} segments/s), "
        f"{size_of_index():.0f} MB\n",
        flush=True,
    )


def measure_query(member: Any, typed: str, words: list[str]) -> tuple[int, str]:
    """The calls of a member's query, and the table's cells with its times."""
    from accounts.services.audit.writing import SYSTEM
    from transcription.services.search.asking import understood
    from transcription.services.search.finding import Asked, recordings_for
    from transcription.services.search.searching import search_segments

    asked = Asked(understood(typed, member), member.department_id)

    def page() -> object:
        return search_segments(membership=member, origin=SYSTEM, query=typed)

    def ids() -> list[int]:
        return recordings_for(asked, 1001).ids

    calls = len(recordings_for(asked, 10**9).ids)
    page_times = p50_p95(timed(page, RUNS))
    id_times = p50_p95(timed(ids, RUNS))
    like_time = p50_p95(timed(like(words, member.department_id), LIKE_RUNS))[0]
    cells = (*page_times, *id_times)
    ratio = like_time / id_times[0]
    times = "".join(f"| {cell:.1f} " for cell in cells)
    return calls, f"{times}| {like_time:.0f} | {ratio:.0f}"


def measure(segments: int) -> int:
    from django.db import connection

    from benchmarks.search.corpus import scan
    from benchmarks.search.tables import fill

    began = time.perf_counter()
    members = fill(segments)
    print(
        f"{connection.vendor}, {segments:,} segments, filled in "
        f"{time.perf_counter() - began:.0f} s",
        flush=True,
    )
    build_index(segments)
    phrases = [q.replace('"', "").split() for _name, q in QUERIES]
    truth = scan(segments, phrases)
    wrong = 0
    print(
        "| query | tenant | calls | page p50 | p95 | index p50 | p95 | LIKE p50 "
        "| LIKE ÷ index | count |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for (name, typed), words, expected in zip(QUERIES, phrases, truth, strict=True):
        for number, share in ((0, "50 %"), (1, "2.6 %")):
            hits, times = measure_query(members[number], typed, words)
            is_right = hits == expected[number]
            wrong += not is_right
            verdict = "right" if is_right else f"≠ {expected[number]}"
            print(f"| {name} | {share} | {hits:,} {times} | {verdict} |", flush=True)
    print(f"\n{wrong} of {2 * len(QUERIES)} counts differ from the scan; times in ms")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
