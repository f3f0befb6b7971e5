"""Proposed words: a member asks, an admin answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_POST,
)

from accounts.http.requests import UserRequest
from accounts.models.members import Membership
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.hotwords import access_hotword_proposal
from transcription.forms.hotwords import AnswersForm, ProposalForm
from transcription.models.hotwords.lists import HotwordList
from transcription.services.hotwords.proposals import (
    Answered,
    accept_proposal,
    accept_proposals,
    decline_proposal,
    decline_proposals,
    propose_words,
)
from transcription.views.hotwords.lists import list_page
from transcription.views.hotwords.scope import Scope, of_list_to_change


def propose(
    request: HttpRequest, scope: Scope, hotword_list: HotwordList, member: Membership
) -> HttpResponseBase:
    """Words that somebody would like to have in the list."""
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return list_page(request, scope, hotword_list, proposal_form=form)
    try:
        report = propose_words(
            hotword_list=hotword_list,
            department=member.department,
            proposer=member.user,
            origin=origin_of(request),
            text=form.cleaned_data["text"],
            reason=form.cleaned_data["reason"],
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return list_page(request, scope, hotword_list, proposal_form=form)
    if report.added:
        message = ngettext(
            "%(count)d word proposed.", "%(count)d words proposed.", report.added
        )
        messages.success(request, message % {"count": report.added})
    elif not report.problem_count:
        messages.warning(request, _("There was no word in it, only comments."))
    if report.problem_count:
        return list_page(request, scope, hotword_list, report=report)
    return redirect(scope.url("hotword_list", hotword_list))


@require_POST
@of_list_to_change
def accept(
    request: UserRequest,
    scope: Scope,
    hotword_list: HotwordList,
    proposal_id: int,
) -> HttpResponse:
    """The word goes into the draft."""
    proposal = access_hotword_proposal(hotword_list, proposal_id)
    try:
        accept_proposal(proposal=proposal, origin=origin_of(request))
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        message = _("“%(word)s” is in the draft now.") % {"word": proposal.text}
        messages.success(request, message)
    return redirect(scope.url("hotword_list", hotword_list))


@require_POST
@of_list_to_change
def decline(
    request: UserRequest,
    scope: Scope,
    hotword_list: HotwordList,
    proposal_id: int,
) -> HttpResponse:
    """The proposer reads the reason."""
    proposal = access_hotword_proposal(hotword_list, proposal_id)
    answer = request.POST.get("answer", "")
    try:
        decline_proposal(proposal=proposal, origin=origin_of(request), answer=answer)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        message = _("“%(word)s” is declined.") % {"word": proposal.text}
        messages.success(request, message)
    return redirect(scope.url("hotword_list", hotword_list))


@require_POST
@of_list_to_change
def answer(
    request: UserRequest, scope: Scope, hotword_list: HotwordList
) -> HttpResponseBase:
    """All chosen proposals at once: ``decision`` is accept or decline."""
    form = AnswersForm(request.POST)
    if not form.is_valid():
        return list_page(request, scope, hotword_list, answers_form=form)
    try:
        if request.POST.get("decision") == "accept":
            _accept_chosen(request, hotword_list, form)
        else:
            _decline_chosen(request, hotword_list, form)
    except Refused as refused:
        form.add_error("answer", refused.sentence)
        return list_page(request, scope, hotword_list, answers_form=form)
    return redirect(scope.url("hotword_list", hotword_list))


def _accept_chosen(
    request: UserRequest, hotword_list: HotwordList, form: AnswersForm
) -> None:
    answered = accept_proposals(
        hotword_list=hotword_list, ids=form.chosen, origin=origin_of(request)
    )
    if answered.count:
        message = ngettext(
            "%(count)d word is in the draft now.",
            "%(count)d words are in the draft now.",
            answered.count,
        )
        messages.success(request, message % {"count": answered.count})
    _say_late(request, answered)


def _decline_chosen(
    request: UserRequest, hotword_list: HotwordList, form: AnswersForm
) -> None:
    answered = decline_proposals(
        hotword_list=hotword_list,
        ids=form.chosen,
        origin=origin_of(request),
        answer=form.cleaned_data["answer"],
    )
    if answered.count:
        message = ngettext(
            "%(count)d proposal declined.",
            "%(count)d proposals declined.",
            answered.count,
        )
        messages.success(request, message % {"count": answered.count})
    _say_late(request, answered)


def _say_late(request: UserRequest, answered: Answered) -> None:
    if answered.late:
        message = ngettext(
            "%(count)d proposal had been answered already.",
            "%(count)d proposals had been answered already.",
            answered.late,
        )
        messages.warning(request, message % {"count": answered.late})
    elif not answered.count:
        messages.warning(request, _("No proposal was chosen."))
