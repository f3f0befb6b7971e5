"""A list edited as one text, which is saved in the place of all its words."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.conflicts import conflict_of, conflict_status
from accounts.http.requests import UserRequest
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.versions import ChangedMeanwhile, version_of
from transcription.forms.drafts import open_form
from transcription.forms.hotwords import WholeListForm
from transcription.models.hotwords.lists import HotwordList
from transcription.services.drafts.things import list_thing
from transcription.services.hotwords.drafts import draft_lines
from transcription.services.hotwords.lists import replace_words, spaced
from transcription.views.drafts import answer_draft
from transcription.views.hotwords.lists import list_page
from transcription.views.hotwords.scope import Scope, of_list_to_change


@require_http_methods(["GET", "HEAD", "POST"])
@of_list_to_change
def text(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """The whole list as one text, to be edited and saved as a replacement."""
    thing = list_thing(hotword_list)
    if request.method != "POST":
        opened = open_form(
            lambda initial: WholeListForm(initial=initial),
            _stored(hotword_list),
            request.user,
            thing,
        )
        context = {"form": opened.form, "draft": opened.draft}
        return _page(request, scope, hotword_list, context)
    if answer := answer_draft(request, request.user, thing):
        return answer
    form = WholeListForm(request.POST)
    if not form.is_valid():
        return _page(request, scope, hotword_list, {"form": form}, 422)
    return _save(request, scope, hotword_list, form)


def _save(
    request: UserRequest, scope: Scope, hotword_list: HotwordList, form: WholeListForm
) -> HttpResponseBase:
    try:
        report = replace_words(
            hotword_list=hotword_list,
            origin=origin_of(request),
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
        )
    except ChangedMeanwhile as changed:
        theirs = WholeListForm(initial=_stored(hotword_list))
        conflict = conflict_of(request, changed, form, theirs)
        context = {"form": form, "conflict": conflict}
        return _page(request, scope, hotword_list, context, conflict_status(request))
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _page(request, scope, hotword_list, {"form": form}, 422)
    if report.problem_count or report.outcomes:
        return list_page(request, scope, hotword_list, report=report)
    messages.success(request, _("Saved."))
    return redirect(scope.url("hotword_list", hotword_list))


def _stored(hotword_list: HotwordList) -> dict[str, Any]:
    lines = draft_lines(hotword_list)
    return {"text": "\n".join(map(spaced, lines)), "version": version_of(lines)}


def _page(
    request: HttpRequest,
    scope: Scope,
    hotword_list: HotwordList,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    shown = {**context, "scope": scope, "list": hotword_list}
    template = "transcription/hotwords/lists/text.html"
    return render(request, template, shown, status=status)
