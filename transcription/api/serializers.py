"""What goes in and out of the API. The OpenAPI page is made from these."""

import re
from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers

from transcription.models.jobs import SpeakerCount, TranscriptionJob
from transcription.models.recordings import Language
from transcription.models.runs import JobState
from transcription.models.transcripts import Punctuation, Segment, Transcript
from transcription.services.hotwords.lines import problems_of_words
from transcription.services.recordings.agents import NAME_MAX
from transcription.services.runs.errors import sentence

HOTWORD_PROBLEMS_MAX = 20
HOTWORD_SEPARATORS = re.compile(r"[,，、\s]+")
# Between two of these characters a space would be a mistake.
_SPACELESS = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


class TranscribeSerializer(serializers.Serializer[None]):
    """The form of ``POST /api/transcribe``."""

    audio = serializers.FileField(
        allow_empty_file=True,
        help_text=_("wav, mp3, m4a, mp4, ogg, opus, webm, flac, amr, aac or wma"),
    )
    language = serializers.ChoiceField(
        choices=Language.choices,
        required=False,
        allow_blank=True,
        help_text=_("What is spoken. Left out: the department's default."),
    )
    hotwords = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=20_000,
        help_text=_("Words separated by commas, spaces or newlines."),
    )
    # allow_null: a field that a form leaves out is then None and not False.
    itn = serializers.BooleanField(
        required=False,
        allow_null=True,
        help_text=_("Write numbers as digits. Left out: the department's default."),
    )
    punctuation = serializers.BooleanField(
        required=False,
        allow_null=True,
        help_text=_(
            "Put punctuation into the text of a recogniser that writes none. Left "
            "out: the department's default."
        ),
    )
    speakers = serializers.ChoiceField(
        choices=SpeakerCount.choices,
        required=False,
        allow_blank=True,
        help_text=_(
            "How many voices a recording with one track has; auto finds out. Left out: "
            "they are not told apart."
        ),
    )

    agent = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=NAME_MAX,
        help_text=_(
            "Who took the call: a member's user name or name, or another name."
        ),
    )
    private = serializers.BooleanField(
        required=False,
        allow_null=True,
        help_text=_(
            "Only the people involved can open the recording. Left out: the "
            "department's default."
        ),
    )

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """A form's reader would take the last of several and drop the others."""
        data = self.initial_data
        sentences = {"audio": gettext("Send one recording per call.")}
        repeated = {
            name: exceptions.ErrorDetail(
                sentences.get(name, gettext("Send this field once.")), "repeated"
            )
            for name in map(str, self.fields)
            if isinstance(data, MultiValueDict) and len(data.getlist(name)) > 1
        }
        if repeated:
            raise serializers.ValidationError(repeated)
        return attrs

    def validate_hotwords(self, value: str) -> tuple[str, ...]:
        return checked_words(HOTWORD_SEPARATORS.split(value))


def checked_words(words: Iterable[str]) -> tuple[str, ...]:
    """The hotwords of one call; those that cannot be one refuse it and are named."""
    words = tuple(word for word in words if word)
    problems = problems_of_words(words)
    if problems:
        raise serializers.ValidationError(
            [
                exceptions.ErrorDetail(
                    f"{problem.text[:30]}: {problem.message}", problem.code
                )
                for problem in problems[:HOTWORD_PROBLEMS_MAX]
            ]
        )
    return words


class WordSerializer(serializers.Serializer[dict[str, object]]):
    """A timed token of the raw text."""

    text = serializers.CharField()
    start_ms = serializers.IntegerField(min_value=0)
    end_ms = serializers.IntegerField(min_value=0)
    confidence = serializers.FloatField(
        min_value=0, max_value=1, allow_null=True, required=False
    )


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    """Contiguous speech of one speaker."""

    # A database's widest number would stand in the document's examples.
    start_ms = serializers.IntegerField(min_value=0)
    end_ms = serializers.IntegerField(min_value=0)
    channel = serializers.IntegerField(min_value=0, max_value=1, allow_null=True)
    speaker = serializers.SerializerMethodField()
    words = WordSerializer(many=True)

    class Meta:
        model = Segment
        fields = [
            "start_ms",
            "end_ms",
            "speaker",
            "channel",
            "text",
            "text_raw",
            "words",
        ]

    def get_speaker(self, segment: Segment) -> str | None:
        return str(segment.speaker) if segment.speaker else None


