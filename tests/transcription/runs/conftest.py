"""Every kind of run, and one of it that waits."""

from collections.abc import Iterator
from typing import Final

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models.departments import Department
from tests.transcription.runs.every_kind import MAKERS, Kind
from tests.transcription.runs.toys import TOY_CHORES, TOYS, Toy, ToyChore
from transcription.models.runs import LeasedRun
from transcription.services.kinds import KINDS

EVERY_KIND: Final = [TOYS, TOY_CHORES, *KINDS]


@pytest.fixture(scope="module")
def table_of_toys(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in (Toy, ToyChore):
            editor.create_model(model)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in (Toy, ToyChore):
            editor.delete_model(model)


@pytest.fixture(params=EVERY_KIND, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest, table_of_toys: None, db: None) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def run(kind: Kind, sales: Department) -> LeasedRun:
    """Queued, and without an entry in the queue."""
    return MAKERS[kind](sales)
