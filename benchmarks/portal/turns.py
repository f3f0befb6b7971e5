"""What finding whose turn it is costs: ``python -m benchmarks.portal.turns``

10,000 queued jobs of twenty departments in a database of its own, which is removed
again: SQLite, or one on the PostgreSQL that ``DATABASE_URL`` names.
"""

import time
from collections.abc import Callable
from statistics import median, quantiles

from benchmarks.portal.own_portal import own_portal

JOB_COUNT, DEPARTMENTS, ROUNDS = 10_000, 20, 100


def main() -> None:
    with own_portal("turns"):
        measure()


def measure() -> None:
    from django.core.management import call_command
    from django.db import connection

    from transcription.services.jobs.kind import JOBS
    from transcription.services.kinds import next_turn
    from transcription.services.runs.leases import claim
    from transcription.services.runs.queue.turns import in_turn

    call_command("migrate", verbosity=0)
    fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    waiting = JOBS.claimable().filter(
        queue="batch", language="zh", attempts=0, recording__size_bytes__lte=1000
    )

    def take() -> None:
        turn = next_turn("batch")
        assert turn is not None and claim(JOBS, turn.pk) is not None

    print(f"{connection.vendor}: {JOB_COUNT} queued jobs of {DEPARTMENTS} departments")
    _report("whose turn it is", lambda: next_turn("batch"))
    _report("concurrent jobs in turn", lambda: in_turn(JOBS, "batch", waiting))
    _report("turn and claim", take)
    connection.close()


def fill() -> None:
    from accounts.models.departments import Department
    from transcription.models.jobs import TranscriptionJob
    from transcription.models.recordings import Recording

    departments = Department.objects.bulk_create(
        Department(slug=f"d{n}", name=f"d{n}") for n in range(DEPARTMENTS)
    )
    recordings = Recording.objects.bulk_create(
        Recording(
            # One has ordered half of all, before everybody else.
            department=departments[0 if n < JOB_COUNT // 2 else n % DEPARTMENTS],
            title=str(n),
            sha256=str(n),
            size_bytes=1000,
        )
        for n in range(JOB_COUNT)
    )
    TranscriptionJob.objects.bulk_create(
        TranscriptionJob(
            department_id=recording.department_id,
            recording=recording,
            language="zh",
            use_itn=False,
            queue="batch",
            hotwords=["词"] * 200,
        )
        for recording in recordings
    )


def _report(what: str, do: Callable[[], object]) -> None:
    do()
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        do()
        took.append((time.perf_counter() - began) * 1000)
    print(f"{what}: p50 {median(took):.1f} ms, p95 {quantiles(took, n=20)[-1]:.1f} ms")


if __name__ == "__main__":
    main()
