"""Requests by somebody who has logged in, and those in a department."""

from django.http import (
    HttpRequest,
)
from django_htmx.middleware import HtmxDetails

from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.models.people import User

LONGEST_QUERY = 100


class UserRequest(HttpRequest):
    """A request by somebody who has logged in."""

    user: User
    htmx: HtmxDetails


class DepartmentRequest(UserRequest):
    """A request under ``/d/<slug>/`` after ``DepartmentMiddleware`` let it in."""

    membership: Membership
    department: Department


def typed_query(request: HttpRequest) -> str:
    """What somebody looks for in a list of people. NUL is no text in PostgreSQL, and a
    pattern over 50,000 bytes an error in SQLite."""
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
