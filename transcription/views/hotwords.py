"""A department's hotword lists: members see them, its admins change them."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.access import Capability, allows
from accounts.http import DepartmentRequest, requires
from transcription.access import (
    access_hotword,
    access_hotword_list,
    access_hotword_list_to_read,
    access_hotword_version,
)
from transcription.models import HotwordList
from transcription.views import hotword_pages as pages
from transcription.views import hotword_version_pages as version_pages
from transcription.views import hotword_word_pages as word_pages
from transcription.views.hotword_pages import Shelf


def _shelf(
    request: DepartmentRequest, hotword_list: HotwordList | None = None
) -> Shelf:
    may_change = allows(request.membership, Capability.MANAGE_HOTWORDS)
    if hotword_list and hotword_list.department_id is None:
        may_change = False
    return Shelf(request.department, may_change)


def _to_change(request: DepartmentRequest, uuid: UUID) -> HotwordList:
    return access_hotword_list(request.membership, uuid, Capability.MANAGE_HOTWORDS)


@require_safe
@requires(Capability.READ)
def hotword_lists(request: DepartmentRequest) -> HttpResponse:
    return pages.lists_page(request, _shelf(request))


@require_POST
@requires(Capability.MANAGE_HOTWORDS)
def hotword_list_create(request: DepartmentRequest) -> HttpResponseBase:
    return pages.create(request, _shelf(request))


@require_safe
def hotword_list(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    found = access_hotword_list_to_read(request.membership, uuid)
    return pages.list_page(request, _shelf(request, found), found)


@require_POST
def hotword_list_edit(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return pages.edit(request, _shelf(request), _to_change(request, uuid))


@require_http_methods(["GET", "HEAD", "POST"])
def hotword_list_delete(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return pages.delete(request, _shelf(request), _to_change(request, uuid))


@require_POST
def hotword_list_toggle(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return pages.toggle(request, _shelf(request), _to_change(request, uuid))


@require_POST
def hotword_list_add(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return word_pages.add(request, _shelf(request), _to_change(request, uuid))


@require_POST
def hotword_list_paste(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return word_pages.paste(request, _shelf(request), _to_change(request, uuid))


@require_http_methods(["GET", "HEAD", "POST"])
def hotword_list_text(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return pages.text(request, _shelf(request), _to_change(request, uuid))


@require_safe
def hotword_list_download(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    found = access_hotword_list_to_read(request.membership, uuid)
    return pages.download(_shelf(request, found), found)


@require_POST
def hotword_delete(
    request: DepartmentRequest, uuid: UUID, hotword_id: int
) -> HttpResponseBase:
    found = _to_change(request, uuid)
    word = access_hotword(found, hotword_id)
    return word_pages.remove(request, _shelf(request), found, word)


@require_http_methods(["GET", "HEAD", "POST"])
def hotword_edit(
    request: DepartmentRequest, uuid: UUID, hotword_id: int
) -> HttpResponseBase:
    found = _to_change(request, uuid)
    word = access_hotword(found, hotword_id)
    return word_pages.edit_page(request, _shelf(request), found, word)


@require_POST
def hotword_list_publish(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return version_pages.publish(request, _shelf(request), _to_change(request, uuid))


@require_POST
def hotword_list_discard(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    return version_pages.discard(request, _shelf(request), _to_change(request, uuid))


@require_safe
def hotword_versions(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    found = access_hotword_list_to_read(request.membership, uuid)
    return version_pages.history(request, _shelf(request, found), found)


@require_POST
def hotword_version_restore(
    request: DepartmentRequest, uuid: UUID, number: int
) -> HttpResponseBase:
    found = _to_change(request, uuid)
    version = access_hotword_version(found, number)
    return version_pages.restore(request, _shelf(request), found, version)
