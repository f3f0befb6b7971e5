"""Two admins who leave in the same moment: one of them stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services import members, people
from accounts.services.audit.writing import SYSTEM
from accounts.services.people import Account
from accounts.services.refusal import Refused
from tests.people import join, make_user, membership

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="an in-memory SQLite database has one connection; the lock is a row's",
    ),
]


def disable_account(user: User) -> None:
    people.edit_user(
        user=user,
        origin=SYSTEM,
        account=Account("X", "", is_platform_admin=False, is_active=False),
    )


def leave(user: User) -> None:
    members.leave_department(membership=membership(user), origin=SYSTEM)


def at_once(actions: list[Callable[[], None]]) -> list[str]:
    """Run them in as many threads; ``done`` or the code of the refusal."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], None]) -> str:
        try:
            barrier.wait(timeout=10)
            action()
            return "done"
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as threads:
        return sorted(threads.map(run, actions))


@pytest.mark.parametrize("one", [leave, disable_account])
@pytest.mark.parametrize("other", [leave, disable_account])
def test_of_two_admins_one_stays(
    carol: User,
    sales: Department,
    one: Callable[[User], None],
    other: Callable[[User], None],
) -> None:
    erin = join(make_user("erin"), sales, Role.ADMIN)
    results = at_once([lambda: one(carol), lambda: other(erin)])
    assert results == ["done", "last_admin"]
    assert (
        Membership.objects.filter(
            department=sales, role=Role.ADMIN, is_active=True, user__is_active=True
        ).count()
        == 1
    )
