"""``manage.py access`` and its like, where nobody else could agree."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models.audit.events import AuditAction, AuditEvent
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Role
from accounts.services import invitations
from accounts.services.audit.writing import SYSTEM
from tests.people import PASSWORD, membership

ClientOf = Callable[[User], Client]


def run(*arguments: str) -> None:
    call_command("access", *arguments, "--reason", "nobody else is left")


def test_the_server_does_it_where_there_is_nobody_and_the_department_reads_it(
    root: User, carol: User, charlie: User, sales: Department, client_of: ClientOf
) -> None:
    run("appoint", "charlie", "sales", "--role", "auditor")
    assert Membership.objects.get(user=charlie, department=sales).role == Role.AUDITOR
    event = AuditEvent.objects.get(action=AuditAction.ACCESS)
    assert (event.department, event.actor) == (sales, None)
    assert event.detail["on_server"] and event.detail["why"]
    page = client_of(carol).get("/d/sales/").content.decode()
    assert "Charlie (charlie) 成为销售部的审计员。" in page


def test_the_server_resets_enables_and_makes_platform_admins(
    carol: User, alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    run("reset-password", "alice")
    run("enable", "alice")
    run("platform-admin", "alice")
    alice.refresh_from_db()
    assert alice.is_active and alice.is_platform_admin
    printed = capsys.readouterr().out.splitlines()
    assert any(alice.check_password(line) for line in printed)
    for arguments in (("enable", "nobody"), ("appoint", "alice", "nowhere")):
        with pytest.raises(CommandError):
            run(*arguments)


def test_a_superuser_from_the_server_is_audited(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", "--noinput", "--username=first", "--display_name=First"
    )
    assert User.objects.get().is_platform_admin
    event = AuditEvent.objects.get()
    assert event.detail["on_server"] and event.detail["is_platform_admin"]


def test_the_first_platform_admin_sets_up_a_department_alone(
    root: User, client_of: ClientOf
) -> None:
    """As docs/deployment.md says: createsuperuser, then departments and people."""
    response = client_of(root).post(
        "/platform/departments/new/",
        {
            "name": "法务部",
            "slug": "legal",
            "admin_username": "lawyer",
            "admin_display_name": "律师",
        },
    )
    lawyer = response.context["made"].user
    made = invitations.invite(
        membership=membership(lawyer), origin=SYSTEM, role=Role.MEMBER, note=""
    )
    assert made.secret
