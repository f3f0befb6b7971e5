"""Voices: their names, and which channel of a call is whose."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http.requests import DepartmentRequest
from accounts.services.audit.writing import origin_of
from accounts.services.refusal import Refused
from transcription.access.recordings import access_recording_to_edit
from transcription.access.transcripts import access_speaker, current_transcript
from transcription.forms.recordings import SpeakerForm
from transcription.services.transcripts.voices import (
    rename_speaker,
    swap_channels,
)


@require_POST
def speaker_rename(
    request: DepartmentRequest, uuid: UUID, speaker_id: int
) -> HttpResponseBase:
    """Give a voice a name."""
    speaker = access_speaker(request.membership, uuid, speaker_id)
    form = SpeakerForm(request.POST)
    if form.is_valid():
        try:
            rename_speaker(
                speaker=speaker,
                origin=origin_of(request),
                name=form.cleaned_data["name"],
            )
        except Refused as refused:
            messages.error(request, refused.sentence)
    else:
        for sentence in form.errors.get("name", []):
            messages.error(request, str(sentence))
    return _back(request, uuid)


@require_POST
def channels_swap(request: DepartmentRequest, uuid: UUID) -> HttpResponseBase:
    """Let the parties of a call change channels; again, and they change back."""
    found = access_recording_to_edit(request.membership, uuid)
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
