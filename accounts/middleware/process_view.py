"""What the middlewares that look at the view have in common."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]


class ProcessViewMiddleware:
    """A middleware that only looks at the view about to be called."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
