"""Suggested hotwords, from corrections and from what the recogniser guessed at: taken
into a list's draft by its admin, proposed by others, or dismissed."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.hotwords import (
    access_hotword_list,
    access_hotword_list_to_read,
)
from transcription.forms.hotwords import SuggestionForm, SuggestionsForm
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.lists import AddReport, add_words
from transcription.services.hotwords.proposals import propose_words
from transcription.services.hotwords.suggestions import (
    dismiss_word,
    dismiss_words,
    suggest_words,
)
from transcription.services.hotwords.uncertain import (
    Answer,
    answer_uncertain_words,
    uncertain_words,
)

_THERE = {"duplicate", "proposed"}  # in the list or proposed for it already


@require_safe
@requires(Capability.PROPOSE_HOTWORDS)
def hotword_suggestions(request: DepartmentRequest) -> HttpResponse:
    """What people put in, and what the recogniser guesses at, again and again, with
    sentences to hear."""
    membership, origin = request.membership, origin_of(request)
    context = {
        "suggestions": suggest_words(membership=membership, origin=origin),
        "uncertain": uncertain_words(membership=membership, origin=origin),
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
        _settle(request, [span])
    for problem in report.problems:
        messages.warning(request, problem.message)
    if report.unchanged:
        messages.warning(request, _("Already in the list."))
    return _back(request)


@require_POST
@requires(Capability.MANAGE_HOTWORDS)
def hotword_suggestion_dismiss(request: DepartmentRequest) -> HttpResponseBase:
    """The word, or what sounds like it, is not suggested again."""
    text = request.POST.get("text", "")
    span = request.POST.get("span", "")
    origin = origin_of(request)
    if span.isdecimal() and len(span) < 19:
        answered = answer_uncertain_words(
            department=request.department,
            origin=origin,
            pks=[int(span)],
            answer=Answer.DISMISSED,
        )
        is_new = bool(answered)
        text = "".join(answered)
    else:
        is_new = dismiss_word(department=request.department, origin=origin, text=text)
    if is_new:
        messages.success(
            request, _("“%(word)s” will not be suggested again.") % {"word": text}
        )
    return _back(request)


@require_POST
@requires(Capability.PROPOSE_HOTWORDS)
def hotword_suggestions_answer(request: DepartmentRequest) -> HttpResponseBase:
    """All chosen suggestions at once: into one list, or never again."""
    form = SuggestionsForm(request.POST)
    if not form.texts:
        messages.warning(request, _("No suggestion was chosen."))
    elif request.POST.get("decision") == "dismiss":
        require(request.membership, Capability.MANAGE_HOTWORDS)
        _dismiss_chosen(request, form)
    elif not form.is_valid():
        messages.warning(request, _("Choose a list for the word."))
    else:
        _accept_chosen(request, form)
    return _back(request)


def _accept_chosen(request: DepartmentRequest, form: SuggestionsForm) -> None:
    try:
        report = _put(request, form.cleaned_data["list"], "\n".join(form.texts))
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return
    if report.added:
        message = ngettext(
            "%(count)d word is taken.", "%(count)d words are taken.", report.added
        )
        messages.success(request, message % {"count": report.added})
    wrong = [problem for problem in report.problems if problem.code not in _THERE]
    for problem in wrong:
        messages.warning(request, f"{problem.text}: {problem.message}")
    if not wrong:
        _settle(request, form.spans)


def _dismiss_chosen(request: DepartmentRequest, form: SuggestionsForm) -> None:
    department, origin = request.department, origin_of(request)
    words = dismiss_words(department=department, origin=origin, texts=form.words)
    spans = answer_uncertain_words(
        department=department, origin=origin, pks=form.spans, answer=Answer.DISMISSED
    )
    message = ngettext(
        "%(count)d word will not be suggested again.",
        "%(count)d words will not be suggested again.",
        words + len(spans),
    )
    messages.success(request, message % {"count": words + len(spans)})


def _settle(request: DepartmentRequest, spans: Collection[int]) -> None:
    """They are in a list now, or proposed for one."""
    is_admin = request.membership.can(Capability.MANAGE_HOTWORDS)
    answer_uncertain_words(
        department=request.department,
        origin=origin_of(request),
        pks=spans,
        answer=Answer.SETTLED if is_admin else Answer.PUT_ASIDE,
    )


def _take(request: DepartmentRequest, form: SuggestionForm) -> AddReport:
    word, uuid = form.cleaned_data["text"], form.cleaned_data["list"]
    report = _put(request, uuid, word)
    if request.membership.can(Capability.MANAGE_HOTWORDS):
        message = _("“%(word)s” is in the draft of “%(name)s”; publish it there.")
    else:
        message = _("“%(word)s” is proposed for “%(name)s”.")
    if report.added:
        name = _lists(request).get(uuid=uuid).name
        messages.success(request, message % {"word": word, "name": name})
    return report


def _put(request: DepartmentRequest, uuid: UUID, text: str) -> AddReport:
    """By whoever keeps the list into its draft; others propose it."""
    if request.membership.can(Capability.MANAGE_HOTWORDS):
        found = access_hotword_list(
            request.membership, uuid, Capability.MANAGE_HOTWORDS
        )
        return add_words(hotword_list=found, origin=origin_of(request), text=text)
    found = access_hotword_list_to_read(
        request.membership, uuid, Capability.PROPOSE_HOTWORDS
    )
    return propose_words(
        hotword_list=found,
        department=request.department,
        proposer=request.user,
        origin=origin_of(request),
        text=text,
        reason="",
    )


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
