"""``DepartmentMiddleware``: the slug in the address becomes a membership or a 404."""

import re
from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from tests.people import join

ClientOf = Callable[[User], Client]


def without_tokens(content: bytes) -> str:
    """The page without what differs between any two answers."""
    page = re.sub(r"[A-Za-z0-9]{64}", "", content.decode())
    return page.replace("support", "nowhere")


def test_the_department_is_remembered(
    carol: User, support: Department, client_of: ClientOf
) -> None:
    join(carol, support, Role.ADMIN)
    client = client_of(carol)
    for slug in ("support", "sales", "support"):
        assert client.get(f"/d/{slug}/members/").status_code == 200
        carol.refresh_from_db()
        assert carol.last_department and carol.last_department.slug == slug


def test_an_unknown_department_looks_like_a_strangers(
    carol: User, support: Department, client_of: ClientOf
) -> None:
    client = client_of(carol)
    unknown = client.get("/d/nowhere/members/")
    strange = client.get("/d/support/members/")
    assert unknown.status_code == strange.status_code == 404
    assert without_tokens(unknown.content) == without_tokens(strange.content)


def test_a_demotion_counts_from_the_next_request_on(
    carol: User, client_of: ClientOf
) -> None:
    client = client_of(carol)
    assert client.get("/d/sales/members/").status_code == 200
    Membership.objects.filter(user=carol).update(role=Role.MEMBER)
    assert client.get("/d/sales/members/").status_code == 403
    Membership.objects.filter(user=carol).update(is_active=False)
    assert client.get("/d/sales/members/").status_code == 404


def test_a_disabled_person_is_out_at_once(carol: User, client_of: ClientOf) -> None:
    client = client_of(carol)
    User.objects.filter(pk=carol.pk).update(is_active=False)
    assert client.get("/d/sales/members/").status_code == 302


def test_the_door_costs_three_queries(
    alice: User,
    client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(alice)
    client.get("/d/sales/members/")
    # Session, person, membership; error page; the refusal is counted in a transaction.
    with django_assert_max_num_queries(9):
        client.get("/d/sales/members/")
