"""The one-time password of an account that two people agreed to.

One of the two hands it over, and sees it once: ``rules.who_is_shown`` says which. It
is made when it is shown: until then the account has no password, and nothing is stored
that could be read.
"""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.access_requests import (
    AccessKind,
    AccessNoticeSeen,
    AccessRequest,
)
from accounts.models.people import User
from accounts.services import people
from accounts.services.access_requests.rules import (
    Guard,
    guard_of,
    second_persons,
    who_is_shown,
)
from accounts.services.access_requests.trail import record_step
from accounts.services.audit.writing import Origin
from accounts.services.people import NewPassword
from accounts.services.refusal import Refused
from accounts.services.secret_text import new_password


def show_once(*, request: AccessRequest, origin: Origin) -> NewPassword:
    """Make the password of the account that was agreed to, for the one of the two who
    was named at the agreement."""
    reader, named = origin.user, request.password_shown_to
    if named is not None and named != reader:
        raise Refused(
            "not_yours", _("Only {name} is shown this password.").format(name=named)
        )
    secret = new_password()
    encoded = make_password(secret)  # hashed before the database is held
    with transaction.atomic():
        target = _claim(request)
        guard = _guard_as_agreed(request, target)
        _require_the_same_reader(request, guard)
        people.give_password(user=target, encoded=encoded)
        # Those that the account has joined since are told like the others, and whoever
        # has read of the agreement reads of this.
        request.departments.add(*guard.departments)
        AccessNoticeSeen.objects.filter(request=request).delete()
        record_step(request, origin, shown=True)
    return NewPassword(user=target, password=secret)


def _claim(request: AccessRequest) -> User:
    """Compare-and-set: of two clicks, one is shown a password; and of two requests for
    the same account, one."""
    without = User.objects.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    account = request.target
    target = account and without.select_for_update().filter(pk=account.pk).first()
    claimed = (
        AccessRequest.objects.with_password_to_show()
        .filter(pk=request.pk, password_shown_to=request.password_shown_to_id)
        .exclude(password_shown_to=None)  # never agreed to
        .update(password_shown_at=timezone.now())
    )
    if target is None or not claimed:
        raise Refused(
            "password_gone",
            _(
                "This password has been shown already or has expired. Ask for a new"
                " one."
            ),
        )
    request.refresh_from_db()  # who agreed
    return target


def _guard_as_agreed(request: AccessRequest, target: User) -> Guard:
    """What the account opens now, to which the same person could still agree."""
    guard = guard_of(AccessKind.RESET, target=target, department=None)
    allowed = second_persons(guard, asked_by=request.asked_by)
    agreed = request.decided_by
    if agreed is None or not allowed.filter(pk=agreed.pk).exists():
        raise Refused(
            "agreement_lapsed",
            _(
                "Whoever agreed could not agree to this any more: the account opens "
                "more than it did, or they no longer may. Ask for a new password."
            ),
        )
    return guard


def _require_the_same_reader(request: AccessRequest, guard: Guard) -> None:
    """Rights may have changed since. Both were told who is shown the password, and
    agreed to that: nobody else is, and neither is somebody who gains by it now."""
    asked_by, agreed_by = request.asked_by, request.decided_by
    if asked_by is None or agreed_by is None:
        named = None
    else:
        named = who_is_shown(guard, asked_by=asked_by, agreed_by=agreed_by)
    if named != request.password_shown_to:
        raise Refused(
            "shown_to_another",
            _(
                "Since it was agreed to, rights have changed: somebody else would be "
                "shown this password. Ask for a new one."
            ),
        )
