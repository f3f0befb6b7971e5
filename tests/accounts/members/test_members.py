"""The members page; above all: the last admin stays."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models.audit.events import AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.roles import Role
from accounts.services import members
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from accounts.services.tokens import create_token
from tests.people import join, make_user, membership

ClientOf = Callable[[User], Client]
PAGE = "/d/sales/members/"


def update(client: Client, who: User, **data: str) -> str:
    url = reverse(
        "people:member_update",
        kwargs={"department": "sales", "member_id": membership(who).pk},
    )
    response = client.post(url, data, follow=True)
    return " ".join(str(m) for m in response.context["messages"])


def test_an_admin_changes_a_role(carol: User, alice: User, client_of: ClientOf) -> None:
    update(client_of(carol), alice, action="role", role="supervisor")
    assert membership(alice).role == Role.SUPERVISOR
    event = AuditEvent.objects.get()
    assert (event.actor, event.object_name) == (carol, "alice")
    assert event.detail == {"role": ["member", "supervisor"]}


def test_an_unknown_role_is_refused(
    carol: User, alice: User, client_of: ClientOf
) -> None:
    assert update(client_of(carol), alice, action="role", role="king")
    assert update(client_of(carol), alice)
    assert membership(alice).role == Role.MEMBER


def test_disabling_shuts_pages_and_revokes_tokens(
    carol: User, alice: User, client_of: ClientOf
) -> None:
    create_token(membership=membership(alice), origin=SYSTEM, name="script")
    update(client_of(carol), alice, action="disable")
    assert not membership(alice).is_active
    assert ApiToken.objects.get().revoked_at
    update(client_of(carol), alice, action="enable")
    assert membership(alice).is_active
    assert ApiToken.objects.get().revoked_at


REMOVALS: list[Callable[[Membership], None]] = [
    lambda m: members.change_role(membership=m, origin=SYSTEM, role=Role.MEMBER),
    lambda m: members.disable_member(membership=m, origin=SYSTEM),
    lambda m: members.leave_department(membership=m, origin=SYSTEM),
]


@pytest.mark.parametrize("remove", REMOVALS)
def test_the_last_admin_stays(
    carol: User, alice: User, remove: Callable[[Membership], None]
) -> None:
    with pytest.raises(Refused) as refused:
        remove(membership(carol))
    assert refused.value.code == "last_admin"
    assert "Carol" in refused.value.sentence
    assert (membership(carol).role, membership(carol).is_active) == ("admin", True)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("remove", REMOVALS)
def test_one_of_two_admins_may_go_but_not_both(
    carol: User, sales: Department, remove: Callable[[Membership], None]
) -> None:
    erin = join(make_user("erin"), sales, Role.ADMIN)
    remove(membership(carol))
    with pytest.raises(Refused):
        remove(membership(erin))


@pytest.mark.parametrize("field", ["account", "membership"])
def test_an_admin_who_cannot_log_in_does_not_count(
    carol: User, sales: Department, field: str
) -> None:
    erin = join(make_user("erin"), sales, Role.ADMIN)
    if field == "account":
        User.objects.filter(pk=erin.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=erin).update(is_active=False)
    with pytest.raises(Refused):
        members.leave_department(membership=membership(carol), origin=SYSTEM)


def test_the_last_admin_reads_why(carol: User, client_of: ClientOf) -> None:
    assert "Carol" in update(client_of(carol), carol, action="disable")
    response = client_of(carol).post("/d/sales/leave/", follow=True)
    assert "Carol" in " ".join(str(m) for m in response.context["messages"])


def test_a_refusal_stays_on_the_page_and_success_leaves_it(
    carol: User, sales: Department, client_of: ClientOf
) -> None:
    client = client_of(carol)
    url = f"{PAGE}{membership(carol).pk}/"
    assert client.post(url, {"action": "disable"})["Location"] == PAGE
    join(make_user("erin"), sales, Role.ADMIN)
    assert client.post(url, {"action": "disable"})["Location"] == "/"


def test_shutting_the_door_on_oneself_is_asked_in_other_words(
    carol: User, alice: User, client_of: ClientOf, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "en"
    content = client_of(carol).get(PAGE).content.decode()
    assert content.count("your own access") == 1
    assert "for Alice?" in content
    assert "for Carol?" not in content


def test_anybody_else_may_leave(alice: User, client_of: ClientOf) -> None:
    client_of(alice).post("/d/sales/leave/")
    assert not membership(alice).is_active


def test_an_admin_cannot_change_another_departments_member(
    carol: User, charlie: User, client_of: ClientOf
) -> None:
    url = reverse(
        "people:member_update",
        kwargs={"department": "sales", "member_id": membership(charlie).pk},
    )
    assert client_of(carol).post(url, {"action": "disable"}).status_code == 404


@pytest.mark.parametrize("member_id", [0, 10**30])
def test_a_number_that_is_nobodys_is_not_found(
    carol: User, client_of: ClientOf, member_id: int
) -> None:
    assert client_of(carol).post(f"{PAGE}{member_id}/").status_code == 404


def test_people_are_found_by_part_of_the_name(
    carol: User, alice: User, client_of: ClientOf
) -> None:
    response = client_of(carol).get(PAGE, {"q": "ALI"})
    assert [m.user for m in response.context["page"]] == [alice]
    response = client_of(carol).get(PAGE, {"q": "\0", "page": "x"})
    assert response.status_code == 200


def test_the_page_asks_the_database_the_same_for_many_as_for_few(
    carol: User,
    sales: Department,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(carol)
    client.get(PAGE)
    with django_assert_num_queries(10):
        client.get(PAGE)
    for number in range(20):
        join(make_user(f"member{number}"), sales, Role.MEMBER)
    with django_assert_num_queries(10):
        client.get(PAGE)


def test_a_list_that_was_narrowed_stays_so_after_a_change(
    carol: User, alice: User, client_of: ClientOf
) -> None:
    client, narrowed = client_of(carol), "?q=al&group=member"
    page = client.get(f"{PAGE}{narrowed}").content.decode()
    action = f"{PAGE}{membership(alice).pk}/?q=al&amp;group=member"
    assert page.count(f'action="{action}"') == 2
    data = {"action": "disable"}
    answer = client.post(action.replace("&amp;", "&"), data)
    assert answer.headers["Location"] == f"{PAGE}{narrowed}"


@pytest.mark.parametrize(
    ("group", "shown"),
    [
        ("", {"alice", "bob", "carol", "dave"}),
        ("nonsense", {"alice", "bob", "carol", "dave"}),
        ("admin", {"carol"}),
        ("supervisor", set()),
        ("disabled", {"bob"}),
    ],
)
@pytest.mark.usefixtures("alice", "dave")
def test_members_are_narrowed_by_role_and_counted(
    carol: User, bob: User, client_of: ClientOf, group: str, shown: set[str]
) -> None:
    Membership.objects.filter(user=bob).update(is_active=False)
    answer = client_of(carol).get(PAGE, {"group": group})
    assert {one.user.username for one in answer.context["page"]} == shown
    counts = {one.value: one.count for one in answer.context["groups"]}
    assert counts == {
        "": 4,
        "member": 1,
        "supervisor": 0,
        "admin": 1,
        "auditor": 1,
        "disabled": 1,
    }
