"""The password is shown to somebody who gains nothing by it, where there is one."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.access_requests import AccessKind, AccessRequest
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services.access_requests import asking
from accounts.services.access_requests.asking import Wish
from accounts.services.audit.writing import Origin
from tests.accounts.access_requests.asking import (
    ask,
    decide,
    logs_in,
    person,
    said,
    show,
)
from tests.people import join, make_user

ClientOf = Callable[[User], Client]
KINDS = pytest.mark.parametrize("kind", ["create", "reset"])


def shown(client: Client, where: str) -> bool:
    """Whether they are; it is a password that works, then."""
    response = show(client, where)
    if "made" not in response.context:
        return False
    return logs_in(person(), response.context["made"].password)


@KINDS
def test_a_department_admin_who_agrees_is_shown_it_and_the_asker_never(
    root: User,
    carol: User,
    alice: User,
    sales: Department,
    client_of: ClientOf,
    kind: str,
) -> None:
    """Carol reads sales anyway; Root, who runs the platform, must not."""
    ask(client_of(root), kind, sales)
    decide(client_of(carol), "/d/sales/", "approve")
    refused = show(client_of(root), "/platform/")
    assert "made" not in refused.context and "只有 Carol 可以" in said(refused)
    assert shown(client_of(carol), "/d/sales/")
    assert not shown(client_of(root), "/platform/")


@KINDS
@pytest.mark.parametrize("where", ["/d/sales/", "/platform/"])
def test_an_asker_who_administers_the_department_is_shown_it(
    root: User,
    olga: User,
    carol: User,
    alice: User,
    sales: Department,
    client_of: ClientOf,
    kind: str,
    where: str,
) -> None:
    join(root, sales, Role.ADMIN)
    ask(client_of(root), kind, sales)
    decide(client_of(olga), "/platform/", "approve")
    refused = show(client_of(olga), "/platform/")
    assert "made" not in refused.context and "只有 Root 可以" in said(refused)
    assert "只有 Root 可以" in said(show(client_of(carol)))
    assert shown(client_of(root), where)


def test_of_two_who_administer_it_whoever_agreed(
    root: User, carol: User, alice: User, sales: Department, client_of: ClientOf
) -> None:
    join(root, sales, Role.ADMIN)
    ask(client_of(root), "reset", sales)
    decide(client_of(carol), "/d/sales/", "approve")
    assert "只有 Carol 可以" in said(show(client_of(root)))
    assert shown(client_of(carol), "/d/sales/")


def test_of_two_platform_admins_whoever_asked(
    root: User, olga: User, alice: User, sales: Department, client_of: ClientOf
) -> None:
    """Sales has no admin."""
    ask(client_of(root), "reset", sales)
    decide(client_of(olga), "/platform/", "approve")
    assert "只有 Root 可以" in said(show(client_of(olga), "/platform/"))
    assert shown(client_of(root), "/platform/")


def test_a_platform_admins_password_is_for_whoever_asked(
    root: User, olga: User, sales: Department, client_of: ClientOf
) -> None:
    """Peter administers sales, where Olga works, and could run the platform as she."""
    peter = join(make_user("peter", is_platform_admin=True), sales, Role.ADMIN)
    join(olga, sales, Role.MEMBER)
    client_of(root).post(f"/platform/users/{olga.pk}/reset/")
    decide(client_of(peter), "/d/sales/", "approve")
    assert "只有 Root 可以" in said(show(client_of(peter)))
    assert shown(client_of(root), "/platform/")


def test_a_new_platform_admins_password_is_for_whoever_asked(
    root: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    User.objects.filter(pk=carol.pk).update(is_platform_admin=True)
    data = {"username": "erin", "display_name": "E", "role": "member"}
    data |= {"department": str(sales.pk), "is_platform_admin": "on"}
    client_of(root).post("/platform/users/new/", data)
    decide(client_of(carol), "/d/sales/", "approve")
    assert person().is_platform_admin
    assert "只有 Root 可以" in said(show(client_of(carol)))
    assert shown(client_of(root), "/platform/")


@pytest.mark.parametrize("lost", ["department", "role", "membership", "closed"])
def test_a_platform_admin_who_administers_only_part_of_it_is_not_shown_it(
    root: User,
    olga: User,
    alice: User,
    sales: Department,
    support: Department,
    client_of: ClientOf,
    lost: str,
) -> None:
    """Olga agrees as a platform admin: Alice opens more than Olga reads."""
    join(olga, sales, Role.ADMIN)
    mine = Membership.objects.filter(user=olga)
    match lost:
        case "department":
            join(alice, support, Role.MEMBER)
        case "role":
            mine.update(role=Role.AUDITOR)
        case "membership":
            mine.update(is_active=False)
        case _:
            Department.objects.filter(pk=sales.pk).update(is_active=False)
    ask(client_of(root), "reset", sales)
    decide(client_of(olga), "/platform/", "approve")
    assert "只有 Root 可以" in said(show(client_of(olga), "/platform/"))
    assert shown(client_of(root), "/platform/")


@pytest.mark.parametrize("change", ["lost", "gained"])
def test_it_is_asked_for_again_where_it_would_be_shown_to_the_other_by_now(
    root: User,
    olga: User,
    alice: User,
    sales: Department,
    client_of: ClientOf,
    change: str,
) -> None:
    """Olga could agree all the time, as a platform admin."""
    join(olga, sales, Role.ADMIN if change == "lost" else Role.MEMBER)
    ask(client_of(root), "reset", sales)
    decide(client_of(olga), "/platform/", "approve")
    role = Role.MEMBER if change == "lost" else Role.ADMIN
    Membership.objects.filter(user=olga).update(role=role)
    answers = [said(show(client_of(one), "/platform/")) for one in (root, olga)]
    assert sum("权限有变动" in answer for answer in answers) == 1
    assert sum("只有" in answer for answer in answers) == 1
    assert not person().has_usable_password()
    assert AccessRequest.objects.get().password_shown_at is None


@KINDS
def test_both_read_who_will_be_shown_it(
    root: User,
    carol: User,
    olga: User,
    alice: User,
    sales: Department,
    client_of: ClientOf,
    kind: str,
) -> None:
    ask(client_of(root), kind, sales)
    pages = {
        user.username: client_of(user).get(f"{where}access/").content.decode()
        for user, where in (
            (root, "/platform/"),
            (carol, "/d/sales/"),
            (olga, "/platform/"),
        )
    }
    assert "若由所涉全部部门的管理员同意" in pages["root"]
    assert "同意后由您查看一次性密码" in pages["carol"]
    assert "同意后由 Root 查看一次性密码" in pages["olga"]
    agreed = decide(client_of(carol), "/d/sales/", "approve")
    assert "一次性密码由 Carol 查看" in said(agreed)
    for client, where in (
        (client_of(root), "/platform/"),
        (client_of(carol), "/d/sales/"),
    ):
        page = client.get(f"{where}access/").content.decode()
        assert "Carol 可在" in page and "之前查看一次性密码" in page
    show(client_of(carol))
    page = client_of(root).get("/platform/access/").content.decode()
    assert "Carol 可在" not in page and "Carol 已于" in page


def test_where_no_department_admin_can_agree_the_asker_reads_that_it_is_they(
    root: User, olga: User, alice: User, sales: Department, client_of: ClientOf
) -> None:
    ask(client_of(root), "reset", sales)
    page = client_of(root).get("/platform/access/").content.decode()
    assert "同意后由 Root 查看一次性密码" in page


def test_an_appointment_names_nobody_for_a_password(
    root: User, carol: User, charlie: User, sales: Department, client_of: ClientOf
) -> None:
    wish = Wish(AccessKind.APPOINT, charlie, sales, {"role": "member"})
    asked = asking.do_or_ask(wish=wish, origin=Origin(user=root))
    assert isinstance(asked, AccessRequest)
    page = client_of(carol).get("/d/sales/access/").content.decode()
    assert "一次性密码" not in page
    decide(client_of(carol), "/d/sales/", "approve")
    assert AccessRequest.objects.get().password_shown_to is None
