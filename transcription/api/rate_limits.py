"""How often a key may call, and what every answer says of it
(draft-ietf-httpapi-ratelimit-headers): one place for all addresses of the API."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from accounts.models.tokens import ApiToken

if TYPE_CHECKING:  # its module loads the throttles
    from rest_framework.views import APIView

POLICY: Final = "key"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What is left of the calls of a window, and in how many seconds there is more."""

    quota: int
    window_seconds: int
    remaining: int
    reset_seconds: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self.quota};w={self.window_seconds}',
            "RateLimit": f'"{POLICY}";r={self.remaining};t={self.reset_seconds}',
        }


class KeyThrottle(UserRateThrottle):
    """So many calls a window of each key, whatever other keys its person has."""

    num_requests: int | None
    duration: int | None

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        if not isinstance(request.auth, ApiToken):
            return super().get_cache_key(request, view)
        return self.cache_format % {"scope": self.scope, "ident": request.auth.uuid}

    def allow_request(self, request: Request, view: "APIView") -> bool:
        is_allowed = super().allow_request(request, view)
        if (found := self._rate_limit()) is not None:
            request._request.rate_limit = found  # type: ignore[attr-defined]
        return is_allowed

    def _rate_limit(self) -> RateLimit | None:
        """None where nothing is counted."""
        history = getattr(self, "history", None)
        if not history or not self.num_requests or not self.duration:
            return None
        # The newest call stands first; the oldest is the next to be forgotten.
        forgotten_in = self.duration - (self.now - history[-1])
        return RateLimit(
            quota=self.num_requests,
            window_seconds=int(self.duration),
            remaining=max(self.num_requests - len(history), 0),
            reset_seconds=max(ceil(forgotten_in), 1),
        )


class RateLimitMiddleware:
    """Tells each caller, also with an error, what the throttle has counted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        counted = getattr(request, "rate_limit", None)
        if isinstance(counted, RateLimit):
            for name, value in counted.headers().items():
                response.headers[name] = value
        return response
