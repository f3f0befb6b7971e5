"""Imports of the membership's department: the object, or 404, or 403."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.imports import ArchiveImport


def access_import(membership: Membership, uuid: UUID) -> ArchiveImport:
    """One that the person began, or anybody's for those who change what others upload:
    a list says whom people called."""
    found = (
        ArchiveImport.objects.filter(department=membership.department, uuid=uuid)
        .select_related("department", "user")
        .first()
    )
    if found is None:
        raise Http404
    require(membership, Capability.UPLOAD)
    is_own = found.user_id == membership.user_id
    if not is_own and not membership.can(Capability.EDIT_ANY):
        raise PermissionDenied(Capability.EDIT_ANY)
    return found


def imports_of(membership: Membership) -> QuerySet[ArchiveImport]:
    """Those that it may open, the newest first."""
    found = ArchiveImport.objects.filter(department=membership.department)
    if not membership.can(Capability.EDIT_ANY):
        found = found.filter(user=membership.user_id)
    return found.select_related("user").order_by("-pk")
