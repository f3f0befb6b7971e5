"""What a sentence was before and after it was corrected."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http.requests import DepartmentRequest
from accounts.services.audit.writing import origin_of
from transcription.access.transcripts import access_correction
from transcription.services.readers.noting import note_view
from transcription.services.transcripts.corrections import changes_of


@require_safe
def correction(
    request: DepartmentRequest, uuid: UUID, correction_uuid: UUID
) -> HttpResponse:
    """The correction among all of its sentence."""
    found = access_correction(request.membership, uuid, correction_uuid)
    recording = found.segment.transcript.recording
    note_view(recording=recording, origin=origin_of(request))
    context = {
        "recording": recording,
        "chosen": found,
        "segment": found.segment,
        "number": found.segment.index + 1,
        "changes": changes_of(found.segment),
    }
    return render(request, "transcription/transcripts/correction.html", context)
