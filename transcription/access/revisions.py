"""Changes of the department's archive: the object, or 404, or 403."""

from uuid import UUID

from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.rehearings import Rehearing
from transcription.models.revisions import HotwordRevision


def access_hotword_revision(membership: Membership, uuid: UUID) -> HotwordRevision:
    """A correction of the department's archive, for those who manage its hotwords."""
    found = HotwordRevision.objects.filter(
        department=membership.department, uuid=uuid
    ).first()
    if found is None:
        raise Http404
    require(membership, Capability.MANAGE_HOTWORDS)
    return found


def access_re_recognition(membership: Membership, uuid: UUID) -> Rehearing:
    """Re-recognitions, for those who manage the department's hotwords."""
    found = (
        Rehearing.objects.filter(department=membership.department, uuid=uuid)
        .select_related("department", "requested_by", "revision__undone_by")
        .first()
    )
    if found is None:
        raise Http404
    require(membership, Capability.MANAGE_HOTWORDS)
    return found
