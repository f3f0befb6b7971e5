"""No platform admin is made, let in again or given a password by one alone."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.access_requests import AccessRequest
from accounts.models.people import User
from accounts.services.access_requests import asking
from accounts.services.audit.writing import Origin
from accounts.services.people import Account
from tests.accounts.access_requests.asking import decide, edit
from tests.people import PASSWORD, make_user

ClientOf = Callable[[User], Client]


def test_one_platform_admin_makes_no_second_one(
    root: User, charlie: User, client_of: ClientOf
) -> None:
    """The puppet would agree to everything."""
    response = edit(client_of(root), charlie, is_platform_admin="on")
    assert "manage.py access" in str(response.context["form"].errors)
    data = {"username": "puppet", "display_name": "P", "role": "member"}
    client_of(root).post("/platform/users/new/", data | {"is_platform_admin": "on"})
    charlie.refresh_from_db()
    assert not charlie.is_platform_admin
    assert not User.objects.filter(username="puppet").exists()


def test_two_platform_admins_make_a_third(
    root: User, olga: User, carol: User, charlie: User, client_of: ClientOf
) -> None:
    edit(client_of(root), charlie, is_platform_admin="on", display_name="查理")
    charlie.refresh_from_db()
    assert (charlie.display_name, charlie.is_platform_admin) == ("查理", False)
    decide(client_of(root), "/platform/", "approve")
    charlie.refresh_from_db()
    assert not charlie.is_platform_admin
    decide(client_of(olga), "/platform/", "approve")
    charlie.refresh_from_db()
    assert charlie.is_platform_admin


def test_the_other_platform_admins_password_is_not_reset_alone(
    root: User, olga: User, carol: User, client_of: ClientOf
) -> None:
    client_of(root).post(f"/platform/users/{olga.pk}/reset/")
    assert not AccessRequest.objects.exists()  # only she could agree, and cannot
    make_user("peter", is_platform_admin=True)
    client_of(root).post(f"/platform/users/{olga.pk}/reset/")
    assert AccessRequest.objects.get().asked_by == root
    olga.refresh_from_db()
    assert olga.check_password(PASSWORD)


def test_a_disabled_platform_admin_does_not_come_back_alone(
    root: User, olga: User, client_of: ClientOf
) -> None:
    edit(client_of(root), olga, is_active="", is_platform_admin="on")
    edit(client_of(root), olga, is_platform_admin="on")
    olga.refresh_from_db()
    assert (olga.is_active, olga.is_platform_admin) == (False, True)
    edit(client_of(root), olga)  # without the rights, and she has no department
    olga.refresh_from_db()
    assert (olga.is_active, olga.is_platform_admin) == (True, False)


@pytest.mark.parametrize("taken", ["is_active", "is_platform_admin"])
def test_a_form_that_was_on_its_way_gives_no_right_back(
    root: User, olga: User, taken: str
) -> None:
    """Somebody else took it while the sender's password waited for its turn."""
    make_user("pete", is_platform_admin=True)
    as_it_was = User.objects.get(pk=olga.pk)
    User.objects.filter(pk=olga.pk).update(**{taken: False})
    asking.edit_user_or_ask(
        user=as_it_was,
        origin=Origin(user=root),
        account=Account("Olga", "", is_platform_admin=True, is_active=True),
    )
    olga.refresh_from_db()
    assert not getattr(olga, taken)
    assert AccessRequest.objects.waiting().count() == 1
