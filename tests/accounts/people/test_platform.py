"""The platform's pages: departments and accounts."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models.access_requests import AccessRequest
from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.models.sign_in.sessions import Session
from accounts.models.tokens import ApiToken
from accounts.roles import Role
from accounts.services import people
from accounts.services.audit.writing import SYSTEM
from accounts.services.refusal import Refused
from accounts.services.tokens import create_token
from tests.people import PASSWORD, join, make_user, membership

ClientOf = Callable[[User], Client]
NEW_DEPARTMENT = {
    "name": "法务部",
    "slug": "Legal",
    "admin_username": "Lawyer",
    "admin_display_name": "律师",
}
NEW_USER = {"username": "Erin", "display_name": "艾琳", "role": "member"}


def test_a_department_is_born_with_a_new_admin(root: User, client_of: ClientOf) -> None:
    response = client_of(root).post("/platform/departments/new/", NEW_DEPARTMENT)
    password = response.context["made"].password
    assert password.encode() in response.content
    assert "no-store" in response["Cache-Control"]
    lawyer = User.objects.get(username="lawyer")
    assert lawyer.check_password(password) and lawyer.must_change_password
    assert membership(lawyer).role == Role.ADMIN
    assert membership(lawyer).department.slug == "legal"


def test_or_with_somebody_who_has_an_account(
    root: User, alice: User, client_of: ClientOf
) -> None:
    data = NEW_DEPARTMENT | {"admin_username": "ALICE", "admin_display_name": ""}
    response = client_of(root).post("/platform/departments/new/", data)
    assert response.status_code == 302
    assert alice.memberships.get(department__slug="legal").role == Role.ADMIN


@pytest.mark.parametrize(
    "over",
    [
        {"slug": "sales"},
        {"slug": "法务"},
        {"slug": "a/b"},
        {"name": ""},
        {"admin_display_name": ""},
        {"admin_username": "a b"},
    ],
)
def test_a_bad_department_is_not_made(
    root: User, sales: Department, client_of: ClientOf, over: dict[str, str]
) -> None:
    data = NEW_DEPARTMENT | over
    response = client_of(root).post("/platform/departments/new/", data)
    assert response.context["form"].errors
    assert Department.objects.count() == 1
    assert not User.objects.filter(username="lawyer").exists()


def test_a_disabled_account_gets_no_department(
    root: User, alice: User, client_of: ClientOf
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    data = NEW_DEPARTMENT | {"admin_username": "alice"}
    response = client_of(root).post("/platform/departments/new/", data)
    assert response.context["form"].errors
    assert not Department.objects.filter(slug="legal").exists()


def test_a_department_is_closed_and_opened(
    root: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    platform, department = client_of(root), client_of(carol)
    url = f"/platform/departments/{sales.pk}/"
    platform.post(url, {"name": "销售部"})
    assert department.get("/d/sales/members/").status_code == 404
    platform.post(url, {"name": "销售一部", "is_active": "on"})
    assert department.get("/d/sales/members/").status_code == 200
    details = [e.detail for e in AuditEvent.objects.filter(action="department")]
    assert details[1] == {"is_active": [True, False]}


def test_a_department_has_a_weight_in_the_queue(
    root: User, sales: Department, client_of: ClientOf
) -> None:
    platform = client_of(root)
    url = f"/platform/departments/{sales.pk}/"
    open_ = {"name": sales.name, "is_active": "on"}
    assert b'name="queue_weight" value="1"' in platform.get(url).content
    platform.post(url, open_ | {"queue_weight": "3"})
    sales.refresh_from_db()
    assert sales.queue_weight == 3
    (event,) = AuditEvent.objects.filter(action="department")
    assert event.detail == {"queue_weight": [1, 3]}
    for wrong in ("0", "11", "-1", "x"):
        response = platform.post(url, open_ | {"queue_weight": wrong})
        assert response.context["form"].errors
    sales.refresh_from_db()
    assert sales.queue_weight == 3


def test_a_department_gets_another_admin(
    root: User, charlie: User, sales: Department, client_of: ClientOf
) -> None:
    url = f"/platform/departments/{sales.pk}/"
    client_of(root).post(url, {"username": "charlie"})
    assert charlie.memberships.get(department=sales).role == Role.ADMIN
    response = client_of(root).post(url, {"username": "nobody"})
    assert response.context["appoint_form"].errors


def test_an_account_is_made_with_a_password_for_once(
    root: User, sales: Department, client_of: ClientOf
) -> None:
    data = NEW_USER | {"department": str(sales.pk), "role": "auditor"}
    response = client_of(root).post("/platform/users/new/", data)
    password = response.context["made"].password
    client = Client()
    client.post("/accounts/login/", {"username": "erin", "password": password})
    assert client.get("/accounts/profile/")["Location"] == "/accounts/password/"
    erin = User.objects.get(username="erin")
    assert membership(erin).role == Role.AUDITOR
    assert password not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    "over",
    [
        {"username": "ROOT"},
        {"username": ""},
        {"username": "x" * 65},
        {"display_name": ""},
        {"email": "x"},
        {"role": "king"},
        {"department": "99"},
    ],
)
def test_a_bad_account_is_not_made(
    root: User, client_of: ClientOf, over: dict[str, str]
) -> None:
    response = client_of(root).post("/platform/users/new/", NEW_USER | over)
    assert response.context["form"].errors
    assert User.objects.count() == 1


def test_a_reset_password_logs_out_and_lifts_the_lockout(
    root: User, alice: User, client_of: ClientOf
) -> None:
    elsewhere, browser = client_of(alice), Client()
    create_token(membership=membership(alice), origin=SYSTEM, name="script")
    for _attempt in range(5):
        browser.post("/accounts/login/", {"username": "alice", "password": "wrong"})
    second = client_of(make_user("olga", is_platform_admin=True))
    client_of(root).post(f"/platform/users/{alice.pk}/reset/")
    url = f"/platform/access/{AccessRequest.objects.get().uuid}/"
    second.post(url, {"action": "approve"})
    response = client_of(root).post(f"{url}password/")
    data = {"username": "alice", "password": response.context["made"].password}
    assert elsewhere.get("/accounts/sessions/").status_code == 302
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert browser.post("/accounts/login/", data).status_code == 302


def edit(client: Client, user: User, **over: str) -> object:
    data = {"display_name": user.display_name, "email": "", "is_active": "on"} | over
    if not data["is_active"]:
        del data["is_active"]
    return client.post(f"/platform/users/{user.pk}/", data)


def test_a_disabled_account_loses_sessions_and_tokens(
    root: User, alice: User, client_of: ClientOf
) -> None:
    create_token(membership=membership(alice), origin=SYSTEM, name="script")
    client = client_of(alice)
    edit(client_of(root), alice, is_active="")
    assert client.get("/accounts/profile/").status_code == 302
    assert not Session.objects.filter(user=alice).exists()
    assert ApiToken.objects.get().revoked_at
    event = AuditEvent.objects.get(action=AuditAction.USER)
    assert event.detail == {"is_active": [True, False]}


def test_the_last_admin_of_a_department_is_not_disabled(
    root: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    response = edit(client_of(root), carol, is_active="")
    assert "销售部" in str(response.context["form"].errors)  # type: ignore[attr-defined]
    carol.refresh_from_db()
    assert carol.is_active
    join(make_user("erin"), sales, Role.ADMIN)
    edit(client_of(root), carol, is_active="")
    carol.refresh_from_db()
    assert not carol.is_active


def test_a_closed_department_keeps_nobody(
    root: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    Department.objects.filter(pk=sales.pk).update(is_active=False)
    edit(client_of(root), carol, is_active="")
    carol.refresh_from_db()
    assert not carol.is_active


@pytest.mark.parametrize("active", ["", "on"])
def test_the_last_platform_admin_stays(
    root: User, client_of: ClientOf, active: str
) -> None:
    response = edit(client_of(root), root, is_active=active)
    assert response.context["form"].non_field_errors()  # type: ignore[attr-defined]
    root.refresh_from_db()
    assert root.is_active and root.is_platform_admin


def test_one_of_two_platform_admins_may_stop(root: User, client_of: ClientOf) -> None:
    make_user("other", is_platform_admin=True)
    edit(client_of(root), root)
    root.refresh_from_db()
    assert root.is_active and not root.is_platform_admin


def test_a_taken_name_is_refused_by_the_service_too(alice: User) -> None:
    with pytest.raises(Refused) as refused:
        people.create_user(origin=SYSTEM, username="alice", display_name="A")
    assert refused.value.code == "username_taken"


def test_a_given_password_is_final(db: None) -> None:
    made = people.create_user(
        origin=SYSTEM, username="demo", display_name="Demo", password=PASSWORD
    )
    assert not made.user.must_change_password


def test_the_list_asks_the_database_the_same_for_many_as_for_few(
    root: User,
    sales: Department,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(root)
    join(make_user("first"), sales, Role.MEMBER)
    client.get("/platform/users/")
    with django_assert_num_queries(8):
        client.get("/platform/users/")
    for number in range(20):
        join(make_user(f"member{number}"), sales, Role.MEMBER)
    with django_assert_num_queries(8):
        response = client.get("/platform/users/", {"q": "member"})
    assert len(response.context["page"].object_list) == 20


def test_the_platform_does_not_name_recordings(
    root: User, carol: User, sales: Department, client_of: ClientOf
) -> None:
    from tests.factories import make_recording

    recording = make_recording(sales, carol, title="秘密会议")
    client = client_of(root)
    for path in ("departments/", "users/", "audit/", f"departments/{sales.pk}/"):
        page = client.get(f"/platform/{path}").content.decode()
        assert recording.title not in page and str(recording.uuid) not in page
