"""Asking for access, and deciding about it. The only writers of ``AccessRequest``."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.access_requests import (
    AccessKind,
    AccessNoticeSeen,
    AccessRequest,
    AccessState,
)
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from accounts.services import members, people
from accounts.services.access_requests.rules import (
    Guard,
    guard_of,
    guard_of_request,
    may_decide,
    second_persons,
    who_is_shown,
)
from accounts.services.access_requests.trail import record_step
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.people import Account, NewPassword
from accounts.services.refusal import Refused
from accounts.services.secret_text import new_password

REQUEST_DAYS = 7
WAITING_PER_PERSON = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done. ``details`` has the role, and a new account's fields."""

    kind: AccessKind
    target: User | None = None
    department: Department | None = None
    details: dict[str, object] = field(default_factory=dict)

    def guard(self) -> Guard:
        return guard_of(
            self.kind,
            target=self.target,
            department=self.department,
            makes_platform_admin=bool(self.details.get("is_platform_admin")),
        )


def appointment(user: User, department: Department, role: Role) -> Wish:
    return Wish(AccessKind.APPOINT, user, department, {"role": role.value})


@transaction.atomic
def do_or_ask(
    *, wish: Wish, origin: Origin, note: str = ""
) -> NewPassword | AccessRequest | None:
    """Do it where it opens nothing to anybody; else ask for a second person.

    A password only where one was made; the request where somebody must agree first.
    """
    if wish.department is not None:
        members.lock_department(wish.department.pk)  # nobody joins meanwhile
    if wish.target is not None:
        wish.target.refresh_from_db()  # a platform admin by now, perhaps
    guard = wish.guard()
    if not guard.needs_second_person:
        return _perform_with_password(wish, origin)
    return _ask(wish=wish, guard=guard, origin=origin, note=note)


@transaction.atomic
def edit_user_or_ask(
    *,
    user: User,
    origin: Origin,
    account: Account,
    note: str = "",
    version: str = "",
) -> list[AccessRequest]:
    """Change what may be changed alone; ask for the rest, which stays as it is.
    ``version`` is that of the account which was seen; raises ``ChangedMeanwhile``."""
    # As they are now: whoever typed this may have waited for a password to be checked
    # while somebody else took the person's rights away.
    user = people.lock_person(user)
    people.check_account(user, account, version)
    wishes = []
    if account.is_platform_admin and not user.is_platform_admin:
        wishes.append(Wish(AccessKind.PLATFORM_ADMIN, user))
    keeps_platform = account.is_platform_admin and user.is_platform_admin
    if account.is_active and not user.is_active:
        wish = Wish(AccessKind.ENABLE, user)
        if keeps_platform or wish.guard().departments:
            wishes.append(wish)
    kinds = {wish.kind for wish in wishes}
    alone = replace(
        account,
        is_platform_admin=keeps_platform,
        is_active=account.is_active and AccessKind.ENABLE not in kinds,
    )
    people.edit_user(user=user, origin=origin, account=alone)
    user.refresh_from_db()
    return [
        _ask(wish=wish, guard=wish.guard(), origin=origin, note=note) for wish in wishes
    ]


def _ask(*, wish: Wish, guard: Guard, origin: Origin, note: str) -> AccessRequest:
    asked_by = origin.user
    if asked_by is None or not second_persons(guard, asked_by=asked_by).exists():
        raise Refused(
            "no_second_person",
            _(
                "Somebody else must agree to this, and there is nobody: no other "
                "platform admin, and no admin of every department concerned. It can "
                "be done on the server only, with “manage.py access”."
            ),
        )
    _refuse_repeats(wish, asked_by)
    request = _store(wish, guard, note=note, asked_by=asked_by)
    record_step(request, origin, asked=True)
    return request


def _refuse_repeats(wish: Wish, asked_by: User) -> None:
    same = AccessRequest.objects.waiting().filter(
        kind=wish.kind, target=wish.target, department=wish.department
    )
    if wish.target is None:
        same = same.filter(details__username=wish.details.get("username"))
    if same.exists():
        raise Refused("already_asked", _("This has been asked for already and waits."))
    if AccessRequest.objects.waiting().filter(asked_by=asked_by).count() >= (
        WAITING_PER_PERSON
    ):
        raise Refused(
            "too_many_requests",
            _("{count} of your requests wait already. Withdraw one first.").format(
                count=WAITING_PER_PERSON
            ),
        )


def _store(wish: Wish, guard: Guard, **fields: object) -> AccessRequest:
    now = timezone.now()
    request: AccessRequest = AccessRequest.objects.create(
        kind=wish.kind,
        target=wish.target,
        department=wish.department,
        details=wish.details,
        asked_at=now,
        expires_at=now + timedelta(days=REQUEST_DAYS),
        **fields,
    )
    request.departments.set(guard.departments)
    return request


