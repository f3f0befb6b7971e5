"""What needs no recogniser does not wait for those that recognise, on real brokers."""

import json
import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.chores.apps import MODEL_LIBRARIES
from tests.chaos.installation import Installation, kill, wait_for

pytestmark = pytest.mark.chaos

MAKE_TABLE = """
import django; django.setup()
from django.db import connection
from tests.chaos.chores.models import Errand
with connection.schema_editor() as editor:
    editor.create_model(Errand)
"""
ORDER = """
import json, sys, django; django.setup()
from django.db import transaction
from accounts.models.departments import Department
from tests.chaos.chores.models import Errand
from transcription.services.kinds import KINDS
(errands,) = [kind for kind in KINDS if kind.model is Errand]
department, _ = Department.objects.get_or_create(slug="sales", name="sales")
with transaction.atomic():
    run = Errand.objects.create(department=department, seconds=float(sys.argv[1]))
    errands.enqueue(run)
print(json.dumps(run.pk))
"""


@pytest.fixture
def with_errands(portal: Installation) -> Installation:
    portal.environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.chaos.chores.settings",
        "SLOW_ENGINE_SECONDS": "600",
    }
    portal.python("-c", MAKE_TABLE)
    return portal


def order(portal: Installation, seconds: float) -> int:
    answer: int = json.loads(portal.python("-c", ORDER, str(seconds)).splitlines()[-1])
    return answer


def errand(portal: Installation, run_id: int) -> dict[str, Any]:
    (row,) = portal.rows("SELECT * FROM chores_errand WHERE id = ?", run_id)
    return dict(row)


def test_a_chore_is_done_while_both_recognisers_are_busy_with_sound(
    with_errands: Installation, short_clip: Path
) -> None:
    portal = with_errands
    jobs = [portal.upload(short_clip, queue) for queue in ("batch", "interactive")]

    def states() -> list[str]:
        return [portal.state(job) for job in jobs]

    with ExitStack() as clusters:
        for queue in ("batch", "interactive", "chores"):
            clusters.enter_context(portal.cluster(queue))
        wait_for(lambda: states() == ["running", "running"])
        chore = order(portal, 0)
        wait_for(lambda: errand(portal, chore)["state"] == "succeeded")
        assert states() == ["running", "running"]
        seen = portal.rows("SELECT queue FROM transcription_engineworker")
        assert sorted(row["queue"] for row in seen) == ["batch", "interactive"]
    facts = json.loads((portal.folder / "errand.json").read_text())
    assert facts["models"] == []
    assert facts["refused"] == list(MODEL_LIBRARIES)
    assert "engine-report" not in facts["threads"]


@pytest.mark.parametrize("portal", ["orm"], indirect=True)
def test_a_chore_whose_worker_is_killed_or_stopped_is_done_by_the_next(
    with_errands: Installation,
) -> None:
    portal = with_errands
    chore = order(portal, 2)

    def is_running() -> bool:
        return bool(errand(portal, chore)["state"] == "running")

    with portal.cluster("chores") as cluster:
        wait_for(is_running)
        kill(int(errand(portal, chore)["worker"].split(":")[-2]))
        portal.manage("janitor", "--once")
        wait_for(is_running)
        assert errand(portal, chore)["deaths"] == 1
        os.kill(cluster.pid, signal.SIGTERM)
        assert cluster.wait(timeout=20) == 0
    stopped = errand(portal, chore)
    assert (stopped["state"], stopped["attempts"], stopped["deaths"]) == (
        "queued",
        0,
        1,
    )
    with portal.cluster("chores"):
        wait_for(lambda: errand(portal, chore)["state"] == "succeeded")
