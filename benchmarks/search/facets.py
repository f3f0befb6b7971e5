"""What stands around the results: facets, the number of places, other orders.

    python -m benchmarks.search.facets --segments 400000 --database sqlite|postgresql

Of 400,000 segments the department has 1,000 calls: as many as are ever counted. "Page"
is the service with facets, as the first page is asked for; the others are the facets
alone, the first page by relevance and by the time of the call, and the places, which
the page fetches when it is there. ``--processor`` counts the time that this process
computes and not what it waits for, on a machine that is busy with other things; with
SQLite that is all there is.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.search.__main__ import (
    QUERIES,
    build_index,
    discard,
    p50_p95,
    prepare,
)

RUNS = 15


def actions(member: Any, typed: str) -> list[Callable[[], object]]:
    """What is timed of a query."""
    from accounts.services.audit.writing import SYSTEM
    from transcription.services.search.asking import understood
    from transcription.services.search.facets import facets_of
    from transcription.services.search.filters import RecordingFilters
    from transcription.services.search.finding import recordings_for
    from transcription.services.search.overview import count_places, overview
    from transcription.services.search.ranking import ResultOrder
    from transcription.services.search.reach import asked_by
    from transcription.services.search.searching import COUNT_CAP, search_segments

    everything = RecordingFilters()
    tree = understood(typed, member)
    ids = recordings_for(asked_by(member, tree, everything), COUNT_CAP).ids
    page = partial(search_segments, membership=member, origin=SYSTEM, query=typed)
    whole = {"membership": member, "query": typed, "filters": everything}
    return [
        page,
        partial(overview, **whole),
        partial(facets_of, ids),
        partial(page, order=ResultOrder.CALL),
        partial(page, order=ResultOrder.RELEVANCE),
        partial(count_places, **whole),
    ]


def timed(action: Callable[[], object], clock: Callable[[], float]) -> list[float]:
    """Milliseconds of each run, after one that warms up."""
    action()
    times = []
    for _run in range(RUNS):
        began = clock()
        action()
        times.append((clock() - began) * 1000)
    return times


def measure(segments: int, clock: Callable[[], float]) -> None:
    from django.db import connection

    from benchmarks.search.tables import fill

    member = fill(segments)[0]
    build_index(segments)
    print(f"{connection.vendor}, {segments:,} segments, half of them here; p50 (p95)\n")
    print("| query | page | overview | its facets | by call | by relevance | places |")
    print("|---|---|---|---|---|---|---|")
    for name, typed in QUERIES:
        times = [p50_p95(timed(action, clock)) for action in actions(member, typed)]
        cells = " | ".join(f"{p50:.0f} ({p95:.0f})" for p50, p95 in times)
        print(f"| {name} | {cells} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--segments", type=int, default=400_000)
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite"
    )
    parser.add_argument("--processor", action="store_true")
    options = parser.parse_args()
    clock = time.process_time if options.processor else time.perf_counter
    prepare(options.database)
    try:
        measure(options.segments, clock)
        return 0
    finally:
        discard(options.database)


if __name__ == "__main__":
    sys.exit(main())
