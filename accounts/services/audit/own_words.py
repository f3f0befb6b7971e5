"""What this app's codes in the audit trail say: people, departments, access."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models.audit.events import AuditAction
from accounts.roles import Role
from accounts.services.audit.words import Detail, Words

_WISHES: Final = {
    "appoint": gettext_lazy("appointment"),
    "create": gettext_lazy("new account"),
    "reset": gettext_lazy("new one-time password"),
    "enable": gettext_lazy("login allowed again"),
    "platform_admin": gettext_lazy("rights of a platform admin"),
}


def _phrases(detail: Detail) -> Iterator[str]:
    wish = str(detail.get("wish", ""))
    if wish in _WISHES:
        yield str(_WISHES[wish])
    if detail.get("through") == "api":
        yield _("through the API")


WORDS: Final = Words(
    phrases=_phrases,
    kinds={
        "user": gettext_lazy("Person"),
        "department": gettext_lazy("Department"),
        "invitation": gettext_lazy("Invitation"),
        "token": gettext_lazy("API token"),
        "audit": gettext_lazy("Audit trail"),
        "address": gettext_lazy("Address"),
    },
    labels={
        "role": gettext_lazy("role"),
        "is_active": gettext_lazy("active"),
        "is_platform_admin": gettext_lazy("platform admin"),
        "created": gettext_lazy("created"),
        "joined": gettext_lazy("joined"),
        "left": gettext_lazy("left"),
        "invited": gettext_lazy("invited"),
        "revoked": gettext_lazy("revoked"),
        "asked": gettext_lazy("asked for, waits for a second person"),
        "approved": gettext_lazy("agreed to"),
        "shown": gettext_lazy("one-time password shown"),
        "turned_down": gettext_lazy("turned down"),
        "withdrawn": gettext_lazy("withdrawn"),
        "on_server": gettext_lazy("done on the server"),
        "asked_by": gettext_lazy("asked for by"),
        "operator": gettext_lazy("by"),
        "why": gettext_lazy("reason"),
        "reset": gettext_lazy("reset by an admin"),
        "locked": gettext_lazy("locked out"),
        "reason": gettext_lazy("reason"),
        "sessions": gettext_lazy("sessions"),
        "ip_address": gettext_lazy("IP address"),
        "times": gettext_lazy("further times within a minute"),
        "since": gettext_lazy("since"),
        "admin": gettext_lazy("admin"),
        "name": gettext_lazy("name"),
        "display_name": pgettext_lazy("of a person", "Name"),
        "email": gettext_lazy("e-mail"),
        "default_language": gettext_lazy("language"),
        "default_itn": gettext_lazy("numbers as digits"),
        "default_punctuation": gettext_lazy("added punctuation"),
        "default_private": gettext_lazy("new recordings are private"),
        "queue_weight": gettext_lazy("weight in the queue"),
        "left_channel_name": gettext_lazy("left channel"),
        "right_channel_name": gettext_lazy("right channel"),
        "rows": gettext_lazy("rows"),
        "format": gettext_lazy("format"),
    },
    filters={
        "about": gettext_lazy("Object"),
        "action": gettext_lazy("Action"),
        "person": gettext_lazy("Person"),
        "since": gettext_lazy("From"),
        "until": gettext_lazy("To"),
    },
    values={
        "action": {action.value: action.label for action in AuditAction},
        "role": {role.value: role.label for role in Role},
        "reason": {
            "idle": gettext_lazy("no activity"),
            "ended": gettext_lazy("ended by the user"),
            "csrf": gettext_lazy("the form had expired"),
            "token": gettext_lazy("the API token no longer counts"),
            "limit": gettext_lazy("too many sessions"),
            "inviter": gettext_lazy("the inviter may no longer invite"),
        },
    },
)
