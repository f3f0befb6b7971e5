"""Looking for somebody in a list of people."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models.people import User

ClientOf = Callable[[User], Client]


@pytest.mark.parametrize("query", ["长" * 20_000, "al\x00ice", "%", "\\", " Alice "])
def test_any_text_may_be_looked_for(
    carol: User, alice: User, root: User, client_of: ClientOf, query: str
) -> None:
    is_alice = query.replace("\x00", "").strip().lower() == "alice"
    for person, url in ((carol, "/d/sales/members/"), (root, "/platform/users/")):
        answer = client_of(person).get(url, {"q": query})
        assert answer.status_code == 200
        assert ("alice" in answer.content.decode().replace(query, "")) is is_alice
