"""Reading the audit trail: which events somebody may see, filtered, and as CSV."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import spreadsheets
from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.services.audit.words import describe, object_kind

# More rows than this and the export asks for a shorter stretch of time.
CSV_MAX_ROWS = 100_000
_SIGN_IN = (
    AuditAction.LOGIN,
    AuditAction.LOGIN_FAILED,
    AuditAction.LOGOUT,
    AuditAction.PASSWORD,
)
_PLATFORM = (
    AuditAction.DEPARTMENT,
    AuditAction.USER,
    AuditAction.ENGINE,
    AuditAction.ACCESS,
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
        Q(department=None) | Q(action__in=_PLATFORM)
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
    """The events as a table for spreadsheets."""
    header = [
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
    return spreadsheets.as_csv(header, map(_row, events))


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
