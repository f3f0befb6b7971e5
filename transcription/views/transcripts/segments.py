"""Corrections of sentences."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.conflicts import conflict_of, conflict_status
from accounts.http.requests import DepartmentRequest
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.versions import ChangedMeanwhile
from transcription.access.recordings import is_thrown_away
from transcription.access.transcripts import access_segment, outdated_segment
from transcription.forms.drafts import open_form
from transcription.forms.recordings import SegmentForm
from transcription.models.transcripts import Segment
from transcription.services.drafts.keeping import drop_draft, save_draft
from transcription.services.drafts.sentences import unsaved_corrections
from transcription.services.drafts.things import segment_thing
from transcription.services.readers.noting import note_view
from transcription.services.recordings.details import in_trash
from transcription.services.transcripts.corrections import (
    correct_segment,
    segment_version,
    undo_correction,
    undo_hotword,
)
from transcription.services.transcripts.reading import read_line
from transcription.views.drafts import answer_draft


@require_http_methods(["GET", "HEAD", "POST"])
def segment_edit(
    request: DepartmentRequest, uuid: UUID, segment_id: int
) -> HttpResponseBase:
    """Correct a sentence, or undo the correction or one of the machine's hotwords; in
    place with htmx, else a page."""
    try:
        segment = access_segment(request.membership, uuid, segment_id)
    except Http404:
        if request.method == "POST" and is_thrown_away(request.membership, uuid):
            raise in_trash() from None
        old = outdated_segment(request.membership, uuid, segment_id)
        if old is not None:
            return _outdated(request, uuid, old)
        raise
    if request.method != "POST":
        is_reading = bool(request.htmx) and "read" in request.GET
        return _line(request, uuid, segment) if is_reading else _form(request, segment)
    if answer := answer_draft(request, request.user, segment_thing(segment)):
        return answer
    form = SegmentForm(request.POST, auto_id=_ids(segment))
    try:
        if not _change(request, segment, form):
            return _form(request, segment, form)
    except ChangedMeanwhile as changed:
        fresh = access_segment(request.membership, uuid, segment_id)
        return _conflict(request, fresh, form, changed)
    except Refused as refused:
        form.add_error("text", refused.sentence)
        return _form(request, segment, form)
    if request.htmx:
        fresh = access_segment(request.membership, uuid, segment_id)
        return _line(request, uuid, fresh)
    return redirect(_place(request, uuid, segment))


def _change(request: DepartmentRequest, segment: Segment, form: SegmentForm) -> bool:
    """What the button says. False when the form is not valid; raises ``Refused``."""
    origin = origin_of(request)
    if "hotword" in request.POST:
        undo_hotword(
            segment=segment,
            membership=request.membership,
            origin=origin,
            number=_number(request.POST["hotword"]),
        )
    elif not form.is_valid():
        return False
    elif "undo" in request.POST:
        undo_correction(
            segment=segment, origin=origin, version=form.cleaned_data["version"]
        )
    elif "theirs" in request.POST:
        drop_draft(user=request.user, thing=segment_thing(segment))
    else:
        correct_segment(
            segment=segment,
            membership=request.membership,
            origin=origin,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
        )
    return True


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _outdated(
    request: DepartmentRequest, uuid: UUID, segment: Segment
) -> HttpResponseBase:
    """What was being corrected is there no more; what was typed waits on the page of
    the recording."""
    kwargs = {"department": request.department.slug, "uuid": uuid}
    page = reverse("transcription:recording", kwargs=kwargs)
    thing = segment_thing(segment)
    if answer := answer_draft(request, request.user, thing, back=page):
        return answer
    sentence = _("The recording was transcribed again: this sentence is gone.")
    if "text" in request.POST:
        save_draft(
            user=request.user,
            thing=thing,
            fields={"text": request.POST["text"]},
            base_version=request.POST.get("version", ""),
        )
        sentence = _(
            "The recording was transcribed again meanwhile. What you typed is kept: "
            "it stands above the text when you open the recording anew."
        )
    if request.htmx:
        headers = {"X-Message": quote(sentence)}
        return HttpResponse(status=HTTPStatus.CONFLICT, headers=headers)
    if "application/json" in request.headers.get("Accept", ""):
        raise Refused("transcribed_again", sentence)
    messages.error(request, sentence)
    return redirect(page)


def _form(
    request: DepartmentRequest, segment: Segment, form: SegmentForm | None = None
) -> HttpResponse:
    if form is not None:
        return _form_page(request, segment, {"form": form}, 422)
    opened = open_form(
        lambda initial: SegmentForm(initial=initial, auto_id=_ids(segment)),
        _stored(segment),
        request.user,
        segment_thing(segment),
    )
    context = {"form": opened.form, "draft": opened.draft}
    return _form_page(request, segment, context, 200)


def _conflict(
    request: DepartmentRequest,
    segment: Segment,
    form: SegmentForm,
    changed: ChangedMeanwhile,
) -> HttpResponse:
    """Somebody saved the sentence first: both texts, and which is to stand."""
    theirs = SegmentForm(initial=_stored(segment))
    context = {"form": form, "conflict": conflict_of(request, changed, form, theirs)}
    return _form_page(request, segment, context, conflict_status(request))


def _ids(segment: Segment) -> str:
    """Several sentences may be corrected on one page."""
    return f"segment-{segment.pk}-%s"


def _stored(segment: Segment) -> dict[str, Any]:
    return {"text": segment.text, "version": segment_version(segment)}


def _form_page(
    request: DepartmentRequest,
    segment: Segment,
    context: Mapping[str, object],
    status: int,
) -> HttpResponse:
    recording = segment.transcript.recording
    note_view(recording=recording, origin=origin_of(request))
    shown = {
        **context,
        "segment": segment,
        "recording": recording,
        "line": read_line(segment),
    }
    template = "transcription/transcripts/edit.html"
    if request.htmx:
        template = "transcription/transcripts/_segment_form.html"
    return render(request, template, shown, status=status)


def _line(request: DepartmentRequest, uuid: UUID, segment: Segment) -> HttpResponse:
    recording = segment.transcript.recording
    note_view(recording=recording, origin=origin_of(request))
    context = {
        "lines": [read_line(segment)],
        "recording": recording,
        "may_correct": True,
        "unsaved": unsaved_corrections(user=request.user, recording=recording),
    }
    return render(request, "transcription/transcripts/rows/_rows.html", context)


def _place(request: DepartmentRequest, uuid: UUID, segment: Segment) -> str:
    """The sentence on its page, in the text that was corrected."""
    kwargs = {"department": request.department.slug, "uuid": uuid}
    page = reverse("transcription:recording", kwargs=kwargs)
    is_raw = request.COOKIES.get(settings.TEXT_COOKIE_NAME) == "raw"
    text = "text=normal&" if is_raw else ""
    return f"{page}?{text}s={segment.pk}#s{segment.pk}"
