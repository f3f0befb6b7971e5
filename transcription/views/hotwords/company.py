"""The company's hotword lists, for all departments' jobs: platform admins only."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http.guards import platform_admins_only
from accounts.http.requests import UserRequest
from transcription.access.hotwords import (
    access_company_hotword_list,
    access_hotword,
    access_hotword_proposal,
    access_hotword_version,
)
from transcription.views.hotwords import lists as pages
from transcription.views.hotwords import proposals as proposal_pages
from transcription.views.hotwords import versions as version_pages
from transcription.views.hotwords import words as word_pages
from transcription.views.hotwords.lists import Shelf

_COMPANY = Shelf(None, may_change=True)


@require_safe
@platform_admins_only
def hotword_lists(request: UserRequest) -> HttpResponse:
    return pages.lists_page(request, _COMPANY)


@require_POST
@platform_admins_only
def hotword_list_create(request: UserRequest) -> HttpResponseBase:
    return pages.create(request, _COMPANY)


@require_safe
@platform_admins_only
def hotword_list(request: UserRequest, uuid: UUID) -> HttpResponse:
    found = access_company_hotword_list(request.user, uuid)
    return pages.list_page(request, _COMPANY, found)


@require_POST
@platform_admins_only
def hotword_list_edit(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    return pages.edit(request, _COMPANY, found)


@require_http_methods(["GET", "HEAD", "POST"])
@platform_admins_only
def hotword_list_delete(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    return pages.delete(request, _COMPANY, found)


@require_POST
@platform_admins_only
def hotword_list_toggle(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    return pages.toggle(request, _COMPANY, found)


@require_POST
@platform_admins_only
def hotword_list_add(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    return word_pages.add(request, _COMPANY, found)


@require_POST
@platform_admins_only
def hotword_list_paste(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    return word_pages.paste(request, _COMPANY, found)


@require_http_methods(["GET", "HEAD", "POST"])
@platform_admins_only
def hotword_list_text(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    return pages.text(request, _COMPANY, found)


@require_safe
@platform_admins_only
def hotword_list_download(request: UserRequest, uuid: UUID) -> HttpResponse:
    found = access_company_hotword_list(request.user, uuid)
    return pages.download(_COMPANY, found)


@require_POST
@platform_admins_only
def hotword_delete(
    request: UserRequest, uuid: UUID, hotword_id: int
) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    word = access_hotword(found, hotword_id)
    return word_pages.remove(request, _COMPANY, found, word)


@require_http_methods(["GET", "HEAD", "POST"])
@platform_admins_only
def hotword_edit(request: UserRequest, uuid: UUID, hotword_id: int) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    word = access_hotword(found, hotword_id)
    return word_pages.edit_page(request, _COMPANY, found, word)


@require_POST
@platform_admins_only
def hotword_list_publish(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    return version_pages.publish(request, _COMPANY, found)


@require_POST
@platform_admins_only
def hotword_list_discard(request: UserRequest, uuid: UUID) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    return version_pages.discard(request, _COMPANY, found)


@require_safe
@platform_admins_only
def hotword_versions(request: UserRequest, uuid: UUID) -> HttpResponse:
    found = access_company_hotword_list(request.user, uuid)
    return version_pages.history(request, _COMPANY, found)


@require_POST
@platform_admins_only
def hotword_version_restore(
    request: UserRequest, uuid: UUID, number: int
) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    version = access_hotword_version(found, number)
    return version_pages.restore(request, _COMPANY, found, version)


@require_POST
@platform_admins_only
def hotword_proposal_accept(
    request: UserRequest, uuid: UUID, proposal_id: int
) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    proposal = access_hotword_proposal(found, proposal_id)
    return proposal_pages.accept(request, _COMPANY, found, proposal)


@require_POST
@platform_admins_only
def hotword_proposal_decline(
    request: UserRequest, uuid: UUID, proposal_id: int
) -> HttpResponseBase:
    found = access_company_hotword_list(request.user, uuid)
    proposal = access_hotword_proposal(found, proposal_id)
    return proposal_pages.decline(request, _COMPANY, found, proposal)
