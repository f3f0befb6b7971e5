"""The one-time password that two people agreed to is shown once, to one of them.

test_who_is_shown_the_password.py says which; here it is Carol, who administers sales.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models.access_requests import AccessKind, AccessRequest, AccessState
from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services import people
from accounts.services.access_requests import asking
from accounts.services.access_requests.asking import Wish
from accounts.services.access_requests.passwords import show_once
from accounts.services.audit.writing import SYSTEM, Origin
from accounts.services.refusal import Refused
from tests.accounts.access_requests.asking import (
    ask,
    decide,
    logs_in,
    person,
    said,
    show,
)
from tests.people import PASSWORD, join, make_user

ClientOf = Callable[[User], Client]
NEW = "ein Fahrrad 电池 im Mai"
KINDS = pytest.mark.parametrize("kind", ["create", "reset"])


@pytest.fixture
def agreed(
    root: User,
    carol: User,
    dave: User,
    alice: User,
    sales: Department,
    client_of: ClientOf,
) -> None:
    """Carol has agreed to a new password of Alice's; Dave audits."""
    ask(client_of(root), "reset", sales)
    decide(client_of(carol), "/d/sales/", "approve")


@KINDS
@pytest.mark.parametrize(("second", "shown_to"), [("carol", "carol"), ("olga", "root")])
def test_agreeing_shows_no_password_and_one_of_the_two_sees_it_once(
    root: User,
    carol: User,
    olga: User,
    alice: User,
    sales: Department,
    client_of: ClientOf,
    kind: str,
    second: str,
    shown_to: str,
) -> None:
    ask(client_of(root), kind, sales)
    where = "/d/sales/" if second == "carol" else "/platform/"
    agreeing = decide(client_of(User.objects.get(username=second)), where, "approve")
    assert "made" not in agreeing.context
    assert 'class="secret"' not in agreeing.content.decode()
    assert not person().has_usable_password()  # so there is none to be seen
    reader = client_of(User.objects.get(username=shown_to))
    assert "显示一次性密码" in reader.get(f"{where}access/").content.decode()
    shown = show(reader, where)
    password = shown.context["made"].password
    assert password in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert logs_in(person(), password) and person().must_change_password
    again = show(reader, where)
    assert "made" not in again.context and "已显示过" in said(again)
    assert person().check_password(password)
    assert password not in reader.get(f"{where}access/").content.decode()


@KINDS
def test_until_it_is_shown_nobody_logs_in(
    root: User,
    carol: User,
    alice: User,
    sales: Department,
    client_of: ClientOf,
    kind: str,
) -> None:
    browser = client_of(alice)
    ask(client_of(root), kind, sales)
    decide(client_of(carol), "/d/sales/", "approve")
    for guess in ("", PASSWORD, person().password):
        assert not logs_in(person(), guess)
    if kind == "reset":
        assert browser.get("/accounts/sessions/").status_code == 302
    page = client_of(root).get(f"/platform/users/{person().pk}/").content.decode()
    assert "尚未生成一次性密码" in page


@pytest.mark.usefixtures("agreed")
def test_nobody_else_is_shown_it(
    root: User,
    dave: User,
    olga: User,
    charlie: User,
    sales: Department,
    client_of: ClientOf,
) -> None:
    assert show(client_of(charlie), "/d/sales/").status_code == 404
    assert show(client_of(charlie), "/d/support/").status_code == 404
    assert show(client_of(root), "/d/sales/").status_code == 404
    assert show(client_of(dave), "/d/sales/").status_code == 403
    assert show(client_of(dave), "/platform/").status_code == 404
    erik = join(make_user("erik"), sales, Role.ADMIN)
    for other, where in (
        (root, "/platform/"),
        (olga, "/platform/"),
        (erik, "/d/sales/"),
    ):
        refused = show(client_of(other), where)
        assert "made" not in refused.context and "只有 Carol 可以" in said(refused)
        page = client_of(other).get(f"{where}access/").content.decode()
        assert "显示一次性密码" not in page
    anonymous = show(Client(), "/d/sales/")
    assert anonymous.redirect_chain[0][0].startswith("/accounts/login/")
    assert not person().has_usable_password()


@pytest.mark.usefixtures("agreed")
def test_the_password_is_asked_for_first(carol: User, client_of: ClientOf) -> None:
    client = client_of(carol)
    session = client.session
    session.pop("password_typed_at")
    session.save()
    assert "made" not in show(client).context
    assert "made" not in show(client, confirm_password="wrong").context
    assert not person().has_usable_password()
    assert "made" in show(client, confirm_password=PASSWORD).context


@pytest.mark.usefixtures("agreed")
def test_it_is_audited_and_told_to_those_who_had_read_of_the_agreement(
    carol: User, dave: User, sales: Department, client_of: ClientOf
) -> None:
    reader = client_of(dave)
    reader.post("/d/sales/access/seen/")
    sentence = "Alice (alice)"
    assert sentence not in reader.get("/d/sales/").content.decode()
    password = show(client_of(carol)).context["made"].password
    event = AuditEvent.objects.filter(action=AuditAction.ACCESS).latest("pk")
    assert (event.actor, event.department) == (carol, sales)
    assert (event.object_name, event.detail["shown"]) == ("alice", True)
    assert password not in str(event.detail)
    assert sentence in reader.get("/d/sales/").content.decode()
    page = reader.get("/d/sales/access/").content.decode()
    assert "Carol 已于" in page and "查看一次性密码" in page
    assert "已查看一次性密码" in reader.get("/d/sales/audit/").content.decode()


