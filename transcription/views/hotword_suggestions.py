"""Hotwords that corrections ask for: taken into a list's draft, or dismissed."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Capability
from accounts.audit import origin_of
from accounts.http import DepartmentRequest, requires
from transcription.access import access_hotword_list
from transcription.forms.hotwords import SuggestionForm
from transcription.services.hotword_suggestions import dismiss_word, suggest_words
from transcription.services.hotwords import add_words


@require_safe
@requires(Capability.MANAGE_HOTWORDS)
def hotword_suggestions(request: DepartmentRequest) -> HttpResponse:
    """What people put in again and again, with sentences to hear."""
    context = {
        "suggestions": suggest_words(
            department=request.department, origin=origin_of(request)
        ),
        "lists": request.department.hotword_lists.order_by("name"),
    }
    return render(request, "transcription/hotword_suggestions.html", context)


@require_POST
@requires(Capability.MANAGE_HOTWORDS)
def hotword_suggestion_accept(request: DepartmentRequest) -> HttpResponseBase:
    """The word goes into a list's draft."""
    form = SuggestionForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose a list for the word."))
        return _back(request)
    found = access_hotword_list(
        request.membership, form.cleaned_data["list"], Capability.MANAGE_HOTWORDS
    )
    word = form.cleaned_data["text"]
    report = add_words(hotword_list=found, origin=origin_of(request), text=word)
    if report.added:
        names = {"word": word, "name": found.name}
        message = _("“%(word)s” is in the draft of “%(name)s”; publish it there.")
        messages.success(request, message % names)
    for problem in report.problems:
        messages.warning(request, problem.message)
    return _back(request)


@require_POST
@requires(Capability.MANAGE_HOTWORDS)
def hotword_suggestion_dismiss(request: DepartmentRequest) -> HttpResponseBase:
    """The word is not suggested again."""
    text = request.POST.get("text", "")
    if dismiss_word(
        department=request.department, origin=origin_of(request), text=text
    ):
        messages.success(
            request, _("“%(word)s” will not be suggested again.") % {"word": text}
        )
    return _back(request)


def _back(request: DepartmentRequest) -> HttpResponseBase:
    return redirect(
        "transcription:hotword_suggestions", department=request.department.slug
    )
