"""A list's history: publish the draft or throw it away, compare versions, go back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_POST,
    require_safe,
)

from accounts.http.requests import UserRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.hotwords import access_hotword_version
from transcription.forms.hotwords import PublishForm
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.drafts import changes_between
from transcription.services.hotwords.versions import (
    add_letter_words,
    bring_back_draft,
    discard_draft,
    publish_list,
    roll_back,
    steps_of,
)
from transcription.views.hotwords.scope import (
    Scope,
    of_list_to_change,
    of_list_to_read,
    of_scope,
)
from transcription.views.hotwords.words import published_message

VERSIONS_PER_PAGE = 30


@require_POST
@of_scope(Capability.MANAGE_HOTWORDS)
def letter_words(request: UserRequest, scope: Scope) -> HttpResponseBase:
    """The company's list of everyday letter words, ready for new jobs."""
    try:
        made = add_letter_words(origin=origin_of(request))
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect(scope.url("hotword_lists"))
    return redirect(scope.url("hotword_list", made))


@require_POST
@of_list_to_change
def publish(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """The draft becomes what new jobs use."""
    form = PublishForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        version = publish_list(
            hotword_list=hotword_list, origin=origin_of(request), note=note
        )
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, published_message(version.number))
    return redirect(scope.url("hotword_list", hotword_list))


@require_POST
@of_list_to_change
def discard(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """The draft becomes what is published again."""
    try:
        count = discard_draft(hotword_list=hotword_list, origin=origin_of(request))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        message = ngettext(
            "%(count)d change discarded.", "%(count)d changes discarded.", count
        )
        messages.success(request, message % {"count": count})
    return redirect(scope.url("hotword_list", hotword_list))


@require_POST
@of_list_to_change
def bring_back(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """The draft is what it was before it was discarded."""
    try:
        count = bring_back_draft(hotword_list=hotword_list, origin=origin_of(request))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        message = ngettext(
            "%(count)d change is back.", "%(count)d changes are back.", count
        )
        messages.success(request, message % {"count": count})
    return redirect(scope.url("hotword_list", hotword_list))


@require_safe
@of_list_to_read
def history(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponse:
    """All versions, and what is different between two of them; version 0 is the list
    before anything was published."""
    versions = hotword_list.versions.defer("lines").select_related("published_by")
    known = list(hotword_list.versions.values_list("number", "restores"))
    numbers = [number for number, _restores in known]
    before = _number(request, "from", numbers)
    after = _number(request, "to", numbers)
    changes = None
    if before is not None and after is not None:
        changes = changes_between(
            _lines(hotword_list, before), _lines(hotword_list, after)
        )
    context = {
        "scope": scope,
        "list": hotword_list,
        "may_change": scope.may_change,
        "page": Paginator(versions, VERSIONS_PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "numbers": numbers,
        "last": max(numbers, default=0),
        "before": before,
        "after": after,
        "changes": changes,
        "steps": steps_of(reversed(known)),
    }
    return render(request, "transcription/hotwords/versions/index.html", context)


@require_POST
@of_list_to_change
def restore(
    request: UserRequest,
    scope: Scope,
    hotword_list: HotwordList,
    number: int,
) -> HttpResponseBase:
    """The words of an earlier version become the newest one."""
    version = access_hotword_version(hotword_list, number)
    try:
        made = roll_back(
            hotword_list=hotword_list, origin=origin_of(request), version=version
        )
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        numbers = {"old": version.number, "new": made.number}
        messages.success(
            request,
            _("Version %(new)s has the words of version %(old)s: new jobs use it.")
            % numbers,
        )
    return redirect(scope.url("hotword_versions", hotword_list))


def _number(request: HttpRequest, name: str, numbers: list[int]) -> int | None:
    raw = request.GET.get(name, "")
    known = {str(number): number for number in (0, *numbers)}
    return known.get(raw)


def _lines(hotword_list: HotwordList, number: int) -> list[str]:
    version = hotword_list.versions.filter(number=number).first()
    return list(version.lines) if version else []
