"""Browsers in which a person has logged in before, told by a cookie.

It opens nothing. It only spares its people the waits that somebody else's guesses from
the same office would cost them; the lockout by name counts for them as for everybody.
"""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

_PEOPLE: Final = 8  # who share a machine; the latest are remembered
_LIFETIME: Final = timedelta(days=180)


def _mark_of(username: str) -> str:
    """Names the person to this portal only, and cannot be made up."""
    name = username.strip().lower()
    return salted_hmac("accounts.known_browsers", name).hexdigest()[:32]


def _marks(request: HttpRequest) -> list[str]:
    sent = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    return sent.split(".")[:_PEOPLE]


def is_known(request: HttpRequest, username: str) -> bool:
    """Whether this person has logged in with this browser before."""
    return _mark_of(username) in _marks(request)


def remember(request: HttpRequest, response: HttpResponseBase, username: str) -> None:
    """Know the person the next time."""
    mark = _mark_of(username)
    others = [other for other in _marks(request) if other not in ("", mark)]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        ".".join([mark, *others][:_PEOPLE]),
        max_age=_LIFETIME,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
