"""Reading the audit trail: which events somebody may see, filtered, and as CSV."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import AuditAction, AuditEvent, Department, Membership
from accounts.spreadsheets import formula_safe

# More rows than this and the export asks for a shorter stretch of time.
CSV_MAX_ROWS = 100_000
_SIGN_IN = (
    AuditAction.LOGIN,
    AuditAction.LOGIN_FAILED,
    AuditAction.LOGOUT,
    AuditAction.PASSWORD,
)


def department_events(department: Department) -> QuerySet[AuditEvent]:
    """What happened in the department, and when its people logged in."""
    people = Membership.objects.filter(department=department).values_list(
        "user_id", flat=True
    )
    return AuditEvent.objects.select_related("actor").filter(
        Q(department=department)
        | Q(
            department=None,
            action__in=_SIGN_IN,
            object_type="user",
            object_id__in=[str(pk) for pk in people],
        )
    )


def platform_events() -> QuerySet[AuditEvent]:
    """What happened outside departments, and to departments and accounts."""
    return AuditEvent.objects.select_related("actor", "department").filter(
        Q(department=None)
        | Q(action__in=[AuditAction.DEPARTMENT, AuditAction.USER, AuditAction.ENGINE])
    )


def filtered(
    events: QuerySet[AuditEvent],
    *,
    action: str = "",
    person: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEvent]:
    """The events of one kind, by (or about) one person, between two days."""
    if action:
        events = events.filter(action=action)
    if person:
        events = events.filter(
            Q(actor_name__icontains=person)
            | Q(actor__display_name__icontains=person)
            | Q(object_type="user", object_name__icontains=person)
        )
    if since:
        events = events.filter(at__gte=_midnight(since))
    if until:
        events = events.filter(at__lt=_midnight(until + timedelta(days=1)))
    return events


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def as_csv(events: Iterable[AuditEvent]) -> bytes:
    """The events as a spreadsheet opens them: UTF-8 with a byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Time"),
            _("Action"),
            _("User name"),
            pgettext("of a person", "Name"),
            _("Kind of object"),
            _("Object"),
            _("Object ID"),
            _("IP address"),
            _("Browser"),
            _("Details"),
        ]
    )
    for event in events:
        writer.writerow([formula_safe(value) for value in _row(event)])
    return out.getvalue().encode("utf-8-sig")


def _row(event: AuditEvent) -> tuple[object, ...]:
    return (
        timezone.localtime(event.at).isoformat(sep=" ", timespec="seconds"),
        event.get_action_display(),
        event.actor_name,
        event.actor.display_name if event.actor else "",
        object_kind(event.object_type),
        event.object_name,
        event.object_id,
        event.ip_address or "",
        event.user_agent,
        describe(event.detail),
    )


def object_kind(object_type: str) -> str:
    """The kind of thing that an event is about, in the reader's language."""
    kinds = {
        "user": _("Person"),
        "department": _("Department"),
        "invitation": _("Invitation"),
        "token": _("API token"),
        "recording": _("Recording"),
        "transcript": _("Transcript"),
        "segment": _("Segment"),
        "speaker": _("Speaker"),
        "job": _("Job"),
        "hotword_list": _("Hotword list"),
        "audit": _("Audit trail"),
        "search": _("Search"),
    }
    return kinds.get(object_type, object_type)


def describe(detail: dict[str, Any]) -> str:
    """``role: member → admin; …``: an event's details in one line."""
    return "; ".join(_describe_one(key, value) for key, value in detail.items())


def _describe_one(key: str, value: object) -> str:
    labels = {
        "role": _("role"),
        "is_active": _("active"),
        "is_platform_admin": _("platform admin"),
        "created": _("created"),
        "joined": _("joined"),
        "left": _("left"),
        "invited": _("invited"),
        "revoked": _("revoked"),
        "reset": _("reset by an admin"),
        "locked": _("locked out"),
        "reason": _("reason"),
        "sessions": _("sessions"),
        "ip_address": _("IP address"),
        "admin": _("admin"),
        "name": _("name"),
        "display_name": _("name"),
        "email": _("e-mail"),
        "default_language": _("language"),
        "default_itn": _("digits"),
        "left_channel_name": _("left channel"),
        "right_channel_name": _("right channel"),
        "rows": _("rows"),
        "format": _("format"),
        "query": _("query"),
        "hits": _("hits"),
        "continued": _("a further page"),
        "added": _("added"),
        "removed": _("removed"),
        "deleted": _("deleted"),
        "words": _("words"),
    }
    label = labels.get(key, key)
    if value is True:
        return label
    if isinstance(value, list) and len(value) == 2:
        return f"{label}: {_plain(value[0])} → {_plain(value[1])}"
    return f"{label}: {_plain(value)}"


def _plain(value: object) -> str:
    words = {
        True: _("yes"),
        False: _("no"),
        "idle": _("no activity"),
        "ended": _("ended by the user"),
        "member": _("Member"),
        "supervisor": _("Supervisor"),
        "admin": _("Department admin"),
        "auditor": _("Auditor"),
    }
    if isinstance(value, bool | str):
        return words.get(value, str(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
