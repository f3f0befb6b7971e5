"""What became of an order about many recordings, said once on the list."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.http.requests import DepartmentRequest
from accounts.http.sentences import in_a_row
from accounts.models.departments import Department
from transcription.forms.selection import Action
from transcription.models.bulk import BulkChange
from transcription.services.recordings.selection.choosing import Outcome
from transcription.services.recordings.selection.moving import MoveOutcome

_KEY = "bulk_change"


def remember_outcome(
    request: DepartmentRequest, action: Action, outcome: Outcome, tag: str
) -> None:
    """For the list that comes next."""
    undo = str(outcome.change.uuid) if outcome.change else ""
    request.session[_KEY] = {"text": _said(action, outcome, tag), "undo": undo}


def remember_deleted_tag(
    request: DepartmentRequest, name: str, change: BulkChange
) -> None:
    """For the page of tags that comes next."""
    count = len(change.recordings)
    said = ngettext(
        "The tag “%(tag)s” is gone. %(count)d recording had it.",
        "The tag “%(tag)s” is gone. %(count)d recordings had it.",
        count,
    ) % {"tag": name, "count": count}
    request.session[_KEY] = {"text": said, "undo": str(change.uuid)}


def remember_merged_tag(
    request: DepartmentRequest, name: str, into: str, change: BulkChange
) -> None:
    """For the page of tags that comes next."""
    count = len(change.recordings)
    said = ngettext(
        "“%(tag)s” was merged into “%(into)s”: %(count)d recording.",
        "“%(tag)s” was merged into “%(into)s”: %(count)d recordings.",
        count,
    ) % {"tag": name, "into": into, "count": count}
    request.session[_KEY] = {"text": said, "undo": str(change.uuid)}


def remember_moved(
    request: DepartmentRequest, outcome: MoveOutcome, department: Department
) -> None:
    """For the list that comes next."""
    undo = str(outcome.change.uuid) if outcome.change else ""
    request.session[_KEY] = {"text": _moved(outcome, department), "undo": undo}


def remember_rest(request: DepartmentRequest, change: BulkChange, text: str) -> None:
    """What is left to be undone."""
    request.session[_KEY] = {"text": text, "undo": str(change.uuid)}


def last_outcome(request: DepartmentRequest) -> dict[str, str] | None:
    """Once: not on a reload."""
    found: dict[str, str] | None = request.session.pop(_KEY, None)
    return found


def _said(action: Action, outcome: Outcome, tag: str) -> str:
    parts = [
        _changed(action, outcome.changed) % {"count": outcome.changed, "tag": tag}
        if outcome.changed
        else _("Nothing was changed."),
        _of(
            outcome.refused,
            ngettext(
                "%(count)d belongs to somebody else and stays as it is.",
                "%(count)d belong to somebody else and stay as they are.",
                outcome.refused,
            ),
        ),
        _of(outcome.as_before, _before(action, outcome.as_before)),
        _of(
            outcome.left,
            ngettext(
                "%(count)d is left: do it once more.",
                "%(count)d are left: do it once more.",
                outcome.left,
            ),
        ),
    ]
    return in_a_row(parts)


def _of(count: int, sentence: str) -> str:
    return sentence % {"count": count} if count else ""


def _before(action: Action, count: int) -> str:
    if action is Action.RETRY:
        return ngettext(
            "%(count)d is left out: it is being transcribed, or was corrected.",
            "%(count)d are left out: they are being transcribed, or were corrected.",
            count,
        )
    return ngettext("%(count)d stays as it was.", "%(count)d stay as they were.", count)


def _changed(action: Action, count: int) -> str:
    match action:
        case Action.TAG:
            return ngettext(
                "%(count)d recording has the tag “%(tag)s” now.",
                "%(count)d recordings have the tag “%(tag)s” now.",
                count,
            )
        case Action.UNTAG:
            return ngettext(
                "The tag “%(tag)s” was taken from %(count)d recording.",
                "The tag “%(tag)s” was taken from %(count)d recordings.",
                count,
            )
        case Action.DELETE:
            return ngettext(
                "%(count)d recording is in the trash.",
                "%(count)d recordings are in the trash.",
                count,
            )
        case Action.PRIVATE:
            return ngettext(
                "%(count)d recording is private now.",
                "%(count)d recordings are private now.",
                count,
            )
        case Action.OPEN:
            return ngettext(
                "%(count)d recording is open to the department now.",
                "%(count)d recordings are open to the department now.",
                count,
            )
    return ngettext(
        "%(count)d recording waits to be transcribed again.",
        "%(count)d recordings wait to be transcribed again.",
        count,
    )


def _moved(outcome: MoveOutcome, department: Department) -> str:
    moved = ngettext(
        "%(count)d recording is in %(department)s now.",
        "%(count)d recordings are in %(department)s now.",
        outcome.moved,
    ) % {"count": outcome.moved, "department": department.name}
    return in_a_row(
        [
            moved if outcome.moved else _("Nothing was changed."),
            *why_they_stay(outcome),
            _of(
                outcome.left,
                ngettext(
                    "%(count)d is left: do it once more.",
                    "%(count)d are left: do it once more.",
                    outcome.left,
                ),
            ),
        ]
    )


def why_they_stay(outcome: MoveOutcome) -> list[str]:
    """A sentence for each reason that there is."""
    busy = ngettext(
        "%(count)d is being transcribed and stays here.",
        "%(count)d are being transcribed and stay here.",
        outcome.busy,
    )
    measured = ngettext(
        "%(count)d is in a reference set and stays here.",
        "%(count)d are in a reference set and stay here.",
        outcome.measured,
    )
    hidden = ngettext(
        "%(count)d is private, of somebody who is no member there, and stays here.",
        "%(count)d are private, of people who are no members there, and stay here.",
        outcome.hidden,
    )
    given = ((outcome.busy, busy), (outcome.measured, measured))
    found = [_of(count, text) for count, text in (*given, (outcome.hidden, hidden))]
    return [text for text in found if text]
