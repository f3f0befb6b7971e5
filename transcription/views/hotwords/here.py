"""What only a department does with lists: propose words for them, and do without the
company's."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.hotwords import (
    access_company_list_here,
    access_hotword_list_to_read,
)
from transcription.forms.hotwords import LINE_MAX
from transcription.services.hotwords.overrides import set_list_here, set_word_here
from transcription.views.hotwords import proposals
from transcription.views.hotwords.scope import scope_of


@require_POST
def hotword_propose(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """A word that somebody would like to have in the list."""
    found = access_hotword_list_to_read(
        request.membership, uuid, Capability.PROPOSE_HOTWORDS
    )
    return proposals.propose(
        request, scope_of(request, found), found, request.membership
    )


@require_POST
def hotword_list_here(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """The company's list, used by this department or not."""
    found = access_company_list_here(request.membership, uuid)
    is_used = request.POST.get("enabled") == "1"
    set_list_here(
        department=request.department,
        hotword_list=found,
        origin=origin_of(request),
        is_used=is_used,
    )
    names = {"name": found.name}
    if is_used:
        messages.success(request, _("New jobs use “%(name)s”.") % names)
    else:
        messages.success(request, _("New jobs do not use “%(name)s”.") % names)
    name = "hotword_list" if request.POST.get("from") == "list" else "hotword_lists"
    return redirect(_address(request, name, uuid))


@require_POST
def hotword_word_here(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """One word of the company's, used by this department or not."""
    found = access_company_list_here(request.membership, uuid)
    is_known = set_word_here(
        department=request.department,
        hotword_list=found,
        origin=origin_of(request),
        text=request.POST.get("text", "").replace("\x00", "")[:LINE_MAX],
        is_used=request.POST.get("enabled") == "1",
    )
    if not is_known:
        messages.warning(request, _("No such word in this list"))
    back = {
        name: request.POST[name] for name in ("q", "page") if request.POST.get(name)
    }
    return redirect(f"{_address(request, 'hotword_list', uuid)}?{urlencode(back)}")


def _address(request: DepartmentRequest, name: str, uuid: UUID) -> str:
    kwargs: dict[str, object] = {"department": request.department.slug}
    if name == "hotword_list":
        kwargs["uuid"] = uuid
    return reverse(f"transcription:{name}", kwargs=kwargs)
