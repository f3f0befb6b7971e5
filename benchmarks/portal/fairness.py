"""Who waits for whom: ``python -m benchmarks.portal.fairness``

10,000 jobs, taken one after the other as free workers take them, with the real queue in
a database of its own. One department has ordered half of them before everybody else;
three others of weights 1, 2 and 3 have the rest. Now and then somebody of a fifth
department orders a single one. The baseline is the order in which they came.
"""

import argparse
import random
from collections import Counter, deque
from itertools import count
from typing import Any

from benchmarks.portal.own_portal import own_portal

LATE = 50  # single orders of the fifth department
SPACING = 10  # turns in which each department has had one
WEIGHTS = {"flood": 1, "one": 1, "two": 2, "three": 3, "late": 1}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jobs", type=int, default=10_000)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    with own_portal("fairness"):
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        simulate(chosen.jobs, chosen.workers)


def simulate(jobs: int, workers: int) -> None:
    """Each job lasts one step; a step frees one worker."""
    from accounts.models.departments import Department
    from transcription.models.jobs import TranscriptionJob
    from transcription.models.runs import JobState
    from transcription.services.jobs.kind import JOBS
    from transcription.services.kinds import next_turn
    from transcription.services.runs.leases import claim

    departments = {
        name: Department.objects.create(slug=name, name=name, queue_weight=weight)
        for name, weight in WEIGHTS.items()
    }
    names = {department.pk: name for name, department in departments.items()}
    number = count()

    def order(name: str, how_many: int) -> list[int]:
        return _order(departments[name], [next(number) for _ in range(how_many)])

    first_come = deque(order("flood", jobs // 2))
    for name in ("one", "two", "three"):
        first_come += order(name, (jobs - jobs // 2 - LATE) // 3)
    moments = set(random.Random(1).sample(range(jobs // 2), LATE))
    in_hand: deque[int] = deque()
    ordered_at: dict[int, int] = {}
    alone: set[int] = set()  # with no other order of the department's shortly before
    last = -SPACING
    waits: list[int] = []
    queue_waits: list[int] = []
    share: Counter[str] = Counter()
    for step in range(jobs):
        if step in moments:
            (pk,) = order("late", 1)
            ordered_at[pk] = step
            if step - last >= SPACING:
                alone.add(pk)
            last = step
            queue_waits.append(len(first_come) - step)
        turn = next_turn("batch")
        if turn is None:
            break
        if claim(JOBS, turn.pk) is None:
            raise RuntimeError("nobody else is there")
        in_hand.append(turn.pk)
        if turn.pk in alone:
            waits.append(step - ordered_at[turn.pk])
        if step < jobs // 3:  # while all of them wait
            share[names[turn.department_id]] += 1
        if len(in_hand) == workers:
            TranscriptionJob.objects.filter(pk=in_hand.popleft()).update(
                state=JobState.SUCCEEDED, lease_token=None
            )
    report(share, waits, queue_waits)


def _order(department: Any, numbers: list[int]) -> list[int]:
    from transcription.models.jobs import TranscriptionJob
    from transcription.models.recordings import Recording

    recordings = Recording.objects.bulk_create(
        Recording(department=department, title=str(n), sha256=str(n), size_bytes=1000)
        for n in numbers
    )
    made = TranscriptionJob.objects.bulk_create(
        TranscriptionJob(
            department=department,
            recording=one,
            language="zh",
            use_itn=False,
            queue="batch",
        )
        for one in recordings
    )
    return [job.pk for job in made]


def report(share: Counter[str], waits: list[int], queue_waits: list[int]) -> None:
    print("| department | weight | runs while all wait | of that of weight 1 |")
    print("|---|---|---|---|")
    for name, weight in WEIGHTS.items():
        if name != "late":
            ratio = share[name] / share["one"]
            print(f"| {name} | {weight} | {share[name]:,} | ×{ratio:.2f} |")
    print(
        f"\na single job of a department that had ordered nothing else waited for at "
        f"most {max(waits)} others to be taken ({len(waits)} of them); "
        f"first come, first served: {min(queue_waits):,} to {max(queue_waits):,}"
    )


if __name__ == "__main__":
    main()
