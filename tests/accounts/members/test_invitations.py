"""Invitations: one link, one person, one week."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.invitations import Invitation
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services import invitations, members, people
from accounts.services.audit.writing import SYSTEM
from accounts.services.invitations import NewInvitation
from accounts.services.people import Account
from accounts.services.refusal import Refused
from tests.people import PASSWORD, join, make_user, membership

ClientOf = Callable[[User], Client]
FORM = "/accounts/invitation/"
ACCOUNT = {
    "username": "Erin",
    "display_name": "艾琳",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


@pytest.fixture
def made(carol: User) -> NewInvitation:
    return invitations.invite(
        membership=membership(carol), origin=SYSTEM, role=Role.SUPERVISOR, note="Erin"
    )


@pytest.fixture
def link(made: NewInvitation) -> str:
    return f"/accounts/invitation/{made.secret}/"


def show(client: Client, link: str) -> Any:
    """Open the link."""
    return client.get(link, follow=True)


def take(client: Client, link: str, data: dict[str, str] | None = None) -> Any:
    """Open the link and send its form."""
    client.get(link)
    return client.post(FORM, data or {})


def test_an_admin_sees_the_link_once(carol: User, client_of: ClientOf) -> None:
    client = client_of(carol)
    response = client.post("/d/sales/invitations/", {"role": "auditor", "note": "审计"})
    link = response.context["link"]
    assert link.encode() in response.content
    assert "no-store" in response["Cache-Control"]
    assert link.encode() not in client.get("/d/sales/members/").content
    secret = link.rstrip("/").rpartition("/")[2]
    row = Invitation.objects.get()
    assert secret not in (row.secret_hash, str(row.uuid))
    assert row.role == Role.AUDITOR


def test_the_finder_makes_an_account_and_is_in(
    carol: User, sales: Department, link: str, client: Client
) -> None:
    assert show(client, link).status_code == 200
    response = take(client, link, ACCOUNT)
    assert response.status_code == 302
    erin = User.objects.get(username="erin")
    assert membership(erin).role == Role.SUPERVISOR
    assert client.get("/accounts/profile/").wsgi_request.user == erin
    assert AuditEvent.objects.filter(actor=erin, department=sales).exists()


def test_somebody_with_an_account_joins_with_it(
    charlie: User, sales: Department, link: str, client_of: ClientOf
) -> None:
    client = client_of(charlie)
    assert show(client, link).status_code == 200
    assert not Membership.objects.filter(user=charlie, department=sales).exists()
    assert take(client, link).status_code == 302
    joined = Membership.objects.get(user=charlie, department=sales)
    assert joined.role == Role.SUPERVISOR


def test_a_used_link_is_used_up(
    charlie: User, link: str, client_of: ClientOf, client: Client
) -> None:
    take(client_of(charlie), link)
    assert show(client, link).status_code == 410
    assert take(client, link, ACCOUNT).status_code == 410
    assert not User.objects.filter(username="erin").exists()


def test_of_two_at_the_same_time_one_gets_in(
    charlie: User, alice: User, support: Department, made: NewInvitation
) -> None:
    stale = Invitation.objects.select_related("department").get()
    invitations.accept(invitation=made.invitation, user=charlie, origin=SYSTEM)
    with pytest.raises(Refused) as refused:
        invitations.accept_as_new(
            invitation=stale,
            origin=SYSTEM,
            username="erin",
            display_name="Erin",
            password=PASSWORD,
        )
    assert refused.value.code == "invitation_used"
    assert not User.objects.filter(username="erin").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "invitation_expired"),
        ({"revoked_at": timezone.now()}, "invitation_revoked"),
    ],
)
def test_a_closed_link_says_why(
    link: str, client: Client, change: dict[str, object], code: str
) -> None:
    Invitation.objects.update(**change)
    response = take(client, link, ACCOUNT)
    assert response.status_code == 410
    assert response.context["refusal"].code == code


def test_a_link_into_a_closed_department_is_closed(
    link: str, client: Client, sales: Department
) -> None:
    Department.objects.filter(pk=sales.pk).update(is_active=False)
    assert show(client, link).status_code == 410


def test_it_expires_after_a_week(made: NewInvitation) -> None:
    left = made.invitation.expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


@pytest.mark.parametrize("secret", ["x", "长", "%00", "a" * 3000])
def test_a_guessed_link_is_not_found(client: Client, db: None, secret: str) -> None:
    assert show(client, f"/accounts/invitation/{secret}/").status_code == 404


def test_a_member_is_told_so(alice: User, link: str, client_of: ClientOf) -> None:
    response = take(client_of(alice), link)
    assert response.context["refusal"].code == "already_member"
    assert membership(alice).role == Role.MEMBER


def test_a_disabled_member_does_not_come_back_through_a_link(
    alice: User, link: str, client_of: ClientOf
) -> None:
    Membership.objects.filter(user=alice).update(is_active=False)
    response = take(client_of(alice), link)
    assert response.context["refusal"].code == "membership_disabled"
    assert not membership(alice).is_active


@pytest.mark.parametrize(
    "over",
    [
        {"username": "ALICE"},
        {"username": "a b"},
        {"username": "a\0b"},
        {"display_name": ""},
        {"password2": "different 电池 x"},
        {"password1": "short", "password2": "short"},
    ],
)
def test_a_bad_form_makes_no_account(
    alice: User, link: str, client: Client, over: dict[str, str]
) -> None:
    before = User.objects.count()
    response = take(client, link, ACCOUNT | over)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert User.objects.count() == before


def test_a_withdrawn_invitation_opens_nothing(
    carol: User, made: NewInvitation, link: str, client_of: ClientOf, client: Client
) -> None:
    url = f"/d/sales/invitations/{made.invitation.uuid}/revoke/"
    client_of(carol).post(url)
    assert show(client, link).status_code == 410
    client_of(carol).post(url)  # twice is answered, not broken


def test_an_admin_cannot_withdraw_another_departments(
    made: NewInvitation, support: Department, charlie: User, client_of: ClientOf
) -> None:
    Membership.objects.filter(user=charlie).update(role=Role.ADMIN)
    url = f"/d/support/invitations/{made.invitation.uuid}/revoke/"
    assert client_of(charlie).post(url).status_code == 404


def test_joining_twice_is_refused_by_the_database_too(
    alice: User, sales: Department
) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        join(alice, sales, Role.ADMIN)


def disable_account(user: User) -> None:
    people.edit_user(
        user=user,
        origin=SYSTEM,
        account=Account("Carol", "", is_platform_admin=False, is_active=False),
    )


WAYS_TO_GO: dict[str, Callable[[User], object]] = {
    "leaves": lambda user: members.leave_department(
        membership=membership(user), origin=SYSTEM
    ),
    "is shut out": lambda user: members.disable_member(
        membership=membership(user), origin=SYSTEM
    ),
    "is demoted": lambda user: members.change_role(
        membership=membership(user), origin=SYSTEM, role=Role.MEMBER
    ),
    "is appointed to less": lambda user: members.appoint(
        department=membership(user).department,
        user=user,
        role=Role.AUDITOR,
        origin=SYSTEM,
    ),
    "loses the account": disable_account,
    "gets another password": lambda user: people.reset_password(
        user=user, origin=SYSTEM
    ),
}


@pytest.mark.parametrize("way", WAYS_TO_GO)
def test_no_link_outlives_its_makers_right(
    carol: User, sales: Department, link: str, client: Client, way: str
) -> None:
    join(make_user("erin0"), sales, Role.ADMIN)
    WAYS_TO_GO[way](carol)
    assert Invitation.objects.get().revoked_at
    event = AuditEvent.objects.filter(object_type="invitation").first()
    assert event and event.detail == {"revoked": True, "reason": "inviter"}
    assert show(client, link).status_code == 410
    assert take(client, link, ACCOUNT).status_code == 410
    assert not User.objects.filter(username="erin").exists()


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (User, {"is_active": False}),
        (Membership, {"is_active": False}),
        (Membership, {"role": Role.SUPERVISOR}),
    ],
)
def test_the_makers_right_is_asked_again_when_somebody_comes(
    carol: User,
    charlie: User,
    made: NewInvitation,
    model: type[User | Membership],
    change: dict[str, object],
) -> None:
    model._default_manager.filter(
        **{"pk" if model is User else "user_id": carol.pk}
    ).update(**change)
    with pytest.raises(Refused) as refused:
        invitations.accept(invitation=made.invitation, user=charlie, origin=SYSTEM)
    assert refused.value.code == "invitation_revoked"


def test_an_admin_who_stays_admin_keeps_the_links(
    carol: User, made: NewInvitation
) -> None:
    members.appoint(
        department=made.invitation.department,
        user=carol,
        role=Role.ADMIN,
        origin=SYSTEM,
    )
    assert Invitation.objects.get().revoked_at is None
