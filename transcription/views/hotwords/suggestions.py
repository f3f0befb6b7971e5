"""Suggested hotwords, from corrections and from what the recogniser guessed at: taken
into a list's draft by its admin, proposed by others, or dismissed."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.hotwords import (
    access_hotword_list,
    access_hotword_list_to_read,
)
from transcription.forms.hotwords import SuggestionForm
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.lists import AddReport, add_words
from transcription.services.hotwords.proposals import propose_words
from transcription.services.hotwords.suggestions import dismiss_word, suggest_words
from transcription.services.hotwords.uncertain import (
    dismiss_uncertain_word,
    put_aside_uncertain_word,
    settle_uncertain_word,
    uncertain_words,
)

_THERE = {"duplicate", "proposed"}  # in the list or proposed for it already


@require_safe
@requires(Capability.PROPOSE_HOTWORDS)
def hotword_suggestions(request: DepartmentRequest) -> HttpResponse:
    """What people put in, and what the recogniser guesses at, again and again, with
    sentences to hear."""
    department, origin = request.department, origin_of(request)
    context = {
        "suggestions": suggest_words(department=department, origin=origin),
        "uncertain": uncertain_words(department=department, origin=origin),
        "lists": _lists(request),
        "may_change": request.membership.can(Capability.MANAGE_HOTWORDS),
    }
    return render(request, "transcription/hotwords/suggestions/index.html", context)


@require_POST
@requires(Capability.PROPOSE_HOTWORDS)
def hotword_suggestion_accept(request: DepartmentRequest) -> HttpResponseBase:
    """The word goes into a list's draft, or is proposed for it."""
    form = SuggestionForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose a list for the word."))
        return _back(request)
    try:
        report = _take(request, form)
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return _back(request)
    span = form.cleaned_data["span"]
    if span and all(problem.code in _THERE for problem in report.problems):
        is_admin = request.membership.can(Capability.MANAGE_HOTWORDS)
        answer = settle_uncertain_word if is_admin else put_aside_uncertain_word
        answer(department=request.department, origin=origin_of(request), pk=span)
    for problem in report.problems:
        messages.warning(request, problem.message)
    return _back(request)


@require_POST
@requires(Capability.MANAGE_HOTWORDS)
def hotword_suggestion_dismiss(request: DepartmentRequest) -> HttpResponseBase:
    """The word, or what sounds like it, is not suggested again."""
    text = request.POST.get("text", "")
    span = request.POST.get("span", "")
    origin = origin_of(request)
    if span.isdecimal() and len(span) < 19:
        text = dismiss_uncertain_word(
            department=request.department, origin=origin, pk=int(span)
        )
        is_new = bool(text)
    else:
        is_new = dismiss_word(department=request.department, origin=origin, text=text)
    if is_new:
        messages.success(
            request, _("“%(word)s” will not be suggested again.") % {"word": text}
        )
    return _back(request)


def _take(request: DepartmentRequest, form: SuggestionForm) -> AddReport:
    """By whoever keeps the list into its draft; others propose it."""
    word, uuid = form.cleaned_data["text"], form.cleaned_data["list"]
    if request.membership.can(Capability.MANAGE_HOTWORDS):
        found = access_hotword_list(
            request.membership, uuid, Capability.MANAGE_HOTWORDS
        )
        report = add_words(hotword_list=found, origin=origin_of(request), text=word)
        message = _("“%(word)s” is in the draft of “%(name)s”; publish it there.")
    else:
        found = access_hotword_list_to_read(
            request.membership, uuid, Capability.PROPOSE_HOTWORDS
        )
        report = propose_words(
            hotword_list=found,
            department=request.department,
            proposer=request.user,
            origin=origin_of(request),
            text=word,
            reason="",
        )
        message = _("“%(word)s” is proposed for “%(name)s”.")
    if report.added:
        messages.success(request, message % {"word": word, "name": found.name})
    return report


def _lists(request: DepartmentRequest) -> "QuerySet[HotwordList]":
    """Into which the person may put a word, or propose one."""
    own = Q(department=request.department)
    if not request.membership.can(Capability.MANAGE_HOTWORDS):
        own |= Q(department=None)
    return HotwordList.objects.filter(own).order_by("name")


def _back(request: DepartmentRequest) -> HttpResponseBase:
    return redirect(
        "transcription:hotword_suggestions", department=request.department.slug
    )
