"""What a page of a long archive costs: ``python -m benchmarks.portal.archive``

Recordings with waveforms, jobs and tags in a database of its own, which is removed
again: SQLite, or one on the PostgreSQL that tests are told of.
"""

import argparse
import hashlib
import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.portal.own_portal import own_portal

if TYPE_CHECKING:
    from accounts.models.departments import Department
    from accounts.models.members import Membership
    from accounts.models.people import User
    from transcription.models.recordings import Recording
    from transcription.services.recordings.listing.sorting import Order

ROUNDS, BATCH, PAGE = 5, 1_000, 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=100_000)
    count = parser.parse_args().recordings
    with own_portal("archive"):
        measure(count)


def measure(count: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from accounts.roles import Role
    from tests.people import join, make_user, membership

    call_command("migrate", verbosity=0)
    sales = fill(count)
    print(f"{connection.vendor}: {count:,} recordings")
    for role in (Role.SUPERVISOR, Role.MEMBER):
        print(f"a {role}")
        _report_all(membership(join(make_user(f"one-{role}"), sales, role)))


def _report_all(member: "Membership") -> None:
    from transcription.services.recordings.archive import archive
    from transcription.services.recordings.listing.paging import page_of
    from transcription.services.recordings.listing.sorting import Order, Sort

    listed = archive(member)
    _report("count", listed.count)
    for sort in Sort:
        for is_descending in (True, False):
            order = Order(sort, is_descending)
            _report(f"by {order}", partial(page_of, listed, order, size=PAGE))
            middle = partial(page_of, after=_middle(member, order))
            _report("  from the middle", partial(middle, listed, order, size=PAGE))


def _middle(member: "Membership", order: "Order") -> str:
    from transcription.services.recordings.archive import archive
    from transcription.services.recordings.listing.paging import cursor_of

    keyed = archive(member).annotate(sort_key=order.key).order_by("sort_key", "pk")
    middle = keyed.count() // 2
    return cursor_of(keyed[middle], order)


def _report(name: str, ask: Callable[[], object]) -> None:
    taken = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - began))
    print(f"  {name:30} {median(taken):8.1f} ms")


def fill(count: int) -> "Department":
    from django.db import connection

    from accounts.models.departments import Department
    from accounts.roles import Role
    from tests.people import join, make_user
    from transcription.models.jobs import TranscriptionJob
    from transcription.models.recordings import Recording, Tag
    from transcription.models.runs import JobQueue, JobState

    sales = Department.objects.create(slug="sales", name="销售部")
    people = [join(make_user(f"p{n}"), sales, Role.MEMBER) for n in range(20)]
    tag = Tag.objects.create(department=sales, name="投诉")
    chance = random.Random(1)
    wave = [[chance.randrange(100) for _n in range(200)]]
    for start in range(0, count, BATCH):
        made = Recording.objects.bulk_create(
            _recording(sales, people, wave, chance, number)
            for number in range(start, min(count, start + BATCH))
        )
        TranscriptionJob.objects.bulk_create(
            TranscriptionJob(
                recording=one,
                department=sales,
                language="zh",
                use_itn=True,
                queue=JobQueue.BATCH,
                state=JobState.SUCCEEDED,
                finished_at=one.created_at,
            )
            for one in made
        )
        Recording.tags.through.objects.bulk_create(
            Recording.tags.through(recording_id=one.pk, tag_id=tag.pk)
            for one in made[::10]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return sales


def _recording(
    sales: "Department",
    people: "list[User]",
    wave: list[list[int]],
    chance: random.Random,
    number: int,
) -> "Recording":
    from django.utils import timezone

    from transcription.models.recordings import Recording

    uploaded = timezone.now() - timedelta(minutes=3 * number)
    is_known = chance.random() < 0.7
    return Recording(
        department=sales,
        uploaded_by=chance.choice(people),
        title=f"客户来电 {chance.randrange(10**6):06}",
        original_name="a.wav",
        file=f"recordings/1/{number}/original",
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        size_bytes=1_000_000,
        media_format="wav",
        duration_ms=chance.randrange(5_000, 3_600_000),
        channel_count=2,
        waveform=wave,
        agent=f"员工{chance.randrange(50)}" if is_known else "",
        phone_number=f"138{chance.randrange(10**8):08}",
        direction=chance.choice(["inbound", "outbound", ""]),
        recorded_at=uploaded - timedelta(hours=2) if is_known else None,
        is_private=chance.random() < 0.05,
        created_at=uploaded,
    )


if __name__ == "__main__":
    main()
