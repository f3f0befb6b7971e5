"""What private recordings cost a search: a member, whose query carries the rule, beside
a supervisor, whose does not; every recording of the department open, then nine in ten
private to somebody else.

    python -m benchmarks.search.private --segments 200000 --database sqlite|postgresql

The two are timed in turn, so that a busy machine slows both.
"""

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.search.__main__ import (
    QUERIES,
    build_index,
    discard,
    p50_p95,
    prepare,
)

RUNS = 60


def in_turn(actions: list[Callable[[], object]]) -> list[list[float]]:
    """Milliseconds of each action's runs."""
    times: list[list[float]] = [[] for _action in actions]
    for _run in range(RUNS + 1):
        for place, action in enumerate(actions):
            began = time.perf_counter()
            action()
            times[place].append((time.perf_counter() - began) * 1000)
    return [one[1:] for one in times]


def as_supervisor(member: Any) -> Any:
    """A colleague who reads what is private, too."""
    from accounts.models.members import Membership
    from accounts.models.people import User
    from accounts.roles import Role

    user = User.objects.create(username="bench-boss", display_name="Boss")
    return Membership.objects.create(
        user=user, department=member.department, role=Role.SUPERVISOR
    )


def compare(member: Any, supervisor: Any, title: str) -> None:
    from accounts.services.audit.writing import SYSTEM
    from transcription.services.search.searching import search_segments

    def page(person: Any, typed: str) -> Callable[[], object]:
        return lambda: search_segments(membership=person, origin=SYSTEM, query=typed)

    print(
        f"\n{title}\n\n| query | supervisor p50 | p95 | member p50 | p95 | p95 ratio |"
    )
    print("|---|---|---|---|---|---|")
    ratios = []
    for name, typed in QUERIES:
        every, own = in_turn([page(supervisor, typed), page(member, typed)])
        (a50, a95), (b50, b95) = p50_p95(every), p50_p95(own)
        ratios.append(b95 / a95)
        print(
            f"| {name} | {a50:.1f} | {a95:.1f} | {b50:.1f} | {b95:.1f} "
            f"| {b95 / a95:.2f} |",
            flush=True,
        )
    print(f"\nmedian of the ratios: {sorted(ratios)[len(ratios) // 2]:.2f}")


def measure(segments: int) -> None:
    from django.db import connection
    from django.db.models import F
    from django.db.models.functions import Mod

    from benchmarks.search.tables import fill
    from transcription.models.recordings import Recording

    member = fill(segments)[0]
    build_index(segments)
    supervisor = as_supervisor(member)
    print(f"{connection.vendor}, {segments:,} segments, half of them here")
    compare(member, supervisor, "Every recording is open")
    hidden = Recording.objects.of(member.department).alias(place=Mod(F("pk"), 10))
    hidden.exclude(place=0).update(is_private=True, uploaded_by=supervisor.user)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    compare(member, supervisor, "Nine recordings in ten are private to others")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--segments", type=int, default=200_000)
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite"
    )
    options = parser.parse_args()
    prepare(options.database)
    try:
        measure(options.segments)
        return 0
    finally:
        discard(options.database)


if __name__ == "__main__":
    sys.exit(main())
