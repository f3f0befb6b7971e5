"""The audit trail: append-only, readable by auditors, exportable."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from accounts.migrations._audit_triggers import protect
from accounts.models.audit.events import AppendOnlyError, AuditAction, AuditEvent
from accounts.models.audit.subjects import Subject
from accounts.models.departments import Department
from accounts.models.people import NeverDeletedError, User
from accounts.services.audit.words import describe, source
from accounts.services.audit.writing import SYSTEM, Origin, record

ClientOf = Callable[[User], Client]
PAGE = "/d/sales/audit/"


def note(action: AuditAction, user: User | None, department: Department | None) -> None:
    about = Subject("recording", name="理财产品咨询").within(
        department.pk if department else None
    )
    record(action, Origin(user=user, ip_address="10.0.0.7"), about)


def seen(response: object) -> list[str]:
    return [event.action for event in response.context["page"].events]  # type: ignore[attr-defined]


def test_events_cannot_be_changed_or_deleted_in_python(
    alice: User, sales: Department
) -> None:
    note(AuditAction.VIEW, alice, sales)
    event = AuditEvent.objects.get()
    for attempt in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(actor_name="bob"),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()


AS_BOB = (
    "accounts_auditevent (id, at, action, actor_name, object_type, object_id, "
    "object_name, user_agent, detail) SELECT id, at, action, 'bob', object_type, "
    "object_id, object_name, user_agent, detail FROM accounts_auditevent WHERE true"
)
STATEMENTS = [
    "UPDATE accounts_auditevent SET actor_name = 'bob'",
    "DELETE FROM accounts_auditevent",
    f"INSERT INTO {AS_BOB} ON CONFLICT (id) DO UPDATE SET actor_name = 'bob'",
]
if connection.vendor == "postgresql":
    STATEMENTS.append("TRUNCATE accounts_auditevent CASCADE")
else:
    STATEMENTS += [f"INSERT OR REPLACE INTO {AS_BOB}", f"REPLACE INTO {AS_BOB}"]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_too(
    alice: User, sales: Department, statement: str
) -> None:
    # Within the test's transaction: conftest allows emptying for the others.
    protect(None, connection.schema_editor())
    note(AuditAction.VIEW, alice, sales)
    connection.check_constraints()  # PostgreSQL truncates no table that waits for them
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.get().actor_name == "alice"


def test_the_migrations_put_every_trigger_on(db: None) -> None:
    names = (
        "SELECT tgname FROM pg_trigger"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(names)
        found = {name for (name,) in cursor.fetchall()}
    assert "audit_append_only" in found
    assert connection.vendor == "postgresql" or "audit_no_replacing" in found
    # conftest takes it off again, for tests whose tables Django empties.
    assert "audit_no_emptying" not in found


def test_people_are_never_deleted(alice: User) -> None:
    with pytest.raises(NeverDeletedError):
        alice.delete()
    with pytest.raises(NeverDeletedError):
        User.objects.filter(pk=alice.pk).delete()


def test_an_auditor_sees_the_department_and_its_peoples_logins(
    dave: User,
    alice: User,
    charlie: User,
    sales: Department,
    support: Department,
    client_of: ClientOf,
) -> None:
    note(AuditAction.PLAY, alice, sales)
    note(AuditAction.SEARCH, charlie, support)
    for username in ("alice", "charlie"):
        Client().post("/accounts/login/", {"username": username, "password": "wrong"})
    response = client_of(dave).get(PAGE)
    assert seen(response) == ["login_failed", "play"]
    assert "charlie" not in response.content.decode().lower()


def test_filters_narrow_the_trail(
    dave: User, alice: User, bob: User, sales: Department, client_of: ClientOf
) -> None:
    note(AuditAction.PLAY, alice, sales)
    note(AuditAction.VIEW, bob, sales)
    client = client_of(dave)
    today = timezone.localdate()
    day, tomorrow, yesterday = (
        str(today + timedelta(days=days)) for days in (0, 1, -1)
    )
    assert seen(client.get(PAGE, {"action": "view"})) == ["view"]
    assert seen(client.get(PAGE, {"person": "ALI"})) == ["play"]
    assert len(seen(client.get(PAGE, {"since": day, "until": day}))) == 2
    assert seen(client.get(PAGE, {"since": tomorrow})) == []
    assert seen(client.get(PAGE, {"until": yesterday})) == []


@pytest.mark.parametrize(
    "query",
    [
        {"action": "nonsense"},
        {"since": "yesterday"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "2026-02-02", "until": "2026-02-01"},
        {"person": "a\0b"},
        {"about": "标" * 201},
    ],
)
def test_an_unusable_filter_is_explained(
    dave: User, client_of: ClientOf, query: dict[str, str]
) -> None:
    response = client_of(dave).get(PAGE, query | {"format": "csv", "page": "zzz"})
    assert response.status_code == 200
    assert response.context["form"].errors


def test_the_platforms_trail_holds_no_departments_doings(
    root: User, alice: User, sales: Department, client_of: ClientOf
) -> None:
    note(AuditAction.PLAY, alice, sales)
    note(AuditAction.DEPARTMENT, root, sales)
    note(AuditAction.ENGINE, root, None)
    assert seen(client_of(root).get("/platform/audit/")) == ["engine", "department"]


@pytest.mark.parametrize(
    ("then", "is_linked"),
    [
        ([], True),
        ([AuditAction.DELETE], False),
        ([AuditAction.DELETE, AuditAction.RESTORE], True),
        ([AuditAction.DELETE, AuditAction.PURGE], False),
    ],
)
def test_a_recordings_events_lead_to_it_while_it_is_there(
    dave: User,
    root: User,
    sales: Department,
    client_of: ClientOf,
    then: list[AuditAction],
    is_linked: bool,
) -> None:
    uuid = "11111111-2222-3333-4444-555555555555"
    for action in (AuditAction.VIEW, *then):
        record(action, SYSTEM, Subject("recording", uuid, "理财产品咨询", sales.pk))
    content = client_of(dave).get(PAGE).content.decode()
    links = content.count(f'href="/d/sales/recordings/{uuid}/"')
    assert links == (1 + len(then) if is_linked else 0)
    assert uuid not in client_of(root).get("/platform/audit/").content.decode()


def test_details_read_as_a_sentence() -> None:
    with translation.override("en"):
        assert describe({"role": ["member", "admin"], "joined": True}) == (
            "role: Member → Department admin; joined"
        )
        assert describe({"is_active": [True, False]}) == "active: yes → no"
        assert describe({}) == ""


def test_a_person_called_like_a_role_keeps_the_name() -> None:
    with translation.override("en"):
        assert describe({"asked_by": "admin"}) == "asked for by: admin"
        assert describe({"admin": "member"}) == "admin: member"


def test_what_programs_wrote_reads_as_chinese() -> None:
    with translation.override("zh-hans"):
        assert describe({"through": "api", "job": "7e5d5f9c"}) == "通过 API"
        assert describe({"sha256": "25eb", "unknown": [1, 2]}) == ""
        assert (source("system"), source("demo")) == ("系统", "示例数据")


def test_what_the_system_does_has_no_actor(sales: Department) -> None:
    record(AuditAction.PURGE, SYSTEM, Subject(department_id=sales.pk))
    event = AuditEvent.objects.get()
    assert (event.actor, event.ip_address, event.user_agent) == (None, None, "system")


def test_a_browser_cannot_pass_for_the_system(sales: Department) -> None:
    Client(headers={"user-agent": "system"}).post(
        "/accounts/login/", {"username": "nobody", "password": "x"}
    )
    event = AuditEvent.objects.get(action=AuditAction.LOGIN_FAILED)
    assert event.user_agent == "“system”"
    with translation.override("zh-hans"):
        assert source(event.user_agent) != source("system")
