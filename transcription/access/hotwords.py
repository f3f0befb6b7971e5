"""Hotword lists and what belongs to one: the object, or 404, or 403."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.access import require
from accounts.models.members import Membership
from accounts.models.people import User
from accounts.roles import Capability
from transcription.models.hotwords.lists import Hotword, HotwordList, HotwordListVersion
from transcription.models.hotwords.proposals import HotwordProposal


def access_hotword_list(
    membership: Membership, uuid: UUID, capability: Capability
) -> HotwordList:
    """A hotword list of the membership's own department."""
    found = HotwordList.objects.filter(
        department=membership.department, uuid=uuid
    ).first()
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def access_hotword_list_to_read(
    membership: Membership, uuid: UUID, capability: Capability = Capability.READ
) -> HotwordList:
    """A hotword list of the membership's department, or one of the company's."""
    found = hotword_lists_of(membership).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    require(membership, capability)
    return found


def hotword_lists_of(membership: Membership) -> QuerySet[HotwordList]:
    """Those of the department, and the company's."""
    return HotwordList.objects.filter(
        Q(department=membership.department) | Q(department=None)
    )


def access_company_list_here(membership: Membership, uuid: UUID) -> HotwordList:
    """A company-wide list about which the membership may decide for its department."""
    found = HotwordList.objects.filter(department=None, uuid=uuid).first()
    if found is None:
        raise Http404
    require(membership, Capability.MANAGE_HOTWORDS)
    return found


def access_company_hotword_list(user: User, uuid: UUID) -> HotwordList:
    """A company-wide list; for anybody but a platform admin there is none."""
    found = HotwordList.objects.filter(department=None, uuid=uuid).first()
    if found is None or not user.is_platform_admin:
        raise Http404
    return found


def access_hotword(hotword_list: HotwordList, hotword_id: int) -> Hotword:
    """A word of a list that has passed its door."""
    found = hotword_list.hotwords.filter(pk=hotword_id).first()
    if found is None:
        raise Http404
    return found


def access_hotword_version(
    hotword_list: HotwordList, number: int
) -> HotwordListVersion:
    """A published version of a list that has passed its door."""
    found = hotword_list.versions.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def access_hotword_proposal(
    hotword_list: HotwordList, proposal_id: int
) -> HotwordProposal:
    """A word proposed for a list that has passed its door."""
    found = hotword_list.proposals.filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    return found