class ResultSerializer(serializers.Serializer[Transcript]):
    """A transcript as the API tells it."""

    text = serializers.CharField(help_text=_("What people read: after ITN and edits."))
    text_raw = serializers.CharField(help_text=_("What the engine recognised."))
    punctuation = serializers.ChoiceField(
        choices=Punctuation.choices,
        allow_blank=True,
        help_text=_(
            "Where the punctuation in text comes from: engine (the recogniser wrote "
            "it), model or pauses (it was added), empty (there is none)."
        ),
    )
    language = serializers.CharField()
    duration_ms = serializers.IntegerField(min_value=0)
    segments = SegmentSerializer(many=True)
    recording = serializers.UUIDField()
    job = serializers.UUIDField()

    def to_representation(self, transcript: Transcript) -> dict[str, object]:
        segments = list(transcript.segments.select_related("speaker"))
        return {
            "text": join(segment.text for segment in segments),
            "text_raw": join(segment.text_raw for segment in segments),
            "punctuation": transcript.punctuation,
            "language": transcript.language,
            "duration_ms": transcript.recording.duration_ms,
            "segments": SegmentSerializer(segments, many=True).data,
            "recording": str(transcript.recording.uuid),
            "job": str(transcript.job.uuid),
        }


class JobErrorSerializer(serializers.Serializer[None]):
    """Why a job failed."""

    code = serializers.CharField()
    detail = serializers.CharField()


class JobSerializer(serializers.ModelSerializer[TranscriptionJob]):
    """Where a job stands; ``result`` when it has succeeded."""

    job = serializers.UUIDField(source="uuid")
    job_url = serializers.SerializerMethodField()
    recording = serializers.UUIDField(source="recording.uuid")
    progress_percent = serializers.IntegerField(min_value=0, max_value=100)
    eta_ms = serializers.IntegerField(min_value=0, allow_null=True)
    error = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = TranscriptionJob
        fields = [
            "job",
            "job_url",
            "recording",
            "state",
            "progress_percent",
            "eta_ms",
            "created_at",
            "started_at",
            "finished_at",
            "engine",
            "model_name",
            "error",
            "result",
        ]

    def get_job_url(self, job: TranscriptionJob) -> str:
        url = job_path(job)
        request = self.context.get("request")
        return str(request.build_absolute_uri(url)) if request else url

    @extend_schema_field(JobErrorSerializer(allow_null=True))
    def get_error(self, job: TranscriptionJob) -> dict[str, str] | None:
        if job.state != JobState.FAILED:
            return None
        return {"code": job.error_code, "detail": sentence(job.error_code)}

    @extend_schema_field(ResultSerializer(allow_null=True))
    def get_result(self, job: TranscriptionJob) -> dict[str, object] | None:
        transcript = finished_transcript(job)
        return ResultSerializer().to_representation(transcript) if transcript else None


def job_path(job: TranscriptionJob) -> str:
    """The job's address on this server."""
    return reverse("api:job", kwargs={"uuid": job.uuid})


def finished_transcript(job: TranscriptionJob) -> Transcript | None:
    """What the job made, or None while (or because) there is nothing."""
    if job.state != JobState.SUCCEEDED:
        return None
    return Transcript.objects.filter(job=job).select_related("recording", "job").first()


def join(texts: Iterable[str]) -> str:
    """Segments as one text: a space between words, none between Chinese characters."""
    return "".join(joints(texts))


def joints(texts: Iterable[str]) -> Iterator[str]:
    """Each text with what stands between it and the one before."""
    last = ""
    for text in filter(None, texts):
        is_apart = last and not (_SPACELESS.match(last) or _SPACELESS.match(text[0]))
        yield f" {text}" if is_apart else text
        last = text[-1]
