"""Sentences of the archive recognised again with a word: ordered, watched, read."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.http.activity import polled
from accounts.http.guards import requires
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.revisions import access_re_recognition
from transcription.forms.revisions import ChosenSentencesForm
from transcription.models.rehearings import Rehearing
from transcription.models.runs import JobState
from transcription.services.notices.reading import mark_read, notices_of
from transcription.services.revisions.orders import (
    cancel_re_recognition,
    lines_of,
    note_read,
    order_re_recognition,
)
from transcription.services.revisions.revisions import changed_again
from transcription.services.runs.errors import sentence


@require_POST
@requires(Capability.MANAGE_HOTWORDS)
def order(request: DepartmentRequest) -> HttpResponseBase:
    """Into the queue; then its page."""
    form = ChosenSentencesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Look for the word first."))
        return redirect(_archive(request))
    word = form.cleaned_data["word"]
    try:
        made = order_re_recognition(
            membership=request.membership,
            origin=origin_of(request),
            word=word,
            segment_ids=form.sentence_ids(),
        )
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect(f"{_archive(request)}?{urlencode({'word': str(word)})}")
    return _to_run(request, made)


@require_safe
def re_recognition(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """How far it is; when it is done, every sentence and what came of it."""
    run = access_re_recognition(request.membership, uuid)
    mark_read(notices_of(request.membership).filter(re_recognition=run))
    groups = []
    if run.state == JobState.SUCCEEDED:
        note_read(run=run, origin=origin_of(request))
        groups = lines_of(run, request.membership)
    context = {
        "run": run,
        "why": _why(run),
        "groups": groups,
        "changed": run.revision.revised.count() if run.revision else 0,
        "stayed": changed_again(run.revision) if run.revision else 0,
    }
    return render(request, "transcription/revisions/re_recognition.html", context)


@polled
@require_safe
def status(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """A fragment that asks again while the run is going on; then the page is loaded."""
    run = access_re_recognition(request.membership, uuid)
    if not run.is_active:
        return HttpResponseClientRefresh()
    return render(
        request, "transcription/revisions/_re_recognition_state.html", {"run": run}
    )


@require_POST
def cancel(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Nothing has changed yet, and nothing will."""
    run = access_re_recognition(request.membership, uuid)
    cancel_re_recognition(run=run, origin=origin_of(request))
    return _to_run(request, run)


def _why(run: Rehearing) -> str:
    return sentence(run.error_code) if run.state == JobState.FAILED else ""


def _archive(request: DepartmentRequest) -> str:
    slug = request.department.slug
    return reverse("transcription:hotword_archive", kwargs={"department": slug})


def _to_run(request: DepartmentRequest, run: Rehearing) -> HttpResponseBase:
    slug = request.department.slug
    return redirect("transcription:rehearing", department=slug, uuid=run.uuid)
