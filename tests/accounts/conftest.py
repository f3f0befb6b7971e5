"""People that only these tests ask for."""

import pytest

from accounts.models.people import User
from tests.people import make_user


@pytest.fixture
def olga(db: None) -> User:
    """The other platform admin."""
    return make_user("olga", is_platform_admin=True)
