"""``POST /v1/audio/transcriptions``: what ``/api/transcribe`` does, OpenAI's way."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.access import require
from accounts.models.departments import Department
from accounts.roles import Capability
from transcription.api.jobs import caller
from transcription.api.openai.answers import event_stream, kept_alive, prompt_answer
from transcription.api.openai.dialect import OpenAiView
from transcription.api.openai.form import TranscriptionForm, plain_form
from transcription.api.openai.formats import Wanted
from transcription.api.openai.models import require_model
from transcription.api.openai.names import DIARIZING
from transcription.api.transcribe import order
from transcription.models.jobs import SpeakerCount, TranscriptionJob
from transcription.services.jobs.options import CallDetails, UploadOptions
from transcription.services.speech.settings import parameters_for_jobs

# The clients send a file again by themselves, seconds after an answer that broke off:
# what has just failed is told then, and not tried once more.
JUST_FAILED: Final = timedelta(seconds=60)
# The others say how the text is to be told, or nothing.
ORDER_FIELDS: Final = (
    "language",
    "languages",
    "keywords",
    "hotwords",
    "chunking_strategy",
)


class TranscriptionsView(OpenAiView):
    """Transcribe one recording."""

    parser_classes = [MultiPartParser]

    def post(self, request: Request) -> HttpResponseBase:
        require(caller(request), Capability.UPLOAD)
        form = TranscriptionForm(data=plain_form(request.data))
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        if asked.get("model"):
            require_model(asked["model"])
        wanted = Wanted(
            fmt=asked["response_format"],
            granularities=asked.get("timestamp_granularities") or (),
            speaker_names=asked.get("known_speaker_names") or (),
        )
        job = _ordered_job(request, asked)
        if asked["stream"]:
            return event_stream(request, job, wanted)
        answer = prompt_answer(request, job, wanted, settings.API_WAIT_SECONDS)
        return answer or kept_alive(request, job, wanted)


def _ordered_job(request: Request, asked: Mapping[str, Any]) -> TranscriptionJob:
    options = _options(asked, caller(request).department)
    ordered = {name: asked.get(name) for name in ORDER_FIELDS}
    return order(
        request,
        asked["file"],
        options,
        details=CallDetails(),
        asked={**ordered, "speakers": options.speakers},
        told_again=JUST_FAILED,
    )


def _options(asked: Mapping[str, Any], department: Department) -> UploadOptions:
    """What was asked for, and the department's defaults for the rest."""
    language = asked.get("language") or asked.get("languages")
    tells_apart = (
        asked["response_format"] == "diarized_json" or asked.get("model") == DIARIZING
    )
    return UploadOptions(
        language=language or department.default_language,
        use_itn=department.default_itn,
        use_punctuation=department.default_punctuation,
        extra_hotwords=(*asked.get("keywords", ()), *asked.get("hotwords", ())),
        speakers=SpeakerCount.AUTO if tells_apart else SpeakerCount.OFF,
        notifies=False,
        vad=_vad(asked.get("chunking_strategy") or {}, department),
    )


def _vad(wanted: Mapping[str, int], department: Department) -> dict[str, int] | None:
    """The department's own cutting of speech, but for what the caller wants."""
    if not wanted:
        return None
    return {**asdict(parameters_for_jobs(department)), **wanted}
