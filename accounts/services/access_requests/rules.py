"""When one platform admin is not enough, and who else may agree.

Platform admins run departments and accounts and read no contents. Whatever would let
one of them in (or let in an account whose password they know) needs somebody else.
docs/decisions/second-person.md says which ways in were looked for.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models.access_requests import AccessKind, AccessRequest
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role


@dataclass(frozen=True, slots=True)
class Guard:
    """Whose contents a wish opens, and whether it opens the platform."""

    departments: tuple[Department, ...]
    is_platform: bool
    # Whose password it is: whoever could agree has no need of another one.
    not_by: User | None = None

    @property
    def needs_second_person(self) -> bool:
        return self.is_platform or bool(self.departments)


def has_people(department: Department) -> bool:
    """Whether somebody works there, or ever may have: a department whose people were
    all disabled a minute ago still has its recordings."""
    return (
        Membership.objects.filter(department=department)
        .filter(
            Q(is_active=True, user__is_active=True)
            | Q(user__last_login__isnull=False)
            | Q(api_tokens__isnull=False)
        )
        .exists()
    )


def guarded_departments(person: User) -> tuple[Department, ...]:
    """Where the account opens something, or would again once its membership is enabled;
    all that it ever belonged to and that have people."""
    found = Department.objects.filter(memberships__user=person)
    return tuple(department for department in found if has_people(department))


def guard_of(
    kind: AccessKind,
    *,
    target: User | None,
    department: Department | None,
    makes_platform_admin: bool = False,
) -> Guard:
    """What stands behind the door that the wish would open."""
    departments: tuple[Department, ...] = ()
    if department is not None and has_people(department):
        departments = (department,)
    is_platform = makes_platform_admin or kind == AccessKind.PLATFORM_ADMIN
    if target is not None and kind in (AccessKind.RESET, AccessKind.ENABLE):
        departments = guarded_departments(target)
        is_platform = target.is_platform_admin
    not_by = target if kind == AccessKind.RESET else None
    return Guard(departments=departments, is_platform=is_platform, not_by=not_by)


def guard_of_request(request: AccessRequest) -> Guard:
    """As things are now: since it was asked, the person may have joined more."""
    return guard_of(
        AccessKind(request.kind),
        target=request.target,
        department=request.department,
        makes_platform_admin=bool(request.details.get("is_platform_admin")),
    )


def admins_of_all(guard: Guard) -> QuerySet[User]:
    """Who reads already whatever the wish opens; nobody where it opens the platform."""
    if guard.is_platform or not guard.departments:
        return User.objects.none()
    of_all = User.objects.filter(is_active=True)
    for department in guard.departments:
        of_all = of_all.filter(
            pk__in=Membership.objects.filter(
                department=department,
                department__is_active=True,
                role=Role.ADMIN,
                is_active=True,
            ).values("user_id")
        )
    return of_all


def who_is_shown(guard: Guard, *, asked_by: User, agreed_by: User) -> User:
    """To whom the one-time password of the account is shown: to somebody who gains
    nothing by it, where one of the two is such a person. An admin of every department
    that it opens reads them anyway; a platform admin must not. Of two such admins,
    whoever agreed; of none, whoever asked, for whom the other agreed."""
    gains_nothing = admins_of_all(guard)
    return agreed_by if gains_nothing.filter(pk=agreed_by.pk).exists() else asked_by


def second_persons(guard: Guard, *, asked_by: User | None) -> QuerySet[User]:
    """Other platform admins; and, unless the platform itself is concerned, whoever is
    an admin of every department that the wish opens. Of one of them is not enough: a
    platform admin could make a department, and its admin, for the purpose."""
    allowed = Q(is_platform_admin=True) | Q(pk__in=admins_of_all(guard).values("pk"))
    neither = [person.pk for person in (asked_by, guard.not_by) if person is not None]
    return (
        User.objects.filter(allowed, is_active=True)
        .exclude(pk__in=neither)
        .exclude(must_change_password=True, one_time_until__lte=timezone.now())
    )


def may_decide(person: User, request: AccessRequest) -> bool:
    """Whether the person counts as the second one."""
    guard = guard_of_request(request)
    return (
        second_persons(guard, asked_by=request.asked_by).filter(pk=person.pk).exists()
    )
