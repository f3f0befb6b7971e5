"""What is put right before the portal's own code sees a request, or after an answer."""

import ipaddress
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from accounts.services.refusal import Refused
from portal.http.request_limits import REFUSAL
from portal.pages.views import health, method_not_allowed, refused, too_large

GetResponse = Callable[[HttpRequest], HttpResponse]
HEALTH_PATH = "/healthz"
_TEXT_ENDINGS = ("json", "xml", "/javascript", "/x-subrip")


class HealthMiddleware:
    """A load balancer asks by address and without TLS, whatever names the portal has.
    The answer says nothing but whether it works and builds no address from the host, so
    it is given before hosts are checked and plain HTTP is sent to HTTPS."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == HEALTH_PATH:
            return health(request)
        return self.get_response(request)


class ClientMiddleware:
    """Who calls, as it can be stored. ``REMOTE_ADDR`` is an address, or empty: a proxy
    that is believed may forward ``unknown``, a name like ``_hidden``, a port, a zone or
    rubbish. A browser's name has no NUL, which PostgreSQL takes in no text."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.META
        known["REMOTE_ADDR"] = plain_address(known.get("REMOTE_ADDR", ""))
        if "HTTP_USER_AGENT" in known:
            known["HTTP_USER_AGENT"] = known["HTTP_USER_AGENT"].replace("\x00", "")
        return self.get_response(request)


def plain_address(forwarded: str) -> str:
    """``192.0.2.7`` of ``192.0.2.7:443``, ``2001:db8::1`` of ``[2001:db8::1]:443``."""
    host = forwarded.strip().strip('"')
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


class CompressionMiddleware(GZipMiddleware):
    """Text leaves compressed also where no nginx stands in front: a page of a
    transcript is a tenth of its size. Never sound, which is compressed already and of
    which ranges are asked, nor what is streamed. Django's answer to BREACH, random
    bytes, stays."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0].lower()
        is_text = kind.startswith("text/") or kind.endswith(_TEXT_ENDINGS)
        is_part = response.status_code == HTTPStatus.PARTIAL_CONTENT
        if response.streaming or is_part or not is_text:
            return response
        return super().process_response(request, response)


class TooLargeMiddleware:
    """The page for a form that ``RequestLimits`` did not let in. Its body is not there:
    nothing behind this may look at the request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = getattr(request, "scope", {}).get(REFUSAL)
        if refusal is None:
            return self.get_response(request)
        return too_large(request, refusal.sentence())


class RefusedMiddleware:
    """A service's refusal that a page did not catch is its sentence, and no fault. The
    API has a handler of its own, and nothing of it comes here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Refused) else None


class MethodNotAllowedMiddleware:
    """``require_POST`` and its kin refuse with an empty 405: somebody who typed the
    address, or came back to it after logging in, looks at a blank page."""

    def __init__(self, get_response: GetResponse) -> None:
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
