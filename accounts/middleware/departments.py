"""The department's door: a slug in the address becomes a membership, or a 404."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.access import require
from accounts.http.redirects import redirect_to_login
from accounts.middleware.process_view import ProcessViewMiddleware, View
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.services.departments import remember_department


class DepartmentMiddleware(ProcessViewMiddleware):
    """Turns the slug in the address into ``request.membership``, or into a 404.

    An unknown department, one without a membership and a disabled membership look the
    same from outside. The view behind it never sees the slug.
    """

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if "department" not in kwargs:
            return None
        slug = kwargs.pop("department")
        if not isinstance(request.user, User):
            return redirect_to_login(request)
        membership = (
            Membership.objects.select_related("department")
            .filter(
                user=request.user,
                is_active=True,
                department__slug=slug,
                department__is_active=True,
            )
            .first()
        )
        if membership is None:
            raise Http404
        membership.user = request.user
        request.membership = membership  # type: ignore[attr-defined]
        request.department = membership.department  # type: ignore[attr-defined]
        remember_department(user=request.user, department=membership.department)
        capability = getattr(view, "required_capability", None)
        if capability is not None:
            require(membership, capability)
        door = getattr(view, "door", None)
        if door is not None:
            door(membership, **kwargs)
        return None
