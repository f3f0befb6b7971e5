"""A new hotword in old transcripts: where it was said, put in, and taken out again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.revisions import access_hotword_revision
from transcription.forms.revisions import ArchiveWordForm, ChosenSentencesForm
from transcription.models.recordings import Recording
from transcription.services.hotwords.lists import is_listed
from transcription.services.revisions.matches import ArchivePage, find_in_archive
from transcription.services.revisions.orders import (
    prospect,
    recent_re_recognitions,
    with_sound,
)
from transcription.services.revisions.revisions import (
    Proposal,
    chosen_proposals,
    recent_revisions,
    revise,
    undo_revision,
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE_HOTWORDS)
def hotword_archive(request: DepartmentRequest) -> HttpResponseBase:
    """GET finds the sentences in which a word may have been said; POST shows those that
    were chosen once more, and puts the word into them when their number is confirmed.
    """
    if request.method == "POST":
        return _revise(request)
    form = ArchiveWordForm(request.GET or None)
    page = None
    if form.is_bound and form.is_valid():
        try:
            page = find_in_archive(
                membership=request.membership,
                origin=origin_of(request),
                word=form.cleaned_data["word"],
                below=form.cleaned_data["below"],
            )
        except Refused as refused:
            form.add_error("word", refused.sentence)
    return _page(request, form, page)


def _revise(request: DepartmentRequest) -> HttpResponseBase:
    form = ChosenSentencesForm(request.POST)
    if not form.is_valid():
        return _page(request, form, None)
    try:
        if form.cleaned_data["confirmed"] != len(form.sentence_ids()):
            return _confirm(request, form)
        revision = revise(
            membership=request.membership,
            origin=origin_of(request),
            word=form.cleaned_data["word"],
            segment_ids=form.sentence_ids(),
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _page(request, form, None)
    count = revision.revised.count()
    message = ngettext(
        "%(count)d sentence corrected.", "%(count)d sentences corrected.", count
    )
    messages.success(request, message % {"count": count})
    slug = request.department.slug
    return redirect("transcription:hotword_archive", department=slug)


def _page(
    request: DepartmentRequest, form: ArchiveWordForm, page: ArchivePage | None
) -> HttpResponse:
    word = form.cleaned_data.get("word") if form.is_bound else None
    context = {
        "form": form,
        "page": page,
        "audible": with_sound({_recording_of(p) for p in page.proposals})
        if page
        else set(),
        "prospect": prospect(),
        "re_recognitions": recent_re_recognitions(request.department),
        "word": word,
        "is_unlisted": word and not is_listed(request.department, word.text),
        "revisions": recent_revisions(request.department),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "transcription/revisions/index.html", context, status=status)


def _recording_of(proposal: Proposal) -> Recording:
    return proposal.segment.transcript.recording


def _confirm(request: DepartmentRequest, form: ChosenSentencesForm) -> HttpResponseBase:
    """What would be changed, to be agreed to."""
    proposals = chosen_proposals(
        request.membership, form.cleaned_data["word"], form.sentence_ids()
    )
    context = {
        "word": form.cleaned_data["word"],
        "proposals": proposals,
        "recordings": len({_recording_of(proposal) for proposal in proposals}),
        "audible": with_sound({_recording_of(proposal) for proposal in proposals}),
    }
    return render(request, "transcription/revisions/confirm.html", context)


@require_POST
def hotword_revision_undo(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Bring the sentences of one correction back."""
    revision = access_hotword_revision(request.membership, uuid)
    try:
        count = undo_revision(
            revision=revision, membership=request.membership, origin=origin_of(request)
        )
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        _tell_brought_back(request, count)
    slug = request.department.slug
    return redirect("transcription:hotword_archive", department=slug)


def _tell_brought_back(request: DepartmentRequest, count: int) -> None:
    if not count:
        messages.info(request, _("Nothing was left to bring back."))
        return
    message = ngettext(
        "%(count)d sentence brought back.", "%(count)d sentences brought back.", count
    )
    messages.success(request, message % {"count": count})
