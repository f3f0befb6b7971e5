"""What a page of a long audit trail costs, and its export:
``python -m benchmarks.portal.audit_trail``

A million events of ten departments in a database of its own, which is removed again:
SQLite, or one on the PostgreSQL that ``DATABASE_URL`` names.
"""

import argparse
import random
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING
from uuid import UUID

from benchmarks.portal.own_portal import own_portal

if TYPE_CHECKING:
    from accounts.models.audit.events import AuditEvent
    from accounts.models.departments import Department
    from accounts.models.people import User
    from accounts.services.audit.trail import Trail

DEPARTMENTS, PEOPLE, ROUNDS = 10, 100, 5
BASELINE_PAGES = 5
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    count = parser.parse_args().events
    with own_portal("audit"):
        measure(count)


def measure(count: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from accounts.models.departments import Department

    call_command("migrate", verbosity=0)
    fill(count)
    print(f"{connection.vendor}: {count:,} events of {DEPARTMENTS} departments")
    _report_export(Department.objects.get(slug="d0"))
    for slug, what in (("d0", "of half the events"), ("d9", "of one in eighteen")):
        print(f"a department {what}")
        _report_all(Department.objects.get(slug=slug))


def _report_export(department: "Department") -> None:
    """A department's trail as a file. Its memory is compared with that of its newest
    pages: a ratio near 1 says that the length does not matter."""
    from accounts.services.audit.reading import csv_parts
    from accounts.services.audit.trail import department_trail

    trail = department_trail(department)
    began = time.perf_counter()
    size = sum(map(len, csv_parts(trail.pages())))
    took = time.perf_counter() - began
    print(f"export: {size / 2**20:,.0f} MiB in {took:.1f} s")
    some = _peak(islice(csv_parts(trail.pages()), BASELINE_PAGES))
    all_of_it = _peak(csv_parts(trail.pages()))
    print(f"  memory: {all_of_it / 2**20:.1f} MiB at most", end="")
    print(f", {all_of_it / some:.2f} times that of its first {BASELINE_PAGES} parts")


def _peak(parts: Iterable[bytes]) -> int:
    """The most that was allocated at one time while they were made."""
    tracemalloc.start()
    try:
        for _part in parts:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _report_all(department: "Department") -> None:
    from accounts.models.audit.events import AuditEvent
    from accounts.services.audit.trail import department_trail

    trail = department_trail(department)
    some = AuditEvent.objects.filter(department=department, object_type="recording")
    middle = some.order_by("at")[some.count() // 2]
    day = middle.at.date()
    filters: dict[str, dict[str, object]] = {
        "the newest": {},
        "a recording's number": {"about": middle.object_id},
        "a recording's title": {"about": middle.object_name},
        "a title that nothing has": {"about": "没有这样的标题"},
        "a person": {"person": middle.actor_name},
        "a frequent action": {"action": "view"},
        "a rare action": {"action": "purge"},
        "a day long ago": {"since": day, "until": day},
        "a person on a day": {"person": middle.actor_name, "since": day, "until": day},
        "logins": {"action": "login"},
    }
    for name, chosen in filters.items():
        _report(name, trail.filtered(**chosen))  # type: ignore[arg-type]
    oldest = trail.filtered(until=date(2026, 1, 2)).page()
    _report("half a page from the end", trail, oldest.older)


def _report(name: str, trail: "Trail", before: str = "") -> None:
    taken = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        found = len(trail.page(before=before).events)
        taken.append(1000 * (time.perf_counter() - began))
    print(f"  {name:26} {found:3} rows {median(taken):8.1f} ms")


def fill(count: int) -> None:
    from django.db import connection

    from accounts.models.audit.events import AuditEvent
    from accounts.models.departments import Department
    from accounts.models.members import Membership
    from accounts.models.people import User

    departments = Department.objects.bulk_create(
        Department(slug=f"d{n}", name=f"部门 {n}") for n in range(DEPARTMENTS)
    )
    people = User.objects.bulk_create(
        User(username=f"person{n:03}", display_name=f"员工{n:03}")
        for n in range(PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(user=one, department=departments[n % DEPARTMENTS], role="member")
        for n, one in enumerate(people)
    )
    AuditEvent._meta.get_field("at").auto_now_add = False
    events = _events(count, departments, people)
    while batch := list(islice(events, 5000)):
        AuditEvent.objects.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _events(
    count: int, departments: list["Department"], people: list["User"]
) -> Iterator["AuditEvent"]:
    """A year of them. Half are of the first department, one in ten is a login."""
    from accounts.models.audit.events import AuditAction, AuditEvent

    chance = random.Random(1)
    actions = [*[AuditAction.VIEW] * 5, *[AuditAction.PLAY] * 3, AuditAction.SEARCH]
    step = timedelta(days=330) / count
    for number in range(count):
        place = 0 if chance.random() < 0.5 else chance.randrange(1, DEPARTMENTS)
        actor = people[place + DEPARTMENTS * chance.randrange(PEOPLE // DEPARTMENTS)]
        event = AuditEvent(
            at=BEGAN + step * number,
            actor=actor,
            actor_name=actor.username,
            ip_address="10.0.0.7",
            user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0",
            detail={"through": "api"},
        )
        if chance.random() < 0.1:
            event.action, event.object_type = AuditAction.LOGIN, "user"
            event.object_id = str(actor.pk)
        else:
            recording = chance.randrange(count // 20 + 1)
            event.action = chance.choice(actions)
            if chance.random() < 0.0001:
                event.action = AuditAction.PURGE
            event.department = departments[place]
            event.object_type, event.object_id = "recording", str(UUID(int=recording))
            event.object_name = f"客户来电 {recording:06} 理财产品咨询"
        yield event


if __name__ == "__main__":
    main()
