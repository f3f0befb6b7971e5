"""Corrections of sentences, and the times of the words."""

from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from accounts.http.activity import polled
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.recordings import access_recording
from transcription.access.transcripts import (
    access_segment,
    current_transcript,
    is_outdated_segment,
)
from transcription.forms.recordings import SegmentForm
from transcription.models.transcripts import Segment
from transcription.services.transcripts.corrections import (
    correct_segment,
    undo_correction,
    undo_hotword,
)
from transcription.services.transcripts.reading import note_view, read_line, word_times


@polled
@require_safe
def words(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """When each word was said, for the player."""
    found = access_recording(request.membership, uuid, Capability.READ)
    transcript = current_transcript(found)
    return JsonResponse(word_times(transcript) if transcript else {})


@require_http_methods(["GET", "HEAD", "POST"])
def segment_edit(
    request: DepartmentRequest, uuid: UUID, segment_id: int
) -> HttpResponseBase:
    """Correct a sentence, or undo the correction or one of the machine's hotwords; in
    place with htmx, else a page."""
    try:
        segment = access_segment(request.membership, uuid, segment_id)
    except Http404:
        if is_outdated_segment(request.membership, uuid, segment_id):
            return _outdated(request, uuid)
        raise
    if request.method != "POST":
        is_reading = bool(request.htmx) and "read" in request.GET
        return _line(request, uuid, segment) if is_reading else _form(request, segment)
    form = SegmentForm(request.POST)
    try:
        if not _change(request, segment, form):
            return _form(request, segment, form)
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
    if "undo" in request.POST:
        undo_correction(segment=segment, origin=origin)
    elif "hotword" in request.POST:
        undo_hotword(
            segment=segment,
            membership=request.membership,
            origin=origin,
            number=_number(request.POST["hotword"]),
        )
    elif form.is_valid():
        correct_segment(
            segment=segment,
            membership=request.membership,
            origin=origin,
            text=form.cleaned_data["text"],
        )
    else:
        return False
    return True


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _outdated(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """What was being corrected is there no more. With htmx the typed text stays."""
    sentence = _(
        "The recording was transcribed again meanwhile. Copy what you typed, then "
        "reload the page."
    )
    if request.htmx:
        headers = {"X-Message": quote(sentence)}
        return HttpResponse(status=HTTPStatus.CONFLICT, headers=headers)
    messages.error(request, sentence)
    slug = request.department.slug
    return redirect("transcription:recording", department=slug, uuid=uuid)


def _form(
    request: DepartmentRequest, segment: Segment, form: SegmentForm | None = None
) -> HttpResponse:
    recording = segment.transcript.recording
    note_view(recording=recording, origin=origin_of(request))
    context = {
        "segment": segment,
        "recording": recording,
        "line": read_line(segment),
        "form": form or SegmentForm(initial={"text": segment.text}),
    }
    template = "transcription/transcripts/edit.html"
    if request.htmx:
        template = "transcription/transcripts/_segment_form.html"
    return render(request, template, context, status=422 if form else 200)


def _line(request: DepartmentRequest, uuid: UUID, segment: Segment) -> HttpResponse:
    recording = segment.transcript.recording
    note_view(recording=recording, origin=origin_of(request))
    context = {
        "line": read_line(segment),
        "recording": recording,
        "may_edit": True,
    }
    return render(request, "transcription/transcripts/_segment.html", context)


def _place(request: DepartmentRequest, uuid: UUID, segment: Segment) -> str:
    """The sentence on its page, in the text that was corrected."""
    kwargs = {"department": request.department.slug, "uuid": uuid}
    page = reverse("transcription:recording", kwargs=kwargs)
    is_raw = request.COOKIES.get(settings.TEXT_COOKIE_NAME) == "raw"
    return f"{page}{'?text=normal' if is_raw else ''}#s{segment.pk}"
