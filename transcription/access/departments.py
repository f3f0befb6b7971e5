"""Another department that the person administers: its membership, or 404, or 403."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models.members import Membership
from accounts.roles import Capability


def access_target(membership: Membership, slug: str) -> Membership:
    """Where recordings may be moved to."""
    found = membership.others.filter(department__slug=slug).first()
    if found is None:
        raise Http404
    if not found.can(Capability.MANAGE_DEPARTMENT):
        raise PermissionDenied(Capability.MANAGE_DEPARTMENT)
    return found
