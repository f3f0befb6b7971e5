"""A department's hotword lists: members see them, its admins change them."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from transcription.access.hotwords import (
    access_hotword,
    access_hotword_list,
    access_hotword_list_to_read,
    access_hotword_proposal,
    access_hotword_version,
)
from transcription.models.hotwords.lists import HotwordList
from transcription.views.hotwords import lists as pages
from transcription.views.hotwords import proposals as proposal_pages
from transcription.views.hotwords import versions as version_pages
from transcription.views.hotwords import words as word_pages
from transcription.views.hotwords.lists import Shelf


def shelf_of(
    request: DepartmentRequest, hotword_list: HotwordList | None = None
) -> Shelf:
    """What the person may do with the department's lists, or with this one."""
    is_admin = request.membership.can(Capability.MANAGE_HOTWORDS)
    is_companys = hotword_list is not None and hotword_list.department_id is None
    may_change = is_admin and not is_companys
    return Shelf(
        request.department,
        may_change=may_change,
        may_propose=not may_change
        and request.membership.can(Capability.PROPOSE_HOTWORDS),
        may_override=is_admin,
    )


def _to_change(request: DepartmentRequest, uuid: UUID) -> HotwordList:
    return access_hotword_list(request.membership, uuid, Capability.MANAGE_HOTWORDS)


@require_safe
@requires(Capability.READ)
def hotword_lists(request: DepartmentRequest) -> HttpResponse:
    return pages.lists_page(request, shelf_of(request))


@require_POST
@requires(Capability.MANAGE_HOTWORDS)
def hotword_list_create(request: DepartmentRequest) -> HttpResponseBase:
    return pages.create(request, shelf_of(request))


@require_safe
def hotword_list(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    found = access_hotword_list_to_read(request.membership, uuid)
    return pages.list_page(request, shelf_of(request, found), found)


@require_POST
def hotword_list_edit(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return pages.edit(request, shelf_of(request), _to_change(request, uuid))


@require_http_methods(["GET", "HEAD", "POST"])
def hotword_list_delete(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return pages.delete(request, shelf_of(request), _to_change(request, uuid))


@require_POST
def hotword_list_toggle(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return pages.toggle(request, shelf_of(request), _to_change(request, uuid))


@require_POST
def hotword_list_add(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return word_pages.add(request, shelf_of(request), _to_change(request, uuid))


@require_POST
def hotword_list_paste(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return word_pages.paste(request, shelf_of(request), _to_change(request, uuid))


@require_http_methods(["GET", "HEAD", "POST"])
def hotword_list_text(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return pages.text(request, shelf_of(request), _to_change(request, uuid))


@require_safe
def hotword_list_download(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    found = access_hotword_list_to_read(request.membership, uuid)
    return pages.download(shelf_of(request, found), found)


@require_POST
def hotword_delete(
    request: DepartmentRequest, uuid: UUID, hotword_id: int
) -> HttpResponseBase:
    found = _to_change(request, uuid)
    word = access_hotword(found, hotword_id)
    return word_pages.remove(request, shelf_of(request), found, word)


@require_http_methods(["GET", "HEAD", "POST"])
def hotword_edit(
    request: DepartmentRequest, uuid: UUID, hotword_id: int
) -> HttpResponseBase:
    found = _to_change(request, uuid)
    word = access_hotword(found, hotword_id)
    return word_pages.edit_page(request, shelf_of(request), found, word)


@require_POST
def hotword_list_publish(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return version_pages.publish(request, shelf_of(request), _to_change(request, uuid))


@require_POST
def hotword_list_discard(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return version_pages.discard(request, shelf_of(request), _to_change(request, uuid))


@require_safe
def hotword_versions(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    found = access_hotword_list_to_read(request.membership, uuid)
    return version_pages.history(request, shelf_of(request, found), found)


@require_POST
def hotword_version_restore(
    request: DepartmentRequest, uuid: UUID, number: int
) -> HttpResponseBase:
    found = _to_change(request, uuid)
    version = access_hotword_version(found, number)
    return version_pages.restore(request, shelf_of(request), found, version)


@require_POST
def hotword_proposal_accept(
    request: DepartmentRequest, uuid: UUID, proposal_id: int
) -> HttpResponseBase:
    found = _to_change(request, uuid)
    proposal = access_hotword_proposal(found, proposal_id)
    return proposal_pages.accept(request, shelf_of(request), found, proposal)


@require_POST
def hotword_proposal_decline(
    request: DepartmentRequest, uuid: UUID, proposal_id: int
) -> HttpResponseBase:
    found = _to_change(request, uuid)
    proposal = access_hotword_proposal(found, proposal_id)
    return proposal_pages.decline(request, shelf_of(request), found, proposal)
