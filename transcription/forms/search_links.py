"""Addresses of the same search, changed a little."""

from collections.abc import Mapping
from typing import Any, Final

from django.core import signing
from django.utils.http import urlencode

from accounts.models.members import Membership

# Where a page begins: what is changed begins at its beginning.
PLACE: Final = ("after", "at", "skip")
_MAX_AGE: Final = 24 * 3600  # seconds: a page may wait in a tab in the background


Given = Mapping[str, Any]  # what was asked: of a name that comes twice the last


def address_of(given: Given, *dropped: str, **values: str) -> str:
    """From its beginning, without these parameters, with those; without those that are
    empty."""
    gone = {*PLACE, *dropped}
    query = {name: value for name, value in given.items() if name not in gone}
    return "?" + urlencode({k: v for k, v in (query | values).items() if v})


def kept(given: Given, *names: str) -> list[tuple[str, str]]:
    """What a form about something else sends along: everything but these."""
    gone = {*PLACE, *names}
    return [(name, value) for name, value in given.items() if name not in gone]


def signed(membership: Membership, given: Given) -> str:
    """That the department was asked this: see ``read_signed``."""
    return signing.dumps(dict(given.items()), salt=_salt(membership), compress=True)


def read_signed(membership: Membership, token: str) -> dict[str, str]:
    """What a page of this department's search was asked, and the audit trail has. An
    address that takes no other questions need not be in the trail. Raises
    ``signing.BadSignature``."""
    asked = signing.loads(token, salt=_salt(membership), max_age=_MAX_AGE)
    return {str(name): str(value) for name, value in asked.items()}


def _salt(membership: Membership) -> str:
    return f"search-{membership.department_id}"
