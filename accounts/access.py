"""Whether a membership may do something, or is refused."""

from django.core.exceptions import PermissionDenied

from accounts.models import Membership
from accounts.roles import Capability


def require(membership: Membership, capability: Capability) -> None:
    """Raise ``PermissionDenied`` (a 403) unless the role includes the capability."""
    if not membership.can(capability):
        raise PermissionDenied(capability)
