"""Refused attempts, for the audit trail: all of them counted, few of them rows."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.audit.refused_attempts import RefusedAttempts
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin, record

ONE_ROW_PER: Final = timedelta(minutes=1)
# Of one person within that time; at more addresses than these they are counted as one.
ROWS_PER_PERSON: Final = 30
ELSEWHERE = "…"


@dataclass(frozen=True, slots=True)
class Attempt:
    """``pattern`` is the kind of address, ``address`` the very one; neither holds a
    secret or what somebody searched for."""

    pattern: str
    address: str
    reason: str = ""
    is_api: bool = False


@transaction.atomic
def note_refusal(
    *, user: User, origin: Origin, department: Department | None, attempt: Attempt
) -> None:
    """Audit it, or count it where the same was audited less than a minute ago."""
    now = timezone.now()
    pattern, address = attempt.pattern, attempt.address
    row = _locked(_key(user, department, pattern))
    if (row is None or _is_over(row, now)) and _is_busy(user, now):
        pattern = address = ELSEWHERE
        row = _locked(_key(user, department, pattern))
    if row is not None and not _is_over(row, now):
        row.not_written += 1
        row.address = address[:200]
        row.save(update_fields=["not_written", "address"])
        return
    if row is not None:
        _write_rest(row)
    RefusedAttempts.objects.update_or_create(
        key=_key(user, department, pattern),
        defaults={
            "user": user,
            "department": department,
            "address": address[:200],
            "ip_address": origin.ip_address,
            "user_agent": origin.user_agent,
            "since": now,
            "not_written": 0,
        },
    )
    _write(user, origin, department, address, _detail(attempt))


def write_what_was_counted() -> None:
    """Called before the trail is read, so that it says how often."""
    over = RefusedAttempts.objects.filter(
        not_written__gt=0, since__lte=timezone.now() - ONE_ROW_PER
    )
    for key in list(over.values_list("key", flat=True)):
        with transaction.atomic():
            row = _locked(key)
            if row is not None and row.not_written and _is_over(row, timezone.now()):
                _write_rest(row)
                row.not_written = 0
                row.save(update_fields=["not_written"])


def _locked(key: str) -> RefusedAttempts | None:
    return (
        RefusedAttempts.objects.select_for_update(of=("self",))
        .select_related("user", "department")
        .filter(key=key)
        .first()
    )


def _key(user: User, department: Department | None, pattern: str) -> str:
    place = department.pk if department else ""
    return hashlib.sha256(f"{user.pk}|{place}|{pattern}".encode()).hexdigest()


def _is_over(row: RefusedAttempts, now: datetime) -> bool:
    return now - row.since >= ONE_ROW_PER


def _is_busy(user: User, now: datetime) -> bool:
    written = AuditEvent.objects.filter(
        actor=user, action=AuditAction.REFUSED, at__gt=now - ONE_ROW_PER
    )
    return written.count() >= ROWS_PER_PERSON


def _write_rest(row: RefusedAttempts) -> None:
    if row.not_written:
        origin = Origin(ip_address=row.ip_address, user_agent=row.user_agent)
        detail: dict[str, object] = {
            "times": row.not_written,
            "since": timezone.localtime(row.since).strftime("%Y-%m-%d %H:%M:%S"),
        }
        _write(row.user, origin, row.department, row.address, detail)


def _detail(attempt: Attempt) -> dict[str, object]:
    detail: dict[str, object] = {}
    if attempt.reason:
        detail["reason"] = attempt.reason
    if attempt.is_api:
        detail["through"] = "api"
    return detail


def _write(
    user: User,
    origin: Origin,
    department: Department | None,
    address: str,
    detail: dict[str, object],
) -> None:
    record(
        AuditAction.REFUSED,
        origin.by(user),
        Subject(
            "address",
            name=address,
            department_id=department.pk if department else None,
        ),
        **detail,
    )
