"""Every kind of run, and one of it that waits."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models.departments import Department
from tests.transcription.runs.every_kind import MAKERS, Kind
from tests.transcription.runs.toys import TOYS, Toy
from transcription.models.runs import LeasedRun
from transcription.services.kinds import KINDS


@pytest.fixture(scope="module")
def table_of_toys(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Toy)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Toy)


@pytest.fixture(params=[TOYS, *KINDS], ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest, table_of_toys: None, db: None) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
def run(kind: Kind, sales: Department) -> LeasedRun:
    """Queued, and without an entry in the queue."""
    return MAKERS[kind](sales)
