"""One platform admin lets nobody in alone: not themselves, not a puppet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models.access_requests import AccessRequest, AccessState
from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services import departments, people
from accounts.services.access_requests import asking
from accounts.services.access_requests.words import describe_request
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.people import Account
from accounts.services.refusal import Refused
from tests.accounts.access_requests.asking import appoint, decide, edit, said
from tests.people import PASSWORD, join, make_user, membership

ClientOf = Callable[[User], Client]


@pytest.mark.parametrize("who", ["root", "charlie"])
def test_nobody_is_appointed_to_a_department_with_people_alone(
    root: User,
    carol: User,
    charlie: User,
    sales: Department,
    client_of: ClientOf,
    who: str,
) -> None:
    appoint(client_of(root), sales, who)
    assert not Membership.objects.filter(user__username=who, department=sales).exists()
    assert client_of(root).get("/d/sales/").status_code == 404
    decide(client_of(root), "/platform/", "approve")
    assert not Membership.objects.filter(user__username=who, department=sales).exists()
    asked = AccessRequest.objects.get()
    assert (asked.state, asked.asked_by) == (AccessState.PENDING, root)


@pytest.mark.parametrize("by", ["carol", "olga"])
def test_a_second_person_agrees_and_it_is_done(
    root: User,
    carol: User,
    olga: User,
    charlie: User,
    sales: Department,
    client_of: ClientOf,
    by: str,
) -> None:
    appoint(client_of(root), sales, "charlie")
    second = User.objects.get(username=by)
    where = "/platform/" if by == "olga" else "/d/sales/"
    decide(client_of(second), where, "approve")
    assert Membership.objects.get(user=charlie, department=sales).role == Role.ADMIN
    asked = AccessRequest.objects.get()
    assert (asked.state, asked.decided_by) == (AccessState.APPROVED, second)
    details = [
        event.detail
        for event in AuditEvent.objects.filter(
            action=AuditAction.ACCESS, department=sales
        ).order_by("id")
    ]
    assert [set(detail) & {"asked", "approved"} for detail in details] == [
        {"asked"},
        {"approved"},
    ]
    assert details[1]["asked_by"] == "root"


def test_it_is_refused_with_a_reason_or_taken_back(
    root: User, carol: User, charlie: User, sales: Department, client_of: ClientOf
) -> None:
    appoint(client_of(root), sales, "charlie")
    decide(client_of(carol), "/d/sales/", "refuse")
    assert AccessRequest.objects.get().state == AccessState.PENDING
    decide(client_of(carol), "/d/sales/", "refuse", reason="wir kennen ihn nicht")
    assert AccessRequest.objects.get().state == AccessState.REFUSED
    assert "wir kennen ihn nicht" in str(
        client_of(root).get("/platform/access/").content.decode()
    )
    decide(client_of(carol), "/d/sales/", "approve")
    assert not Membership.objects.filter(user=charlie, department=sales).exists()
    appoint(client_of(root), sales, "charlie")
    decide(client_of(carol), "/d/sales/", "cancel")  # not hers to take back
    assert AccessRequest.objects.waiting().exists()
    decide(client_of(root), "/platform/", "cancel")
    assert not AccessRequest.objects.waiting().exists()


def test_of_two_who_decide_at_once_one_does(
    root: User, carol: User, olga: User, charlie: User, sales: Department
) -> None:
    wish = asking.appointment(charlie, sales, Role.ADMIN)
    asked = asking.do_or_ask(wish=wish, origin=Origin(user=root))
    assert isinstance(asked, AccessRequest)
    asking.refuse(
        request=asked, decided_by=carol, origin=Origin(user=carol), reason="no"
    )
    with pytest.raises(Refused) as refused:
        asking.approve(request=asked, decided_by=olga, origin=Origin(user=olga))
    assert refused.value.code == "request_closed"
    assert not Membership.objects.filter(user=charlie, department=sales).exists()


def test_a_request_expires(
    root: User, carol: User, charlie: User, sales: Department, client_of: ClientOf
) -> None:
    appoint(client_of(root), sales, "charlie")
    AccessRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    decide(client_of(carol), "/d/sales/", "approve")
    assert not Membership.objects.filter(user=charlie, department=sales).exists()
    appoint(client_of(root), sales, "charlie")  # it may be asked again
    assert AccessRequest.objects.waiting().count() == 1
    assert AccessRequest.objects.waiting().count() == 1


def test_whoever_was_dismissed_meanwhile_is_given_nothing(
    root: User, olga: User, carol: User, charlie: User, sales: Department
) -> None:
    wish = asking.appointment(charlie, sales, Role.ADMIN)
    asked = asking.do_or_ask(wish=wish, origin=Origin(user=root))
    assert isinstance(asked, AccessRequest)
    User.objects.filter(pk=root.pk).update(is_platform_admin=False)
    asked.refresh_from_db()
    with pytest.raises(Refused) as refused:
        asking.approve(request=asked, decided_by=carol, origin=SYSTEM)
    assert refused.value.code == "asker_gone"
    User.objects.filter(pk=root.pk).update(is_platform_admin=True)
    people.edit_user(
        user=root,
        origin=SYSTEM,
        account=Account("Root", "", is_platform_admin=False, is_active=True),
    )
    assert AccessRequest.objects.get().state == AccessState.CANCELED


def test_an_empty_department_gets_its_first_admin_in_one_step(
    root: User, charlie: User, sales: Department, client_of: ClientOf
) -> None:
    appoint(client_of(root), sales, "charlie")
    assert Membership.objects.get(user=charlie, department=sales).role == Role.ADMIN


def test_a_department_whose_people_were_all_disabled_is_not_empty(
    root: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    client_of(carol)  # she has worked here
    platform = client_of(root)
    platform.post(f"/platform/departments/{sales.pk}/", {"name": "销售部"})
    edit(platform, carol, is_active="")
    url = f"/platform/departments/{sales.pk}/"
    platform.post(url, {"name": "销售部", "is_active": "on"})
    carol.refresh_from_db()
    assert not carol.is_active
    response = appoint(platform, sales, "root")
    assert "manage.py access" in str(response.context["appoint_form"].errors)
    assert not Membership.objects.filter(user=root).exists()


def test_a_members_password_is_reset_by_two(
    root: User, carol: User, alice: User, client_of: ClientOf
) -> None:
    """test_handed_over_passwords.py says who is shown the new one."""
    asked = client_of(root).post(f"/platform/users/{alice.pk}/reset/", follow=True)
    assert "made" not in asked.context
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    decide(client_of(carol), "/d/sales/", "approve")
    alice.refresh_from_db()
    assert not alice.check_password(PASSWORD) and alice.must_change_password


def test_an_admin_of_one_of_the_departments_is_not_enough(
    root: User, carol: User, alice: User, support: Department, client_of: ClientOf
) -> None:
    join(alice, support, Role.MEMBER)
    client_of(root).post(f"/platform/users/{alice.pk}/reset/")
    assert not AccessRequest.objects.exists()  # nobody administers both
    made = departments.create_department_with_admin(
        origin=Origin(user=root),
        slug="puppets",
        name="木偶部",
        admin=None,
        admin_username="puppet",
        admin_display_name="Puppet",
    )
    assert made.new_admin
    join(alice, made.department, Role.MEMBER)
    make_user("olga", is_platform_admin=True)
    client_of(root).post(f"/platform/users/{alice.pk}/reset/")
    decide(client_of(made.new_admin.user), "/d/puppets/", "approve")
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_disabled_membership_still_guards_the_password(
    root: User, carol: User, alice: User, client_of: ClientOf
) -> None:
    Membership.objects.filter(user=alice).update(is_active=False)
    client_of(root).post(f"/platform/users/{alice.pk}/reset/")
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_an_account_without_a_department_is_reset_in_one_step(
    root: User, client_of: ClientOf
) -> None:
    nobody = make_user("nobody")
    response = client_of(root).post(f"/platform/users/{nobody.pk}/reset/")
    assert response.context["made"].password


def test_a_new_account_in_a_department_with_people_waits(
    root: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    data = {
        "username": "Erin",
        "display_name": "艾琳",
        "department": str(sales.pk),
        "role": "member",
        "note": "ab Montag",
    }
    client_of(root).post("/platform/users/new/", data)
    assert not User.objects.filter(username="erin").exists()
    page = client_of(carol).get("/d/sales/access/").content.decode()
    assert "艾琳 (erin)" in page and "ab Montag" in page
    decide(client_of(carol), "/d/sales/", "approve")
    erin = User.objects.get(username="erin")
    assert membership(erin).role == Role.MEMBER
    assert AccessRequest.objects.get().target == erin


def test_a_name_taken_meanwhile_leaves_the_request_open(
    root: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    data = {"username": "erin", "display_name": "E", "role": "member"}
    client_of(root).post("/platform/users/new/", data | {"department": str(sales.pk)})
    make_user("erin")
    assert "erin" in said(decide(client_of(carol), "/d/sales/", "approve"))
    assert AccessRequest.objects.waiting().exists()


def test_a_disabled_member_is_let_in_by_two(
    root: User, carol: User, alice: User, client_of: ClientOf
) -> None:
    edit(client_of(root), alice, is_active="")
    edit(client_of(root), alice, display_name="爱丽丝")
    alice.refresh_from_db()
    assert (alice.is_active, alice.display_name) == (False, "爱丽丝")
    decide(client_of(carol), "/d/sales/", "approve")
    alice.refresh_from_db()
    assert alice.is_active


def test_a_member_decides_nothing_and_a_stranger_finds_nothing(
    root: User,
    carol: User,
    alice: User,
    dave: User,
    charlie: User,
    sales: Department,
    client_of: ClientOf,
) -> None:
    appoint(client_of(root), sales, "charlie")
    assert decide(client_of(dave), "/d/sales/", "approve").status_code == 403
    assert decide(client_of(alice), "/d/sales/", "approve").status_code == 403
    Membership.objects.filter(user=charlie).update(role=Role.ADMIN)
    assert decide(client_of(charlie), "/d/support/", "approve").status_code == 404
    assert AccessRequest.objects.waiting().exists()


@pytest.mark.parametrize("who", ["carol", "dave"])
def test_what_was_done_is_shown_until_it_is_acknowledged(
    root: User,
    carol: User,
    dave: User,
    olga: User,
    alice: User,
    charlie: User,
    sales: Department,
    client_of: ClientOf,
    who: str,
) -> None:
    reader = client_of(User.objects.get(username=who))
    sentence = "Charlie (charlie) 成为销售部的部门管理员。"
    assert 'href="/d/sales/access/"' in reader.get("/d/sales/").content.decode()
    appoint(client_of(root), sales, "charlie")
    assert "1 条权限申请" in reader.get("/d/sales/").content.decode()
    decide(client_of(olga), "/platform/", "approve")
    page = reader.get("/d/sales/").content.decode()
    assert sentence in page and "条权限申请" not in page
    assert sentence not in client_of(alice).get("/d/sales/").content.decode()
    reader.post("/d/sales/access/seen/")
    assert sentence not in reader.get("/d/sales/").content.decode()
    assert sentence in reader.get("/d/sales/access/").content.decode()  # for good


def test_the_other_platform_admin_reads_that_something_waits(
    root: User, olga: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    appoint(client_of(root), sales, "root")
    assert "1 条" in client_of(olga).get("/platform/users/").content.decode()
    assert "1 条" not in client_of(root).get("/platform/users/").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_of_request_reads_as_a_sentence(
    root: User, alice: User, sales: Department, language: str
) -> None:
    details = {"username": "erin", "display_name": "艾琳", "role": "member"}
    with translation.override(language):
        for kind in ("appoint", "create", "reset", "enable", "platform_admin"):
            asked = AccessRequest(
                kind=kind,
                target=None if kind == "create" else alice,
                department=sales if kind in ("appoint", "create") else None,
                details=details,
            )
            sentence = describe_request(asked)
            assert ("艾琳 (erin)" if kind == "create" else "Alice (alice)") in sentence


def test_nobody_floods_the_second_person(
    root: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    for number in range(asking.WAITING_PER_PERSON):
        wish = asking.appointment(make_user(f"p{number}"), sales, Role.ADMIN)
        asking.do_or_ask(wish=wish, origin=Origin(user=root))
    response = appoint(client_of(root), sales, "root")
    assert "20" in str(response.context["appoint_form"].errors)
    assert AccessRequest.objects.count() == asking.WAITING_PER_PERSON


def test_what_an_intruder_asked_for_ends_with_the_password(
    root: User, olga: User, carol: User, charlie: User, sales: Department
) -> None:
    wish = asking.appointment(charlie, sales, Role.ADMIN)
    asking.do_or_ask(wish=wish, origin=Origin(user=olga))
    people.reset_password(user=olga, origin=SYSTEM)
    assert AccessRequest.objects.get().state == AccessState.CANCELED


def test_whoever_cannot_log_in_agrees_to_nothing(
    root: User, sales: Department, alice: User, client_of: ClientOf
) -> None:
    """Else a first admin who let the one-time password expire would wait for ever."""
    made = people.create_user(
        origin=SYSTEM,
        username="lawyer",
        display_name="律师",
        department=sales,
        role=Role.ADMIN,
    )
    platform = client_of(root)
    url = f"/platform/users/{made.user.pk}/reset/"
    assert "manage.py access" in said(platform.post(url, follow=True))
    User.objects.filter(pk=made.user.pk).update(one_time_until=timezone.now())
    url = f"/platform/users/{alice.pk}/reset/"
    assert "manage.py access" in said(platform.post(url, follow=True))
    assert not AccessRequest.objects.exists()
