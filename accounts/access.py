"""The only doors to this app's objects: the object, or 404, or 403."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models.access_requests import AccessRequest
from accounts.models.departments import Department
from accounts.models.invitations import Invitation
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.models.tokens import ApiToken
from accounts.roles import Capability


def require(membership: Membership, capability: Capability) -> None:
    """Raise ``PermissionDenied`` (a 403) unless the role includes the capability."""
    if not membership.can(capability):
        raise PermissionDenied(capability)


def access_member(
    membership: Membership, member_id: int, capability: Capability
) -> Membership:
    """A membership, active or not, of the same department."""
    found = (
        Membership.objects.select_related("user", "department")
        .filter(department=membership.department, pk=member_id)
        .first()
    )
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def access_invitation(
    membership: Membership, uuid: UUID, capability: Capability
) -> Invitation:
    """An invitation into the same department."""
    found = (
        Invitation.objects.select_related("department")
        .filter(department=membership.department, uuid=uuid)
        .first()
    )
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def access_token(user: User, uuid: UUID) -> ApiToken:
    """One of the person's own API tokens."""
    found = (
        ApiToken.objects.select_related("membership__department")
        .filter(membership__user=user, uuid=uuid)
        .first()
    )
    if found is None:
        raise Http404
    return found


def access_department(platform_admin: User, department_id: int) -> Department:
    """A department as the platform sees it: its name and people, not its contents."""
    found = Department.objects.filter(pk=department_id).first()
    if found is None or not platform_admin.is_platform_admin:
        raise Http404
    return found


def access_user(platform_admin: User, user_id: int) -> User:
    """Anybody's account, for a platform admin."""
    found = User.objects.filter(pk=user_id).first()
    if found is None or not platform_admin.is_platform_admin:
        raise Http404
    return found


def access_department_request(
    membership: Membership, uuid: UUID, capability: Capability
) -> AccessRequest:
    """A request that opens the same department."""
    found = (
        AccessRequest.objects.concerning(membership.department)
        .filter(uuid=uuid)
        .first()
    )
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def access_platform_request(platform_admin: User, uuid: UUID) -> AccessRequest:
    """Any request, for a platform admin."""
    found = AccessRequest.objects.with_people().filter(uuid=uuid).first()
    if found is None or not platform_admin.is_platform_admin:
        raise Http404
    return found
