"""The words of a draft: put in one by one or in bulk, spelled otherwise, taken out."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
)

from accounts.forms.conflicts import conflict_of, conflict_status
from accounts.http.requests import UserRequest
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.versions import ChangedMeanwhile, version_of
from transcription.access.hotwords import access_hotword
from transcription.forms.drafts import open_form
from transcription.forms.hotwords import EditWordForm, WordForm, WordsForm
from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.services.drafts.things import word_thing
from transcription.services.hotwords.lists import (
    add_words,
    edit_word,
    preview_words,
    remove_word,
)
from transcription.services.hotwords.versions import add_and_publish
from transcription.views.drafts import answer_draft
from transcription.views.hotwords.lists import list_page
from transcription.views.hotwords.scope import Scope, of_list_to_change


@require_POST
@of_list_to_change
def add(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """A typed word, or several."""
    form = WordForm(request.POST)
    if not form.is_valid():
        return list_page(request, scope, hotword_list, word_form=form)
    return _added(request, scope, hotword_list, form.cleaned_data["text"])


@require_POST
@of_list_to_change
def paste(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """Many words, pasted or in a file; or first what would become of them."""
    form = WordsForm(request.POST, request.FILES)
    if not form.is_valid():
        return list_page(request, scope, hotword_list, words_form=form)
    words = form.cleaned_data["words"]
    if "preview" in request.POST:
        report = preview_words(hotword_list=hotword_list, text=words)
        return list_page(request, scope, hotword_list, report=report, previewed=words)
    return _added(request, scope, hotword_list, words)


def _added(
    request: HttpRequest, scope: Scope, hotword_list: HotwordList, text: str
) -> HttpResponseBase:
    origin, version = origin_of(request), None
    if "publish" in request.POST:
        report, version = add_and_publish(
            hotword_list=hotword_list, origin=origin, text=text
        )
    else:
        report = add_words(hotword_list=hotword_list, origin=origin, text=text)
    if report.added:
        message = ngettext(
            "%(count)d word added.", "%(count)d words added.", report.added
        )
        messages.success(request, message % {"count": report.added})
    if version:
        messages.success(request, published_message(version.number))
    if not report.outcomes and not report.problem_count:
        messages.warning(request, _("There was no word in it, only comments."))
    if not report.is_plain:
        return list_page(request, scope, hotword_list, report=report)
    return redirect(scope.url("hotword_list", hotword_list))


def published_message(number: int) -> str:
    """Said to whoever has just published a version."""
    return _("Published as version %(number)s: new jobs use it.") % {"number": number}


@require_http_methods(["GET", "HEAD", "POST"])
@of_list_to_change
def edit_page(
    request: UserRequest, scope: Scope, hotword_list: HotwordList, hotword_id: int
) -> HttpResponseBase:
    """A word and its spoken variants."""
    hotword = access_hotword(hotword_list, hotword_id)
    thing = word_thing(hotword)
    page = partial(_word_page, request, scope, hotword)
    if request.method != "POST":
        opened = open_form(
            lambda initial: EditWordForm(initial=initial),
            _stored(hotword),
            request.user,
            thing,
        )
        return page({"form": opened.form, "draft": opened.draft})
    if answer := answer_draft(request, request.user, thing):
        return answer
    form = EditWordForm(request.POST)
    if not form.is_valid():
        return page({"form": form}, 422)
    try:
        _save_word(request, hotword, form)
    except ChangedMeanwhile as changed:
        hotword = access_hotword(hotword_list, hotword_id)
        theirs = EditWordForm(initial=_stored(hotword))
        conflict = conflict_of(request, changed, form, theirs)
        return page({"form": form, "conflict": conflict}, conflict_status(request))
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return page({"form": form}, 422)
    messages.success(request, _("Saved."))
    return redirect(scope.url("hotword_list", hotword_list))


def _save_word(request: UserRequest, hotword: Hotword, form: EditWordForm) -> None:
    edit_word(
        hotword=hotword,
        origin=origin_of(request),
        text=form.cleaned_data["text"],
        spoken=form.cleaned_data["spoken"].splitlines(),
        version=form.cleaned_data["version"],
    )


def _stored(hotword: Hotword) -> dict[str, Any]:
    version = version_of(hotword.line)
    spoken = "\n".join(hotword.spoken)
    return {"text": hotword.text, "spoken": spoken, "version": version}


def _word_page(
    request: HttpRequest,
    scope: Scope,
    hotword: Hotword,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    shown = {**context, "scope": scope, "list": hotword.hotword_list, "word": hotword}
    template = "transcription/hotwords/words/edit.html"
    return render(request, template, shown, status=status)


@require_POST
@of_list_to_change
def remove(
    request: UserRequest, scope: Scope, hotword_list: HotwordList, hotword_id: int
) -> HttpResponse:
    """Takes a word out; the page then offers to put it back."""
    hotword = access_hotword(hotword_list, hotword_id)
    back = {"removed": hotword.line}
    remove_word(hotword=hotword, origin=origin_of(request))
    back |= {
        name: request.POST[name] for name in ("q", "page") if request.POST.get(name)
    }
    return redirect(f"{scope.url('hotword_list', hotword_list)}?{urlencode(back)}")
