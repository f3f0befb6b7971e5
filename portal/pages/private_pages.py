"""What somebody saw while logged in is not shown to the next person at that browser."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.models.people import User

PRIVATE = "private, no-store"


class PrivatePagesMiddleware:
    """No browser keeps an answer to somebody who has logged in, unless the view says
    otherwise: recordings may be kept, to be played again from the middle. A page that
    the browser holds in memory for "back" asks by itself whose it is
    (``static/js/frame/account.js``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and isinstance(request.user, User):
            response["Cache-Control"] = PRIVATE
        return response
