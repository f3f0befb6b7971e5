"""The new version on an old one's database: nothing is lost, and every kind of run that
waited, or was begun by a process that is no more, is done once."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.chaos.installation import wait_for
from tests.portal.backup.conftest import Portal, make_portal
from tests.portal.backup.old_versions import (
    DJANGOS,
    KINDS,
    VERSIONS,
    Row,
    is_postgresql,
    leave,
    rows,
    runs,
    tables,
)
from tests.runner.own_database import database_of_its_own

ENTRIES = """
from django_q.brokers import get_broker
print("ENTRIES", *(get_broker(one).queue_size() for one in ("interactive", "batch")))
"""


@dataclass
class Upgraded:
    """``before``: every table's rows, as the old version left them."""

    portal: Portal
    before: dict[str, list[Row]]


@pytest.fixture(scope="module", params=VERSIONS)
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgraded]:
    with database_of_its_own("shengwen_old") as environment:
        portal = make_portal(tmp_path_factory.mktemp("old"), environment)
        portal.environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "SLOW_ENGINE_SECONDS": "0.02",
        }
        leave(portal, request.param)
        before = {name: rows(portal, name) for name in tables(portal)}
        portal.manage("migrate", "--verbosity", "0")
        yield Upgraded(portal, before)


def test_every_row_is_as_it_was(upgraded: Upgraded) -> None:
    portal, before = upgraded.portal, upgraded.before
    portal.manage("migrate", "--check")
    assert not before.keys() - set(tables(portal))
    # Sessions are kept by the hash of their key since 0009.
    for name in before.keys() - DJANGOS - {"accounts_session"}:
        check_kept(name, before[name], rows(portal, name))
    assert len(rows(portal, "accounts_session")) == len(before["accounts_session"]) == 1


def check_kept(name: str, before: list[Row], after: list[Row]) -> None:
    """All columns that both have; a new one may have any value."""
    if not before:
        assert not after, name
        return
    if name == "sqlite_sequence":  # no id is given again
        last = {row["name"]: row["seq"] for row in after}
        assert all(last[row["name"]] >= row["seq"] for row in before)
        return
    columns = before[0].keys() & after[0].keys()
    kept = [{column: row[column] for column in columns} for row in after]
    assert kept == [{column: row[column] for column in columns} for row in before], name


def test_its_tables_are_those_of_a_new_installation(
    upgraded: Upgraded, elsewhere: Portal
) -> None:
    elsewhere.manage("migrate", "--verbosity", "0")
    assert schema(upgraded.portal) == schema(elsewhere)


def schema(portal: Portal) -> list[str]:
    if is_postgresql(portal):
        url = portal.environment["DATABASE_URL"]
        words = ["--schema-only", "--no-owner", "--dbname", url]
        said = subprocess.run(["pg_dump", *words], capture_output=True, check=True)
        lines = said.stdout.decode().splitlines()
        return [
            _without_casts(line)
            for line in lines
            if not re.match(r"\\(un)?restrict ", line)
        ]
    master = rows(portal, "sqlite_master")
    return sorted(str((row["type"], row["name"], row["sql"])) for row in master)


def _without_casts(line: str) -> str:
    """A condition reads otherwise once it has been through a dump: each word of a list
    is cast to text there instead of the whole list."""
    if "::" not in line:
        return line
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", line)


def test_every_kind_of_run_is_taken_up_and_done_once(upgraded: Upgraded) -> None:
    portal = upgraded.portal
    before = {kind: runs(portal, kind) for kind in KINDS}
    for kind in KINDS:
        states = [run["state"] for run in before[kind].values()]
        assert {"queued", "running"} <= set(states), kind
    portal.manage("janitor", "--once")
    for kind in KINDS:
        check_given_back(before[kind], runs(portal, kind))
    # Two entries for each kind: what waited has its old one or, where the queue was
    # lost, a new one.
    said = portal.python(ENTRIES).split("ENTRIES")[1].split()
    assert sum(map(int, said)) == 2 * len(KINDS)

    portal.programs, portal.static = "web,interactive,batch,janitor", False
    with portal:
        wait_for(lambda: not any(active(portal, kind) for kind in KINDS), 240)
    for kind in KINDS:
        check_done_once(portal, before[kind], runs(portal, kind))
    check_results(portal, before)
    assert portal.python(ENTRIES).split("ENTRIES")[1].split() == ["0", "0"]


def active(portal: Portal, kind: str) -> set[int]:
    found = runs(portal, kind)
    return {pk for pk in found if found[pk]["state"] in {"queued", "running"}}


def check_given_back(before: dict[int, Row], after: dict[int, Row]) -> None:
    assert after.keys() == before.keys()
    for pk, was in before.items():
        expected = "queued" if was["state"] == "running" else was["state"]
        assert after[pk]["state"] == expected
        assert after[pk]["lease_token"] is None
        assert after[pk]["try_again_at"] is None
        deaths = was.get("deaths", 0) + (was["state"] == "running")
        assert after[pk]["deaths"] == deaths


def check_done_once(
    portal: Portal, before: dict[int, Row], after: dict[int, Row]
) -> None:
    logs = set(portal.data_dir.rglob("*.log")) - {portal.data_dir / "serve.log"}
    log = "".join(path.read_text() for path in logs)
    assert "sudden death" not in log  # django-q2's, of a process that an entry kills
    for pk, was in before.items():
        if was["state"] not in {"queued", "running"}:
            continue
        assert after[pk]["state"] == "succeeded", after[pk]
        assert after[pk]["attempts"] <= 1  # a step that is done counts anew
        uuid = str(was["uuid"]).replace("-", "")
        ends = re.findall(r"\b(\S+) (\w+): ", log)
        mine = [end for end in ends if end[0].replace("-", "") == uuid]
        assert [state for _uuid, state in mine] == ["succeeded"]


def check_results(portal: Portal, before: dict[str, dict[int, Any]]) -> None:
    jobs = sorted(row["job_id"] for row in rows(portal, "transcription_transcript"))
    assert jobs == sorted(before["transcriptionjob"])
    results = [row["run_id"] for row in rows(portal, "transcription_evaluationresult")]
    for pk, run in before["evaluationrun"].items():
        assert results.count(pk) == run["item_count"] > 0
    for item in rows(portal, "transcription_rehearingitem"):
        assert item["outcome"]
