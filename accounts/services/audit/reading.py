"""Reading the audit trail: who changed something last, and events as CSV."""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import spreadsheets
from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.audit.subjects import Subject
from accounts.services.audit.words import describe, object_kind
from accounts.services.versions import LastChange


def last_change(
    about: Subject, action: AuditAction, keys: Iterable[str], **detail: object
) -> LastChange | None:
    """Who did this last to the subject, among the events whose details have one of the
    ``keys`` and say ``detail``. Nobody, when it was the system itself."""
    events = AuditEvent.objects.filter(
        action=action,
        object_type=about.kind,
        object_id=str(about.pk),
        detail__has_any_keys=list(keys),
        **{f"detail__{name}": value for name, value in detail.items()},
    )
    event = events.select_related("actor").first()
    if event is None or event.actor is None:
        return None
    return LastChange(str(event.actor), event.at)


def csv_parts(pages: Iterable[Iterable[AuditEvent]]) -> Iterator[bytes]:
    """The events as a table for spreadsheets, a page at a time."""
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
    return spreadsheets.csv_parts(header, (map(_row, events) for events in pages))


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