@transaction.atomic
def approve(*, request: AccessRequest, decided_by: User, origin: Origin) -> None:
    """Agree, and thereby do it. A one-time password is not made yet: ``passwords``
    shows it, to the one of the two whom ``who_is_shown`` names."""
    _require_second_person(request, decided_by)
    asked_by = request.asked_by
    if asked_by is None or not (asked_by.is_active and asked_by.is_platform_admin):
        raise Refused(
            "asker_gone", _("Whoever asked for this no longer runs the platform.")
        )
    guard = guard_of_request(request)
    _close(request, AccessState.APPROVED, decided_by=decided_by)
    request.departments.add(*guard.departments)
    user = _perform(wish_of(request), origin, password=None)
    if user is not None:  # a new account, perhaps
        request.target = user
        request.password_shown_to = who_is_shown(
            guard_of(AccessKind.RESET, target=user, department=None),
            asked_by=asked_by,
            agreed_by=decided_by,
        )
        request.save(update_fields=["target", "password_shown_to"])
    record_step(request, origin, approved=True, asked_by=asked_by.username)


@transaction.atomic
def refuse(
    *, request: AccessRequest, decided_by: User, origin: Origin, reason: str
) -> None:
    """Say no, and why."""
    _require_second_person(request, decided_by)
    _close(request, AccessState.REFUSED, decided_by=decided_by, reason=reason)
    record_step(request, origin, turned_down=True, why=reason)


@transaction.atomic
def cancel(*, request: AccessRequest, origin: Origin) -> None:
    """Take back one's own request."""
    if request.asked_by_id is None or request.asked_by != origin.user:
        raise Refused("not_yours", _("Only whoever asked for it can withdraw it."))
    _close(request, AccessState.CANCELED, decided_by=origin.user)
    record_step(request, origin, withdrawn=True)


@transaction.atomic
def do_on_server(*, wish: Wish, reason: str, operator: str) -> NewPassword | None:
    """What a command on the server does, alone, where nobody else could agree. It is
    told to the departments and audited like everything else."""
    guard = wish.guard()
    done = _perform_with_password(wish, SYSTEM)
    target = done.user if done else wish.target
    request = _store(
        Wish(wish.kind, target, wish.department, wish.details),
        guard,
        state=AccessState.APPROVED,
        decided_at=timezone.now(),
        reason=reason,
    )
    by = {"operator": operator} if operator else {}
    record_step(request, SYSTEM, on_server=True, **by, why=reason)
    return done


def acknowledge(*, user: User, requests: list[AccessRequest]) -> None:
    """Show these notices to the person no more."""
    AccessNoticeSeen.objects.bulk_create(
        [AccessNoticeSeen(request=request, user=user) for request in requests],
        ignore_conflicts=True,
    )


def wish_of(request: AccessRequest) -> Wish:
    return Wish(
        AccessKind(request.kind), request.target, request.department, request.details
    )


def _require_second_person(request: AccessRequest, person: User) -> None:
    if request.asked_by_id == person.pk:
        raise Refused(
            "own_request", _("You asked for this yourself: somebody else must agree.")
        )
    if not may_decide(person, request):
        raise Refused(
            "not_second_person",
            _("Another platform admin has to decide about this."),
        )


def _close(request: AccessRequest, state: AccessState, **fields: object) -> None:
    """Compare-and-set: of two who decide at the same time, one does."""
    changes = fields | {"state": state, "decided_at": timezone.now()}
    closed = AccessRequest.objects.waiting().filter(pk=request.pk).update(**changes)
    if not closed:
        raise Refused(
            "request_closed", _("This request has been decided, or has expired.")
        )


def _perform_with_password(wish: Wish, origin: Origin) -> NewPassword | None:
    secret = new_password()
    user = _perform(wish, origin, password=secret)
    return None if user is None else NewPassword(user=user, password=secret)


def _perform(wish: Wish, origin: Origin, *, password: str | None) -> User | None:
    """Do it; whose one-time password it needed, if it needed one. ``None`` for the
    password: nobody logs in until one is made."""
    if wish.kind == AccessKind.CREATE:
        fields = dict(wish.details)
        return people.make_account(
            origin=origin,
            department=wish.department,
            role=Role(str(fields.get("role", Role.MEMBER))),
            password=password,
            username=str(fields["username"]),
            display_name=str(fields["display_name"]),
            email=str(fields.get("email", "")),
            is_platform_admin=bool(fields.get("is_platform_admin")),
        )
    target = wish.target
    if target is None:
        raise Refused("no_target", _("There is no such account."))
    target.refresh_from_db()
    match wish.kind:
        case AccessKind.RESET:
            people.begin_anew(user=target, origin=origin, password=password)
            return target
        case AccessKind.ENABLE:
            people.change_rights(user=target, origin=origin, is_active=True)
        case AccessKind.PLATFORM_ADMIN:
            people.change_rights(user=target, origin=origin, is_platform_admin=True)
        case AccessKind.APPOINT:
            _appoint(wish, target, origin)
    return None


def _appoint(wish: Wish, target: User, origin: Origin) -> None:
    if wish.department is None:
        raise Refused("no_department", _("There is no such department."))
    if not target.is_active:
        raise Refused("user_disabled", _("{name} is disabled.").format(name=target))
    members.appoint(
        department=wish.department,
        user=target,
        role=Role(str(wish.details["role"])),
        origin=origin,
    )
