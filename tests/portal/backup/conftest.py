"""A company to save, as real commands on a database of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runner.own_database import database_of_its_own
from tests.stack import Stack
from transcription.services.installation import MARKER

FILL = """
import os
from django.test import Client
from django.urls import reverse
from accounts.roles import Role
from accounts.services.audit.writing import SYSTEM, record
from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from tests.factories import make_evaluation, make_job, make_recording, make_transcript
from tests.factories import make_worker
from tests.people import PASSWORD, join, make_user
from transcription.models.runs import JobState
from transcription.services.search.index import index_recording, index_transcript
sales = Department.objects.create(slug="sales", name="销售部")
alice = join(make_user("alice"), sales, Role.SUPERVISOR)
for number in range(3):
    recording = make_recording(sales, alice, content=os.urandom(300_000))
    index_transcript(make_transcript(recording))
waiting = make_recording(sales, alice, content=os.urandom(1000))
make_job(waiting, JobState.QUEUED)
index_recording(waiting)
worked_on = make_recording(sales, alice, content=os.urandom(1000))
index_recording(worked_on)
make_job(worked_on, JobState.RUNNING, attempts=3, worker="gone:boot:1:2")
make_evaluation(sales, JobState.RUNNING)
make_worker()
record(AuditAction.EXPORT, SYSTEM, sales.audit_subject)
Client(headers={"host": "localhost"}).post(
    reverse("accounts:login"), {"username": "alice", "password": PASSWORD})
"""
LOOK = """
import json
from django.db import connection
from django.test import Client
from django.urls import reverse
from accounts.models.audit.events import AuditEvent
from portal.backup import tables
from tests.people import PASSWORD
from transcription.models.evaluation import EvaluationRun
from transcription.models.jobs import TranscriptionJob
client = Client(headers={"host": "localhost"})
sessions = tables.count_rows(connection)["accounts_session"]
states = sorted(TranscriptionJob.objects.values_list("state", flat=True))
runs = list(EvaluationRun.objects.values_list("state", flat=True))
counts = tables.count_rows(connection)
events = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
login = client.post(
    reverse("accounts:login"), {"username": "%(name)s", "password": PASSWORD})
page = client.get("/d/%(slug)s/search/", {"q": "%(word)s"}).content.decode()
print("LOOK" + json.dumps({
    "counts": counts, "states": states, "runs": runs, "sessions": sessions,
    "login": login.status_code, "events": events,
    "hits": page.count("/d/%(slug)s/recordings/"), "vendor": connection.vendor}))
"""


class Portal(Stack):
    """A stack that need not be started: its commands and its data are enough."""

    def python(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-c", code)

    def look(
        self, name: str = "alice", slug: str = "sales", word: str = "利率调整"
    ) -> dict[str, Any]:
        """What somebody who logs in and searches finds."""
        code = LOOK % {"name": name, "slug": slug, "word": word}
        said = self.python(code).split("LOOK", 1)[1]
        found: dict[str, Any] = json.loads(said.splitlines()[0])
        return found

    def refusal(self, *words: str) -> str:
        """What a command says that ends with an error."""
        with pytest.raises(RuntimeError) as caught:
            self.manage(*words)
        return str(caught.value)

    def media(self) -> dict[str, bytes]:
        root = self.data_dir / "media"
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and path.name != MARKER
        }


def make_portal(folder: Path, environment: dict[str, str]) -> Portal:
    # Pages without collected static files; a log that pages may write into.
    portal = Portal(folder)
    portal.environment |= {"SHENGWEN_DEBUG": "1", **environment}
    return portal


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with database_of_its_own("shengwen_backup") as environment:
        portal = make_portal(tmp_path_factory.mktemp("company"), environment)
        portal.manage("migrate", "--verbosity", "0")
        portal.python(FILL)
        yield portal


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Portal]:
    """An installation on new hardware, as empty as it gets."""
    with database_of_its_own("shengwen_elsewhere") as environment:
        yield make_portal(tmp_path / "elsewhere", environment)
