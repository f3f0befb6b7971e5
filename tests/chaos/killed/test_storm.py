"""Fifteen kills of anything during uploads; ``benchmarks.portal.storm`` has 200."""

import pytest

from tests.chaos.killed.storm import rage, stack
from tests.runner.own_database import database_of_its_own

pytestmark = pytest.mark.chaos


def test_after_a_storm_every_acknowledged_upload_has_one_transcript() -> None:
    with database_of_its_own() as own, stack(**own) as portal:
        outcome = rage(portal, uploads=8, kills=15)
    assert outcome.kills.total() == 15
    assert len(outcome.acknowledged) == 8
    assert (outcome.transcripts, outcome.doubled) == (8, 0), outcome.table("storm")
