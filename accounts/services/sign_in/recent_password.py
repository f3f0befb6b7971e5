"""Whether this session's person has typed the password just now."""

from datetime import timedelta
from typing import Final

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

VALID_FOR: Final = timedelta(minutes=10)
_KEY: Final = "password_typed_at"


def note_password(session: SessionBase) -> None:
    """The person has typed the right one: at the login, or when asked again."""
    session[_KEY] = timezone.now().timestamp()


def is_recent(session: SessionBase) -> bool:
    """Within ``VALID_FOR``; a clock that was put back makes it no longer."""
    typed_at = session.get(_KEY)
    if not isinstance(typed_at, int | float):
        return False
    age = timezone.now().timestamp() - typed_at
    return 0 <= age < VALID_FOR.total_seconds()
