"""``POST …/recordings/``: a recording into the archive, to be transcribed."""

from http import HTTPStatus

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import require
from accounts.roles import Capability
from accounts.services.audit.writing import origin_of
from transcription.api.jobs import caller
from transcription.api.serializers import TranscribeSerializer
from transcription.api.transcribe import options_of
from transcription.api.v1.recordings.fields import (
    CallFields,
    one,
    recording_url,
)
from transcription.forms.recordings import split_list
from transcription.services.recordings.keeping import CallDetails, upload_recording


class UploadSerializer(CallFields, TranscribeSerializer):
    """The form of an upload: how to transcribe it, and what is known about the call."""

    tags = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=400,
        help_text=_("Separated by commas."),
    )

    def call_details(self) -> CallDetails:
        """What was sent about the call."""
        sent = self.validated_data
        return CallDetails(
            title=sent.get("title", ""),
            agent=sent.get("agent") or "",
            phone_number=sent.get("phone_number", ""),
            direction=sent.get("direction", ""),
            recorded_at=sent.get("recorded_at"),
            tags=split_list(sent.get("tags", "")),
            is_private=sent.get("private"),
        )


def take_upload(request: Request) -> HttpResponseBase:
    """201 with the new recording; 200 with the one that the department has already, of
    the same bytes: sending it again, after a lost answer, makes no second one."""
    membership = caller(request)
    require(membership, Capability.UPLOAD)
    form = UploadSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    taken = upload_recording(
        membership=membership,
        origin=origin_of(request),
        file=form.validated_data["audio"],
        options=options_of(form.validated_data, membership.department),
        details=form.call_details(),
    )
    status = HTTPStatus.OK if taken.is_duplicate else HTTPStatus.CREATED
    answer = one(request, taken.recording, status)
    answer.headers["Location"] = recording_url(request, taken.recording)
    return answer
