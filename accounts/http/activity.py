"""Whether a person caused a request, or a page did by itself.

Only what a person does puts off the idle timeout. A page that asks again and again must
not, and nobody has to remember to list its address: what htmx asks is the page's own
doing unless ``static/js/frame/app.js`` vouches for a click or a key behind it, and
scripts fetch through ``static/js/frame/ask.js``, which says so. Whoever forges the
header only stays logged in, as a click would do.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])

HEADER = "X-Asked-By"
PERSON, PAGE = "person", "page"
# A page without scripts reloads itself, and a reload can carry no header.
PARAMETER = "asked-by"
_READS = frozenset({"GET", "HEAD"})


def polled(view: View) -> View:
    """For a view that only pages ask for, never people: whatever the headers say."""
    view.is_polled = True  # type: ignore[attr-defined]
    return view


def is_by_person(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether somebody sat there and did this."""
    if getattr(view, "is_polled", False):
        return False
    said = request.headers.get(HEADER)
    if said is not None:
        return said == PERSON
    if request.GET.get(PARAMETER) == PAGE or "HX-Request" in request.headers:
        return False
    # ``fetch`` from a script that does not use ask.js; browsers tell over HTTPS.
    is_fetched = request.headers.get("Sec-Fetch-Dest") == "empty"
    return request.method not in _READS or not is_fetched
