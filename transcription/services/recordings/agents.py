"""Whose call it was: a member of the department, or the name of somebody else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet

from accounts.models.audit.events import AuditAction
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.services.audit.writing import Origin, record
from accounts.services.versions import ChangedMeanwhile
from transcription.models.recordings import Recording
from transcription.services.media.cleaning import clean_line

NAME_MAX = 64


@dataclass(frozen=True, slots=True)
class AgentName:
    """A name that recordings of the department have, the member it means, if somebody
    has said so, and how many recordings that is about."""

    name: str
    member: Membership | None
    count: int
    suggested: Membership | None = None  # the only member who is called so

    @property
    def before(self) -> str:
        """Whom it means, as a form sends it back."""
        return str(self.member.pk) if self.member else ""

    @property
    def typed(self) -> str:
        """What the field begins with."""
        member = self.member or self.suggested
        return member_label(member) if member else ""


def members_of(department: Department) -> QuerySet[Membership]:
    """Who can be an agent, by name."""
    return (
        Membership.objects.filter(
            department=department, is_active=True, user__is_active=True
        )
        .select_related("user")
        .order_by("user__display_name", "user__username")
    )


def member_label(member: Membership) -> str:
    """What a field says of a member, and reads again: two may have one name."""
    return _label(member.user)


def agent_label(recording: Recording) -> str:
    """What the field says of the recording's agent."""
    member = recording.agent_member
    return _label(member.user) if member else recording.agent


def set_agent(recording: Recording, typed: str) -> None:
    """Take what was typed as a member, where it can mean only one, or as a name. What
    the field said already changes nothing, so that a name stays one. Saves nothing."""
    if typed == agent_label(recording):
        return
    recording.agent = clean_line(typed, NAME_MAX)
    recording.agent_member = member_called(recording.department, typed)
    if recording.agent_member:
        recording.agent = str(recording.agent_member.user)


def member_called(department: Department, typed: str) -> Membership | None:
    """The member of the department whom it means; None where that could be several."""
    return MemberNames(members_of(department)).meant(typed)


def agent_names(department: Department) -> list[AgentName]:
    """Every name in the archive, with those first that mean nobody yet, the commonest
    before others. Three queries."""
    rows = list(
        Recording.objects.of(department)
        .kept()
        .exclude(agent="")
        .order_by()
        .values_list("agent", "agent_member")
        .annotate(count=Count("pk"))
    )
    found = Membership.objects.filter(department=department).select_related("user")
    members = found.in_bulk([member for _name, member, _count in rows if member])
    called = MemberNames(members_of(department))
    names = [
        AgentName(name, members.get(pk), count, None if pk else called.meant(name))
        for name, pk, count in rows
    ]
    return sorted(names, key=lambda one: (one.member is not None, -one.count, one.name))


@dataclass(frozen=True, slots=True)
class AgentMatch:
    """Whom a name is to mean in the recordings where it means ``before``: a member of
    the department, or nobody."""

    name: str
    before: Membership | None
    member: Membership | None


def match_agents(
    *, department: Department, origin: Origin, matches: Sequence[AgentMatch]
) -> int:
    """Say whom the names mean, all together; how many recordings that is. The names
    stay, so it can be said otherwise again. Raises ``AgentsChanged``, and changes
    nothing, where some of them mean ``before`` nowhere."""
    with transaction.atomic():
        counts = [_match(department, origin, match) for match in matches]
        gone = [one for one, count in zip(matches, counts, strict=True) if not count]
        if gone:
            raise AgentsChanged(gone)
    return sum(counts)


class AgentsChanged(ChangedMeanwhile):
    """Somebody else has said first whom these names mean."""

    def __init__(self, matches: Sequence[AgentMatch]) -> None:
        super().__init__(_name(matches[0].before), None)
        self.names = frozenset(match.name for match in matches)


def _match(department: Department, origin: Origin, match: AgentMatch) -> int:
    called = Recording.objects.of(department).filter(
        agent=match.name, agent_member=match.before
    )
    count = called.update(agent_member=match.member)
    if count:
        record(
            AuditAction.EDIT,
            origin,
            Subject("agent", name=match.name, department_id=department.pk),
            what="agent",
            member=[_name(match.before), _name(match.member)],
            recordings=count,
        )
    return count


def _name(member: Membership | None) -> str:
    return member.user.username if member else ""


def _label(user: User) -> str:
    return f"{user} ({user.username})"


class MemberNames:
    """Everything that members are called."""

    def __init__(self, members: Iterable[Membership]) -> None:
        self._called: list[dict[str, list[Membership]]] = [{}, {}, {}]
        for member in members:
            names = member_label(member), member.user.username, str(member.user)
            for called, name in zip(self._called, names, strict=True):
                called.setdefault(name.casefold(), []).append(member)

    def meant(self, name: str) -> Membership | None:
        """The only one called so: by the field's words, the user name, the name."""
        if not name.strip():
            return None
        for called in self._called:
            same = called.get(name.strip().casefold(), [])
            if len(same) == 1:
                return same[0]
        return None
