"""Recordings from one department to another, with all that belongs to them.

Somebody who administers both does it, and can undo it. What hangs on a recording goes
with it; what another department's work made of it, and could still show there, stays
behind or is cut off (``moved_rows.MOVED`` says which, for every table). The files stay
where they are: a path names the department of the upload, and nothing is served by
path.
"""

from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.roles import CAPABILITIES, Capability
from accounts.services.audit.writing import Origin
from accounts.services.refusal import Refused
from transcription.models.bulk import BulkChange, BulkKind
from transcription.models.recordings import Recording
from transcription.services.recordings.selection.choosing import (
    MOST,
    PutBack,
    Selection,
    in_batches,
)
from transcription.services.recordings.selection.moved_rows import (
    BUSY,
    MEASURED,
    Move,
    hidden_from,
    movable,
)
from transcription.services.search.index import index_recording

_TAGGED = Recording.tags.through
_ADMINS = [
    role for role, can in CAPABILITIES.items() if Capability.MANAGE_DEPARTMENT in can
]


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """What became of an order, or would become of it: of those ``chosen`` so many
    ``moved``, and why others stay."""

    chosen: int
    moved: int
    busy: int = 0
    measured: int = 0
    hidden: int = 0
    left: int = 0
    change: BulkChange | None = None


def targets_of(membership: Membership) -> QuerySet[Membership]:
    """The other departments that the person administers."""
    return membership.others.filter(role__in=_ADMINS)


def estimate_move(
    membership: Membership, target: Membership, selection: Selection
) -> MoveOutcome:
    """What ``move_recordings`` would do now."""
    chosen = selection.recordings(membership)
    able = movable(chosen, target.department).count()
    idle = chosen.exclude(BUSY)
    hidden = idle.exclude(MEASURED).filter(hidden_from(target.department))
    return MoveOutcome(
        chosen=chosen.count(),
        moved=min(able, MOST),
        busy=chosen.filter(BUSY).count(),
        measured=idle.filter(MEASURED).count(),
        hidden=hidden.count(),
        left=max(0, able - MOST),
    )


def move_recordings(
    *,
    membership: Membership,
    target: Membership,
    origin: Origin,
    selection: Selection,
) -> MoveOutcome:
    """Into the target's department. Raises ``Refused`` unless the person administers
    both."""
    _check(membership, target)
    about = estimate_move(membership, target, selection)
    chosen = selection.recordings(membership)
    wanted = movable(chosen, target.department).values_list("pk", flat=True)
    change = BulkChange(
        department=membership.department,
        user=membership.user,
        kind=BulkKind.MOVE,
        detail={"to": target.department_id, "tags": [], "agents": {}},
    )
    move = Move(membership.department, target.department, origin)

    def noted(ids: list[int]) -> list[int]:
        done = move.batch(ids)
        if done:
            change.recordings = [*change.recordings, *done]
            change.detail = change.detail | {
                "tags": move.new_tags,
                "agents": move.lost_agents,
            }
            change.save()
        return done

    moved, late = in_batches(list(wanted[:MOST]), noted)
    return MoveOutcome(
        chosen=about.chosen,
        moved=moved,
        busy=about.busy,
        measured=about.measured,
        hidden=about.hidden,
        left=about.left + late,
        change=change if moved else None,
    )


def move_back(*, membership: Membership, origin: Origin, change: BulkChange) -> PutBack:
    """What was moved comes back, as far as it is still there and may leave: how many,
    and for how many there was no time. Raises ``Refused`` unless the person still
    administers both."""
    there = targets_of(membership).filter(department=change.detail["to"]).first()
    if there is None:
        raise Refused("not_both", _not_both())
    _check(membership, there)
    moved = Recording.objects.visible_to(there).kept().filter(pk__in=change.recordings)
    wanted = movable(moved, membership.department).order_by("pk")
    move = Move(there.department, membership.department, origin)
    agents = change.detail["agents"]
    back = partial(_back_with_agents, move, agents, membership.department)
    done, left = in_batches(list(wanted.values_list("pk", flat=True)), back)
    made = there.department.tags.filter(pk__in=change.detail["tags"])
    made.filter(recordings=None).delete()
    return PutBack(done, left)


def _back_with_agents(
    move: Move,
    agents: dict[str, tuple[str, str, int]],
    department: Department,
    ids: list[int],
) -> list[int]:
    """As they were, also whom an agent's name means, unless somebody changed that."""
    done = move.batch(ids)
    linked = Recording.objects.filter(pk__in=done, agent_member=None)
    members = set(department.memberships.values_list("pk", flat=True))
    for recording in linked.filter(pk__in=[int(pk) for pk in agents]):
        name, shown, member = agents[str(recording.pk)]
        if recording.agent == shown and member in members:
            Recording.objects.filter(pk=recording.pk).update(
                agent=name, agent_member=member
            )
            recording.agent = name
            index_recording(recording)
    return done


def _check(membership: Membership, target: Membership) -> None:
    both = (membership, target)
    if not all(one.can(Capability.MANAGE_DEPARTMENT) for one in both):
        raise Refused("not_both", _not_both())


def _not_both() -> str:
    return _("Recordings are moved by somebody who administers both departments.")
