"""Voices: their names, and which channel of a call is whose."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.conflicts import conflict_of, conflict_status
from accounts.http.requests import DepartmentRequest
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from accounts.services.versions import ChangedMeanwhile
from transcription.access.recordings import access_recording_to_correct
from transcription.access.transcripts import (
    access_speaker,
    current_transcript,
    is_outdated_speaker,
)
from transcription.forms.recordings import SpeakerForm
from transcription.models.transcripts import Speaker, voice_name
from transcription.services.transcripts.voices import (
    NAME_MAX,
    rename_speaker,
    speaker_version,
    swap_channels,
)


@require_http_methods(["GET", "HEAD", "POST"])
def speaker_rename(
    request: DepartmentRequest, uuid: UUID, speaker_id: int
) -> HttpResponseBase:
    """Give a voice a name; a page of its own says why that cannot be."""
    try:
        speaker = access_speaker(request.membership, uuid, speaker_id)
    except Http404:
        if is_outdated_speaker(request.membership, uuid, speaker_id):
            return _outdated(request, uuid)
        raise
    if "theirs" in request.POST:  # of a conflict: what is stored stands
        return _back(request, uuid)
    if request.method != "POST":
        return _page(request, speaker, {"form": _form(speaker)}, 200)
    form = SpeakerForm(request.POST)
    if not form.is_valid():
        return _page(request, speaker, {"form": form}, 422)
    try:
        rename_speaker(speaker=speaker, origin=origin_of(request), **form.cleaned_data)
    except ChangedMeanwhile as changed:
        fresh = access_speaker(request.membership, uuid, speaker_id)
        conflict = conflict_of(request, changed, form, _form(fresh))
        context = {"form": form, "conflict": conflict}
        return _page(request, fresh, context, conflict_status(request))
    except Refused as refused:
        form.add_error("name", refused.sentence)
        return _page(request, speaker, {"form": form}, 422)
    return _back(request, uuid)


def _form(speaker: Speaker) -> SpeakerForm:
    version = speaker_version(speaker)
    return SpeakerForm(initial={"name": speaker.name, "version": version})


def _page(
    request: DepartmentRequest,
    speaker: Speaker,
    context: Mapping[str, object],
    status: int,
) -> HttpResponse:
    shown = {
        **context,
        "name": voice_name(speaker),
        "recording": speaker.transcript.recording,
    }
    return render(
        request, "transcription/transcripts/speakers/speaker.html", shown, status=status
    )


def _outdated(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """The voice was told apart anew: what was typed is said with the reason."""
    sentence = _(
        "The recording was transcribed again meanwhile. The name “%(name)s” was not "
        "saved: give it once more."
    ) % {"name": request.POST.get("name", "")[:NAME_MAX]}
    if "application/json" in request.headers.get("Accept", ""):
        raise Refused("transcribed_again", sentence)
    if request.method == "POST":
        messages.error(request, sentence)
    return _back(request, uuid)


@require_POST
def channels_swap(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Let the parties of a call change channels; again, and they change back."""
    found = access_recording_to_correct(request.membership, uuid)
    transcript = current_transcript(found)
    if transcript is None:
        raise Http404
    if swap_channels(transcript=transcript, origin=origin_of(request)):
        messages.success(
            request,
            _("The channels have changed names. Press again to change them back."),
        )
    else:
        messages.error(request, _("This recording does not have two channels."))
    return _back(request, uuid)


def _back(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    slug = request.department.slug
    return redirect("transcription:recording", department=slug, uuid=uuid)
