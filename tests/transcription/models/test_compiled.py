"""Queries that are put into SQL once."""

import pytest
from django.db.models import QuerySet

from accounts.models.people import User
from tests.people import make_user
from transcription.models.compiled import Row, compiled

pytestmark = pytest.mark.django_db


def test_every_time_the_database_is_asked_and_the_query_is_written_once() -> None:
    written = []

    @compiled
    def called(name: str) -> QuerySet[User, Row]:
        written.append(name)
        return User.objects.filter(username=name).values_list("username", "pk")

    assert called("anna") == []
    anna = make_user("anna")
    assert called("anna") == [("anna", anna.pk)]
    User.objects.filter(pk=anna.pk).update(username="anne")
    assert called("anna") == []
    assert called("bert") == []
    assert written == ["anna", "bert"]
