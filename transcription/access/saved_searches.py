"""Saved searches of the membership's department: the object, or 404, or 403."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.saved_searches import SavedSearch


def access_saved_search(
    membership: Membership, uuid: UUID, *, deleted: bool = False
) -> SavedSearch:
    """One's own, or one that is shared with the department."""
    found = find_saved_search(membership, uuid, deleted=deleted)
    if found is None:
        raise Http404
    require(membership, Capability.SEARCH)
    return found


def access_saved_search_to_change(
    membership: Membership, uuid: UUID, *, deleted: bool = False
) -> SavedSearch:
    """One's own, or as an admin one that is shared."""
    found = access_saved_search(membership, uuid, deleted=deleted)
    if not found.may_be_changed_by(membership):
        raise PermissionDenied(Capability.MANAGE_DEPARTMENT)
    return found


def find_saved_search(
    membership: Membership, uuid: UUID, *, deleted: bool = False
) -> SavedSearch | None:
    """The same for a page that does without: none instead of 404."""
    searches = SavedSearch.objects.visible_to(membership)
    searches = searches.select_related("department", "owner")
    return searches.filter(uuid=uuid, deleted_at__isnull=not deleted).first()
