"""Reference sets and the runs over them: the object, or 404, or 403."""

from uuid import UUID

from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.roles import Capability
from transcription.models.evaluation import EvaluationRun, ReferenceItem, ReferenceSet


def access_reference_set(
    membership: Membership, uuid: UUID, capability: Capability
) -> ReferenceSet:
    """A reference set of the membership's department."""
    found = (
        ReferenceSet.objects.filter(department=membership.department, uuid=uuid)
        .select_related("department")
        .first()
    )
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def access_reference_item(
    membership: Membership, reference_set: ReferenceSet, uuid: UUID
) -> ReferenceItem:
    """An item that the membership may listen to, of a set that has passed its door."""
    found = (
        reference_set.items.audible_to(membership)
        .filter(uuid=uuid)
        .select_related("recording")
        .first()
    )
    if found is None:
        raise Http404
    return found


def access_evaluation_run(
    membership: Membership, uuid: UUID, capability: Capability
) -> EvaluationRun:
    """A run over one of the department's reference sets."""
    found = (
        EvaluationRun.objects.filter(
            reference_set__department=membership.department, uuid=uuid
        )
        .select_related("reference_set__department", "requested_by", "baseline")
        .first()
    )
    if found is None:
        raise Http404
    require(membership, capability)
    return found