@pytest.mark.usefixtures("agreed")
def test_whoever_is_shown_it_reads_on_every_page_that_it_waits(
    root: User, carol: User, dave: User, client_of: ClientOf
) -> None:
    note = "1 个一次性密码已获同意"
    assert note in client_of(carol).get("/d/sales/").content.decode()
    assert note not in client_of(dave).get("/d/sales/").content.decode()
    assert note not in client_of(root).get("/platform/users/").content.decode()
    show(client_of(carol))
    assert note not in client_of(carol).get("/d/sales/").content.decode()


def test_and_so_does_whoever_asked_where_it_is_they(
    root: User, olga: User, alice: User, sales: Department, client_of: ClientOf
) -> None:
    ask(client_of(root), "reset", sales)
    decide(client_of(olga), "/platform/", "approve")
    note = "1 个一次性密码已获同意"
    assert note in client_of(root).get("/platform/users/").content.decode()
    assert note not in client_of(olga).get("/platform/users/").content.decode()
    show(client_of(root), "/platform/")
    assert note not in client_of(root).get("/platform/users/").content.decode()


@pytest.mark.parametrize("state", [AccessState.PENDING, AccessState.REFUSED])
def test_what_nobody_agreed_to_is_not_shown(
    root: User,
    carol: User,
    alice: User,
    sales: Department,
    client_of: ClientOf,
    state: AccessState,
) -> None:
    ask(client_of(root), "reset", sales)
    User.objects.filter(pk=alice.pk).update(
        password="!", one_time_until=timezone.now() + timedelta(hours=1)
    )
    AccessRequest.objects.update(state=state, decided_at=timezone.now())
    assert "made" not in show(client_of(root), "/platform/").context
    assert "made" not in show(client_of(carol)).context
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRequest.objects.update(password_shown_at=timezone.now())


@pytest.mark.usefixtures("agreed")
def test_after_its_time_a_new_one_has_to_be_asked_for(
    carol: User, client_of: ClientOf
) -> None:
    User.objects.filter(username="alice").update(one_time_until=timezone.now())
    assert "已过期" in said(show(client_of(carol)))
    assert not person().has_usable_password()


@pytest.mark.usefixtures("agreed")
def test_it_does_not_replace_a_password_that_somebody_has(
    carol: User, alice: User, client_of: ClientOf
) -> None:
    """The server reset it meanwhile, and Alice has chosen one."""
    people.reset_password(user=alice, origin=SYSTEM)
    alice.set_password(NEW)
    alice.save()
    assert "made" not in show(client_of(carol)).context
    assert person().check_password(NEW)


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("more", ["department", "platform"])
def test_an_account_that_opens_more_by_now_needs_to_be_agreed_to_again(
    carol: User, alice: User, support: Department, client_of: ClientOf, more: str
) -> None:
    """Carol could agree for sales; not for another department or the platform."""
    if more == "department":
        client_of(join(make_user("erik"), support, Role.ADMIN))
        join(alice, support, Role.MEMBER)
    else:
        User.objects.filter(pk=alice.pk).update(is_platform_admin=True)
    refused = show(client_of(carol))
    assert "made" not in refused.context and "同意已失效" in said(refused)
    assert not person().has_usable_password()
    assert AccessRequest.objects.get().password_shown_at is None


@pytest.mark.usefixtures("agreed")
def test_whoever_no_longer_runs_the_department_is_shown_nothing_nor_is_the_other(
    root: User, carol: User, client_of: ClientOf
) -> None:
    client = client_of(carol)
    Membership.objects.filter(user=carol).update(role=Role.MEMBER)
    assert show(client).status_code == 403
    assert "只有 Carol 可以" in said(show(client_of(root), "/platform/"))
    Membership.objects.filter(user=carol).update(is_active=False)
    assert show(client).status_code == 404
    assert not person().has_usable_password()


def test_of_two_requests_for_one_account_one_is_shown(
    root: User, olga: User, carol: User, alice: User, sales: Department
) -> None:
    requests = []
    for asker in (root, olga):
        wish = Wish(AccessKind.RESET, alice)
        asked = asking.do_or_ask(wish=wish, origin=Origin(user=asker))
        assert isinstance(asked, AccessRequest)
        asking.approve(request=asked, decided_by=carol, origin=Origin(user=carol))
        requests.append(asked)
    made = show_once(request=requests[0], origin=Origin(user=carol))
    with pytest.raises(Refused) as refused:
        show_once(request=requests[1], origin=Origin(user=carol))
    assert refused.value.code == "password_gone"
    alice.refresh_from_db()
    assert alice.check_password(made.password)
