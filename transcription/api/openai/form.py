"""The form of ``/v1/audio/transcriptions``."""

import json
import re
from typing import Any, Final

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers

from transcription.api.serializers import HOTWORD_SEPARATORS, checked_words
from transcription.models.recordings import Language
from transcription.models.speech import VAD_RANGES

FORMATS: Final = ("json", "text", "srt", "vtt", "verbose_json", "diarized_json")
STREAMED: Final = ("json", "text", "diarized_json")
SPEAKERS_MAX: Final = 4
LISTS: Final = (
    "include",
    "keywords",
    "known_speaker_names",
    "known_speaker_references",
    "languages",
    "timestamp_granularities",
)
CHUNKING: Final = "chunking_strategy"
# name[], name[0], name[type]
_BRACKETS: Final = re.compile(r"(\w+)\[(\w*)\]")
_LANGUAGE_NAMES: Final = {"chinese": "zh", "english": "en", "japanese": "ja"}


def plain_form(data: Any) -> dict[str, Any]:
    """The fields without brackets: lists and the one object as what they are. Of what
    comes twice a form's reader would take the last and drop the others."""
    if not isinstance(data, MultiValueDict):  # there was no body
        return {}
    plain: dict[str, Any] = {}
    repeated = {}
    for key, values in data.lists():
        match = _BRACKETS.fullmatch(key)
        name, part = match.groups() if match else (key, "")
        if name in LISTS:
            plain.setdefault(name, []).extend(values)
        elif name == CHUNKING and part:
            known = plain.get(name)
            parts = known if isinstance(known, dict) else {}
            plain[name] = {**parts, part: values[-1]}
        elif len(values) > 1:
            sentence = gettext("Send this field once.")
            repeated[name] = exceptions.ErrorDetail(sentence, "repeated")
        else:
            plain[name] = values[0]
    if repeated:
        raise serializers.ValidationError(repeated)
    return plain


class ServerVadForm(serializers.Serializer[None]):
    """How the caller wants speech cut."""

    type = serializers.ChoiceField(choices=["server_vad"])
    silence_duration_ms = serializers.IntegerField(
        required=False,
        min_value=VAD_RANGES["end_silence_ms"][0],
        max_value=VAD_RANGES["end_silence_ms"][1],
    )
    prefix_padding_ms = serializers.IntegerField(
        required=False,
        min_value=VAD_RANGES["pad_ms"][0],
        max_value=VAD_RANGES["pad_ms"][1],
    )
    threshold = serializers.FloatField(required=False, min_value=0, max_value=1)


class ChunkingField(serializers.Field[Any, Any, Any, Any]):
    """``auto``, or the detector's settings: as fields of their own, or as JSON. Its
    value is what the caller wants otherwise than the department: ours by name."""

    default_error_messages = {
        "invalid": _("Send auto, or server_vad with its settings.")
    }

    def to_internal_value(self, data: Any) -> dict[str, int]:
        if data in ("", "auto"):
            return {}
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except ValueError:
                self.fail("invalid")
        if not isinstance(data, dict):
            self.fail("invalid")
        form = ServerVadForm(data=data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        ours = {
            "end_silence_ms": asked.get("silence_duration_ms"),
            "pad_ms": asked.get("prefix_padding_ms"),
        }
        return {name: value for name, value in ours.items() if value is not None}


class TranscriptionForm(serializers.Serializer[None]):
    """What is not named here is ignored: other servers know more fields."""

    file = serializers.FileField(allow_empty_file=True)
    model = serializers.CharField(required=False, allow_blank=True, max_length=100)
    language = serializers.CharField(required=False, allow_blank=True, max_length=20)
    languages = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, max_length=20
    )
    keywords = serializers.ListField(
        child=serializers.CharField(allow_blank=True, max_length=200),
        required=False,
        max_length=1_000,
    )
    hotwords = serializers.CharField(
        required=False, allow_blank=True, max_length=20_000
    )
    response_format = serializers.ChoiceField(choices=FORMATS, default="json")
    timestamp_granularities = serializers.ListField(
        child=serializers.ChoiceField(choices=["word", "segment"]), required=False
    )
    stream = serializers.BooleanField(default=False)
    chunking_strategy = ChunkingField(required=False)
    known_speaker_names = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        max_length=SPEAKERS_MAX,
    )
    # Taken, and without effect: no recogniser here has a use for them.
    known_speaker_references = serializers.ListField(
        child=serializers.CharField(), required=False, max_length=SPEAKERS_MAX
    )
    prompt = serializers.CharField(required=False, allow_blank=True)
    include = serializers.ListField(child=serializers.CharField(), required=False)
    temperature = serializers.FloatField(required=False, min_value=0, max_value=1)

    def validate_language(self, value: str) -> str:
        return language_of(value)

    def validate_languages(self, values: list[str]) -> str:
        """One of several is found out by the engine."""
        known = {language_of(value) for value in values}
        return known.pop() if len(known) == 1 else Language.AUTO

    def validate_keywords(self, values: list[str]) -> tuple[str, ...]:
        return checked_words(value.strip() for value in values)

    def validate_hotwords(self, value: str) -> tuple[str, ...]:
        return checked_words(HOTWORD_SEPARATORS.split(value))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wanted = attrs["response_format"]
        if attrs.get("timestamp_granularities") and wanted != "verbose_json":
            raise serializers.ValidationError(
                {"timestamp_granularities": _("Only with verbose_json.")}
            )
        if attrs["stream"] and wanted not in STREAMED:
            raise serializers.ValidationError(
                {"stream": _("Only with json, text or diarized_json.")}
            )
        return attrs


def language_of(value: str) -> str:
    """Ours for an ISO 639-1 code, with or without a country, or a name in English."""
    code = re.split("[-_]", value.strip().lower())[0]
    code = _LANGUAGE_NAMES.get(code, code)
    if code and code not in Language.values:
        raise serializers.ValidationError(
            _("This language is not known here."), "language_unknown"
        )
    return code
