"""What somebody prefers, remembered in the browser."""

from typing import Final

from django.conf import settings
from django.http import HttpResponseBase

_YEAR: Final = 365 * 24 * 3600


def remember(response: HttpResponseBase, cookie: str, chosen: str) -> None:
    """In this browser, for a year."""
    response.set_cookie(
        cookie,
        chosen,
        max_age=_YEAR,
        path=settings.COOKIE_PATH,
        samesite="Lax",
        secure=settings.HTTPS,
        httponly=True,
    )
