"""Django finds a model when its file is imported; nothing else is offered here."""

from accounts.models import (  # noqa: F401
    access_requests,
    departments,
    invitations,
    members,
    people,
    tokens,
)
from accounts.models.audit import events, refused_attempts  # noqa: F401
from accounts.models.sign_in import chosen_passwords, login_pace, sessions  # noqa: F401
