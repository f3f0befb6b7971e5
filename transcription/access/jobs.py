"""Jobs of a recording: the object, or 404, or 403."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.jobs import TranscriptionJob
from transcription.models.recordings import visible_to


def access_job(
    membership: Membership, uuid: UUID, capability: Capability
) -> TranscriptionJob:
    """A job of a kept recording that the membership may know of."""
    job = jobs_of(membership).filter(uuid=uuid).first()
    if job is None:
        raise Http404
    require(membership, capability)
    return job


def jobs_of(membership: Membership) -> QuerySet[TranscriptionJob]:
    """Those of the kept recordings that the membership may know of."""
    return TranscriptionJob.objects.filter(
        visible_to(membership, "recording__"),
        department=membership.department,
        recording__deleted_at=None,
    ).select_related("recording", "department")
