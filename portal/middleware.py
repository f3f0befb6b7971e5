"""A page for answers that Django leaves blank."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from portal.views import method_not_allowed


class MethodNotAllowedMiddleware:
    """``require_POST`` and its kin refuse with an empty 405: somebody who typed the
    address, or came back to it after logging in, looks at a blank page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_blank = (
            response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
            and not response.streaming
            and not response.content
        )
        if not is_blank or not request.accepts("text/html"):
            return response
        page = method_not_allowed(request)
        page["Allow"] = response["Allow"]
        return page
