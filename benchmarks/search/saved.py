"""What saved searches cost a new transcript, however many are saved.

    python -m benchmarks.search.saved --database sqlite|postgresql

Calls of 200 segments arrive in a department of which 10, then 1,000, then 10,000
searches are kept: phrases of four characters cut out of other calls, beside the words
that are planted, at the same rate however many they are; so the candidates that answer
grow with what is saved, and are counted apart. ``quiet`` are searches for words that no
call holds: what is left is the work of finding that out.
"""

import argparse
import random
import statistics
import sys
import time
from typing import Any
from unittest.mock import patch

from benchmarks.search.__main__ import build_index, discard, prepare

SAVED = (10, 1_000, 10_000)
CALLS = 60
SEGMENTS = 200 * 400
# Characters that stand in calls, in a row that does not.
_ABSENT = "之乎者也"


def questions(count: int, *, is_quiet: bool) -> list[str]:
    """Different ones: conjunctions, a choice, a negation."""
    from benchmarks.search.corpus import corpus

    chance = random.Random(count)
    lines = [line.text for line in corpus(2_000, seed=7)]
    found = []
    for number in range(count):
        text = chance.choice(
            [line for line in chance.sample(lines, 9) if len(line) > 8]
        )
        start = chance.randrange(len(text) - 6)
        word, other = text[start : start + 4], text[start + 2 : start + 6]
        if is_quiet:
            word = (
                f"{word[:2]}{_ABSENT[number % 4]}{_ABSENT[(number // 4) % 4]}{word[2:]}"
            )
        found.append(
            (word, f"{word} -{other}x", f"{word} ({other} OR 退款)")[number % 3]
        )
    return found


def save_all(member: Any, typed: list[str]) -> None:
    from django.db import transaction

    from accounts.services.audit.writing import SYSTEM
    from transcription.forms.saved_searches import question_of
    from transcription.models.saved_searches import SavedSearch
    from transcription.services.saved_searches import limits
    from transcription.services.saved_searches.keeping import save_search

    with patch.object(limits, "PER_PERSON", 10**6), transaction.atomic():
        SavedSearch.objects.all().delete()
        for number, question in enumerate(typed):
            save_search(
                membership=member,
                origin=SYSTEM,
                name=f"{number}",
                question=f"q={question}",
                is_shared=False,
                alerts=False,
                read=question_of,
            )


def told(member: Any, seed: int) -> tuple[list[float], int, int]:
    """Milliseconds of each of some calls; how many searches were asked and answered."""
    from django.db import connection

    from transcription.forms.saved_searches import question_of
    from transcription.models.recordings import Recording
    from transcription.models.saved_searches import SavedSearchHit
    from transcription.search.backends.base import documents
    from transcription.services.saved_searches.matching import candidates
    from transcription.services.saved_searches.waiting import (
        await_matching,
        match_waiting,
    )

    here = list(Recording.objects.of(member.department).defer("waveform"))
    calls = random.Random(seed).sample(here, CALLS)
    times, asked = [], 0
    SavedSearchHit.objects.all().delete()
    for number, call in enumerate(calls):
        await_matching(call)
        began = time.perf_counter()
        match_waiting(question_of, limit=1, seconds=60)
        if number >= CALLS // 6:  # the first ones warm up
            times.append((time.perf_counter() - began) * 1000)
        with connection.cursor() as sql:
            document = documents(sql, [call.pk])[call.pk]
        asked += candidates(call, document).count()
    return times, asked, SavedSearchHit.objects.count()


def measure() -> None:
    from django.db import connection

    from benchmarks.search.tables import fill

    member = fill(SEGMENTS)[0]
    build_index(SEGMENTS)
    print(
        f"{connection.vendor}\n\n| searches | saved | asked of a call | answered "
        "| ms p50 | ms p95 | ÷ 10 saved |"
    )
    print("|---|---|---|---|---|---|---|")
    for is_quiet in (True, False):
        first = 0.0
        for count in SAVED:
            save_all(member, questions(count, is_quiet=is_quiet))
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            times, asked, hits = told(member, count)
            middle = statistics.median(times)
            first = first or middle
            p95 = sorted(times)[int(len(times) * 0.95)]
            kind = "quiet" if is_quiet else "of other calls"
            print(
                f"| {kind} | {count:,} | {asked / CALLS:.1f} | {hits / CALLS:.1f} "
                f"| {middle:.1f} | {p95:.1f} | {middle / first:.2f} |",
                flush=True,
            )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite"
    )
    options = parser.parse_args()
    prepare(options.database)
    try:
        measure()
        return 0
    finally:
        discard(options.database)


if __name__ == "__main__":
    sys.exit(main())
