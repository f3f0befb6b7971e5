"""The words of a draft: put in one by one or in bulk, spelled otherwise, taken out."""

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

from accounts.http.requests import UserRequest
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.hotwords import access_hotword
from transcription.forms.hotwords import EditWordForm, WordForm, WordsForm
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.lists import (
    add_words,
    edit_word,
    remove_word,
)
from transcription.services.hotwords.versions import add_and_publish
from transcription.views.hotwords.lists import list_page
from transcription.views.hotwords.scope import Scope, of_list_to_change


@require_POST
@of_list_to_change
def add(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """One typed word."""
    form = WordForm(request.POST)
    if not form.is_valid():
        return redirect(scope.url("hotword_list", hotword_list))
    return _added(request, scope, hotword_list, form.cleaned_data["text"])


@require_POST
@of_list_to_change
def paste(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """Many words, pasted or in a file."""
    form = WordsForm(request.POST, request.FILES)
    if not form.is_valid():
        return list_page(request, scope, hotword_list, words_form=form)
    return _added(request, scope, hotword_list, form.cleaned_data["words"])


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
    elif not report.problem_count:
        messages.warning(request, _("There was no word in it, only comments."))
    if report.problem_count:
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
    initial = {"text": hotword.text, "spoken": "\n".join(hotword.spoken)}
    form = EditWordForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            edit_word(
                hotword=hotword,
                origin=origin_of(request),
                text=form.cleaned_data["text"],
                spoken=form.cleaned_data["spoken"].splitlines(),
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect(scope.url("hotword_list", hotword_list))
    context = {"scope": scope, "list": hotword_list, "word": hotword, "form": form}
    status = 422 if form.is_bound else 200
    return render(
        request, "transcription/hotwords/words/edit.html", context, status=status
    )


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
