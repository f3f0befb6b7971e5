"""Two admins in one form: of settings, of a department, of a person, of a role."""

import json
from collections.abc import Callable

from django.test import Client

from accounts.models.departments import Department
from accounts.models.people import User
from accounts.roles import Role
from tests.people import membership

ClientOf = Callable[[User], Client]
ADDRESS = "/d/sales/settings/"


def test_the_second_admin_sees_what_the_first_one_saved(
    carol: User, sales: Department, client_of: ClientOf
) -> None:
    client = client_of(carol)
    form = client.get(ADDRESS).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    first = sent | {"name": "销售一部"}
    first.pop("default_itn")
    assert client.post(ADDRESS, first).status_code == 302
    answer = client.post(ADDRESS, sent | {"name": "销售二部"})
    assert answer.status_code == 409
    conflict = answer.context["conflict"]
    assert "Carol" in conflict.sentence
    name, figures = conflict.differences
    assert (name.theirs, name.mine) == ("销售一部", "销售二部")
    assert (figures.theirs, figures.mine) == ("否", "是")
    sales.refresh_from_db()
    assert sales.name == "销售一部"

    assert client.post(ADDRESS, sent | {"theirs": "1"}).status_code == 302
    seen = str(answer.context["form"]["version"].value())
    mine = sent | {"name": "销售二部", "version": seen}
    assert client.post(ADDRESS, mine).status_code == 302
    sales.refresh_from_db()
    assert sales.name == "销售二部"


def test_two_platform_admins_name_a_department(
    root: User, sales: Department, client_of: ClientOf
) -> None:
    client, address = client_of(root), f"/platform/departments/{sales.pk}/"
    version = client.get(address).context["form"]["version"].value()
    sent = {"name": "销售一部", "is_active": "on", "version": version}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302  # a second click
    answer = client.post(address, sent | {"name": "销售二部"})
    assert answer.status_code == 409
    assert "Root" in answer.context["conflict"].sentence
    sales.refresh_from_db()
    assert sales.name == "销售一部"


def test_two_platform_admins_edit_a_person(
    root: User, alice: User, client_of: ClientOf
) -> None:
    client, address = client_of(root), f"/platform/users/{alice.pk}/"
    form = client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    del sent["is_platform_admin"]
    first = sent | {"display_name": "王芳", "note": ""}
    assert client.post(address, first).status_code == 302
    assert client.post(address, first).status_code == 302  # a second click
    answer = client.post(address, sent | {"display_name": "王方", "note": "更正"})
    assert answer.status_code == 409
    conflict = answer.context["conflict"]
    assert "Root" in conflict.sentence
    assert [(one.theirs, one.mine) for one in conflict.differences] == [
        ("王芳", "王方")
    ]
    assert client.post(address, sent | {"theirs": "1"}).status_code == 302
    alice.refresh_from_db()
    assert alice.display_name == "王芳"

    seen = str(answer.context["form"]["version"].value())
    mine = sent | {"display_name": "王方", "version": seen}
    assert client.post(address, mine).status_code == 302
    alice.refresh_from_db()
    assert alice.display_name == "王方"


def test_a_role_that_somebody_else_gave_stays(
    carol: User, sales: Department, alice: User, client_of: ClientOf
) -> None:
    client, member = client_of(carol), membership(alice)
    address = f"/d/sales/members/{member.pk}/"
    assert (
        'name="version" value="member"'
        in client.get("/d/sales/members/").content.decode()
    )
    sent = {"action": "role", "version": "member"}
    client.post(address, sent | {"role": "supervisor"})
    answer = client.post(address, sent | {"role": "auditor"}, follow=True)
    assert "Carol" in answer.content.decode()
    refused = client.post(
        address, sent | {"role": "auditor"}, headers={"accept": "application/json"}
    )
    assert refused.status_code == 409
    assert json.loads(refused.content)["code"] == "changed_meanwhile"
    member.refresh_from_db()
    assert member.role == Role.SUPERVISOR
