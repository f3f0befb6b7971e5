"""What the audit trail's codes say to people, in the reader's language."""

from collections.abc import Iterator
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts import user_agents

# Of what was not done nothing is said.
_COUNTS = ("added", "removed", "changed")
_NAMES = ("admin", "asked_by", "operator", "why")


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
        "reference_set": _("Reference set"),
        "rehearing": _("Sentences heard again"),
        "audit": _("Audit trail"),
        "address": _("Address"),
        "search": _("Search"),
        "engine": _("Recogniser"),
        "backup": _("Backup"),
    }
    return kinds.get(object_type, object_type)


def source(user_agent: str) -> str:
    """What an event came from, briefly: a browser, or this program itself; empty when
    neither is recognised."""
    ours = {"system": _("The system"), "demo": _("Sample data")}
    return ours.get(user_agent) or user_agents.short_name(user_agent)


def describe(detail: dict[str, Any]) -> str:
    """``role: member → admin; …``: an event's details in one line.

    What is there for programs only, such as a job's ID, is left out.
    """
    return pgettext("between phrases", "; ").join(_phrases(detail))


def _phrases(detail: dict[str, Any]) -> Iterator[str]:
    if what := _what(detail) or _wish(detail):
        yield what
    if detail.get("through") == "api":
        yield _("through the API")
    if isinstance(size := detail.get("bytes"), int):
        yield _labelled(_("size"), filesizeformat(size))
    if isinstance(is_raw := detail.get("raw"), bool):
        yield _labelled(_("text"), _("As spoken") if is_raw else _("Normalised"))
    if replaced := detail.get("replaced"):
        yield _replaced(replaced)
    labels = _labels()
    for key, value in detail.items():
        if key not in labels or (key in _COUNTS and not value):
            continue
        if (key, value) == ("format", "original"):
            value = _("Original file")
        if key in _NAMES:  # somebody may be called like a role
            yield _("%(label)s: %(value)s") % {"label": labels[key], "value": value}
        else:
            yield _labelled(labels[key], value)


def _replaced(count: int) -> str:
    return ngettext(
        "replaced %(count)s correction", "replaced %(count)s corrections", count
    ) % {"count": count}


def _what(detail: dict[str, Any]) -> str:
    segment = detail.get("segment")
    # People count from one.
    number = {"number": segment + 1 if isinstance(segment, int) else "?"}
    words = {
        "correct": _("corrected sentence %(number)s") % number,
        "undo": _("put sentence %(number)s back") % number,
        "undo_hotword": _("took a hotword out of sentence %(number)s") % number,
        "revise": _("put a hotword into sentences"),
        "undo_revision": _("took a hotword out of sentences again"),
        "rehear": _("had sentences heard again with a hotword"),
        "cancel_rehearing": _("canceled hearing sentences again"),
        "speaker": _("named a speaker"),
        "swap_channels": _("let the channels change names"),
        "details": _("changed the details"),
        "cancel": _("canceled the transcription"),
        "retry": _("ordered a new transcription"),
        "engine_load": _("asked to load a model"),
        "engine_unload": _("asked to unload the models"),
        "engine_clear_cache": _("asked to clear the cache"),
        "intake_paused": _("paused the intake"),
        "intake_resumed": _("resumed the intake"),
        "vad": _("looked for speech"),
        "vad_cancel": _("canceled looking for speech"),
        "evaluate": _("ordered an evaluation"),
        "cancel_evaluation": _("canceled an evaluation"),
        "delete_evaluation": _("deleted an evaluation"),
    }
    return words.get(str(detail.get("what", "")), "")


def _wish(detail: dict[str, Any]) -> str:
    words = {
        "appoint": _("appointment"),
        "create": _("new account"),
        "reset": _("new one-time password"),
        "enable": _("login allowed again"),
        "platform_admin": _("rights of a platform admin"),
    }
    return words.get(str(detail.get("wish", "")), "")


def _labels() -> dict[str, str]:
    return {
        "role": _("role"),
        "is_active": _("active"),
        "is_platform_admin": _("platform admin"),
        "created": _("created"),
        "joined": _("joined"),
        "left": _("left"),
        "invited": _("invited"),
        "revoked": _("revoked"),
        "asked": _("asked for, waits for a second person"),
        "approved": _("agreed to"),
        "turned_down": _("turned down"),
        "withdrawn": _("withdrawn"),
        "on_server": _("done on the server"),
        "asked_by": _("asked for by"),
        "operator": _("by"),
        "why": _("reason"),
        "reset": _("reset by an admin"),
        "locked": _("locked out"),
        "reason": _("reason"),
        "sessions": _("sessions"),
        "ip_address": _("IP address"),
        "times": _("further times within a minute"),
        "since": _("since"),
        "admin": _("admin"),
        "name": _("name"),
        "display_name": pgettext("of a person", "Name"),
        "email": _("e-mail"),
        "default_language": _("language"),
        "default_itn": _("digits"),
        "vad": _("cutting of speech (ms)"),
        "left_channel_name": _("left channel"),
        "right_channel_name": _("right channel"),
        "rows": _("rows"),
        "format": _("format"),
        "query": _("query"),
        "hits": _("hits"),
        "continued": _("a further page"),
        "by_sound": _("by sound"),
        "sentences": _("sentences"),
        "added": _("added"),
        "removed": _("removed"),
        "changed": _("changed"),
        "deleted": _("deleted"),
        "words": _("words"),
        "respelled": pgettext("of hotwords", "changed"),
        "published": _("published version"),
        "restores": _("with the words of version"),
        "discarded": _("unpublished changes discarded"),
        "proposed": _("words proposed"),
        "accepted": _("proposal accepted"),
        "declined": _("proposal declined"),
        "dismissed": _("suggestion dismissed"),
        "settled": _("suggestion taken up"),
        "put_aside": _("suggestion put aside"),
        "from_corrections": _("hotwords suggested from corrections"),
        "from_uncertain": _("hotwords suggested from what was heard uncertainly"),
        "used_here": _("used in this department"),
        "left_out": _("left out in this department"),
        "readmitted": _("used in this department again"),
    }


def _labelled(label: str, value: object) -> str:
    if value is True:
        return label
    if isinstance(value, list) and len(value) == 2:
        words = f"{_plain(value[0])} → {_plain(value[1])}"
    else:
        words = _plain(value)
    return _("%(label)s: %(value)s") % {"label": label, "value": words}


def _plain(value: object) -> str:
    words = {
        True: _("yes"),
        False: _("no"),
        "built_in": _("the portal's own"),
        "idle": _("no activity"),
        "ended": _("ended by the user"),
        "csrf": _("the form had expired"),
        "token": _("the API token no longer counts"),
        "limit": _("too many sessions"),
        "inviter": _("the inviter may no longer invite"),
        "member": _("Member"),
        "supervisor": _("Supervisor"),
        "admin": _("Department admin"),
        "auditor": _("Auditor"),
    }
    if isinstance(value, bool | str):
        return words.get(value, str(value))
    if isinstance(value, list):
        return pgettext("between the items of a list", ", ").join(map(str, value))
    return str(value)
