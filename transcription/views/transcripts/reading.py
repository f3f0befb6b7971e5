"""What the transcript page asks for while somebody reads: sentences, times of words,
places of a phrase, what is doubtful; and the whole text, to copy and print."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.http.activity import polled
from accounts.http.requests import DepartmentRequest
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.access.recordings import access_recording, may_correct
from transcription.access.transcripts import current_transcript
from transcription.forms.listening import CopiedForm
from transcription.forms.transcripts import FindForm, PlaceForm, text_of
from transcription.models.recordings import Recording
from transcription.models.transcripts import Transcript
from transcription.services.drafts.sentences import unsaved_corrections
from transcription.services.readers.noting import (
    note_copy,
    note_view,
    note_whole_copy,
)
from transcription.services.transcripts.finding import find
from transcription.services.transcripts.pages import lines_on, page_of, segments_on
from transcription.services.transcripts.reading import doubtful_segments, word_times
from transcription.services.transcripts.whole import as_text, turns_of
from transcription.views.media.heard import unusable


def _read(request: DepartmentRequest, uuid: UUID) -> tuple[Recording, Transcript]:
    """The recording and its transcript; reading it leaves a trace."""
    found = access_recording(request.membership, uuid, Capability.READ)
    transcript = current_transcript(found)
    if transcript is None:
        raise Http404
    note_view(recording=found, origin=origin_of(request))
    return found, transcript


@require_safe
def segments(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """A page of sentences, to be put into the one that is read."""
    found, transcript = _read(request, uuid)
    page = PlaceForm(request.GET).page_in(transcript)
    context = {
        "recording": found,
        "number": page,
        "lines": lines_on(transcript, page),
        "may_correct": may_correct(request.membership, found),
        "unsaved": unsaved_corrections(user=request.user, recording=found),
    }
    return render(request, "transcription/transcripts/rows/_page.html", context)


@polled
@require_safe
def words(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """When each word of a page was said, for the player."""
    found = access_recording(request.membership, uuid, Capability.READ)
    transcript = current_transcript(found)
    if transcript is None:
        return JsonResponse({})
    page = PlaceForm(request.GET).page_in(transcript)
    return JsonResponse(word_times(segments_on(transcript, page)))


@require_safe
def find_places(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """Where a phrase stands: per segment its id, its page, and from and to of each hit
    in a row; and when each begins."""
    _found, transcript = _read(request, uuid)
    form = FindForm(request.GET)
    hits = find(transcript, form.wanted(), raw=text_of(request) == "raw")
    rows = [[hit.pk, hit.page, *sum(hit.spans, ())] for hit in hits]
    return JsonResponse({"segments": rows, "starts_ms": [hit.start_ms for hit in hits]})


@polled
@require_safe
def doubts(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """Id and page of each doubtful sentence, and when it begins."""
    found = access_recording(request.membership, uuid, Capability.READ)
    transcript = current_transcript(found)
    found_doubts = doubtful_segments(transcript) if transcript else []
    rows = [[doubt.pk, page_of(doubt.index)] for doubt in found_doubts]
    starts = [doubt.start_ms for doubt in found_doubts]
    return JsonResponse({"segments": rows, "starts_ms": starts})


@require_safe
def whole_text(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """All of it without markup, to be copied: taken away, as with an export."""
    found, transcript = _read(request, uuid)
    is_raw = text_of(request) == "raw"
    note_whole_copy(recording=found, origin=origin_of(request), raw=is_raw)
    text = as_text(turns_of(transcript, raw=is_raw))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@polled
@require_POST
def copied(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """The page's script tells that somebody copied sentences from it."""
    found = access_recording(request.membership, uuid, Capability.READ)
    form = CopiedForm(request.POST)
    if not form.is_valid():
        return unusable(form)
    note_copy(recording=found, origin=origin_of(request), **form.cleaned_data)
    return HttpResponse(status=204)


@require_safe
def print_page(request: DepartmentRequest, uuid: UUID) -> HttpResponse:
    """All of it on paper."""
    found, transcript = _read(request, uuid)
    text = text_of(request)
    turns = turns_of(transcript, raw=text == "raw")
    voices = {turn.voice.speaker.pk: turn.voice for turn in turns if turn.voice}
    context = {
        "recording": found,
        "text": text,
        "turns": turns,
        "voices": sorted(voices.values(), key=lambda voice: voice.speaker.label),
    }
    return render(request, "transcription/transcripts/print.html", context)
