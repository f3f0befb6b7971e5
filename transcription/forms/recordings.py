"""Forms about recordings: upload, options, details."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models.departments import Department
from transcription.models.jobs import SpeakerCount
from transcription.models.recordings import Direction, Language, Recording
from transcription.services.hotwords.extra import problems_of_words
from transcription.services.hotwords.for_jobs import usable_lists
from transcription.services.recogniser.status import has_speaker_model
from transcription.services.recordings.keeping import CallDetails, UploadOptions
from transcription.services.transcripts.corrections import correction_count

# A list of tags or words as people type it: line breaks, commas, Chinese ones too.
_SEPARATORS = re.compile(r"[\n,，、;；]+")


def split_list(text: str) -> tuple[str, ...]:
    """The trimmed, non-empty parts of a typed list, each once, in order."""
    parts = (part.strip() for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


class OptionsForm(forms.Form):
    """How to transcribe: language, number formatting, hotwords."""

    language = forms.ChoiceField(label=_("Spoken language"), choices=Language.choices)
    use_itn = forms.BooleanField(
        label=_("Write numbers, dates and amounts as digits"), required=False
    )
    use_punctuation = forms.BooleanField(
        label=_("Add punctuation where the recogniser writes none"),
        required=False,
        initial=True,
    )
    speakers = forms.ChoiceField(
        label=_("Speakers"),
        required=False,
        choices=SpeakerCount.choices,
        help_text=_(
            "For recordings with one track. On a stereo call each channel is a speaker."
        ),
    )
    hotword_lists = forms.MultipleChoiceField(
        label=_("Hotword lists"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    extra_hotwords = forms.CharField(
        label=_("More hotwords, only for this"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Names and terms, separated by commas or line breaks."),
    )

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(item.uuid), item.name) for item in usable_lists(department)]
        hotword_lists = self.fields["hotword_lists"]
        if isinstance(hotword_lists, forms.MultipleChoiceField):
            hotword_lists.choices = choices
        self.fields["language"].initial = department.default_language
        self.fields["use_itn"].initial = department.default_itn
        self.fields["speakers"].initial = SpeakerCount.AUTO
        if not has_speaker_model():
            self.fields["speakers"].initial = SpeakerCount.OFF
            self.fields["speakers"].help_text = _(
                "No speaker model is installed here: voices cannot be told apart."
            )
        hotword_lists.initial = [uuid for uuid, _name in choices]

    def clean_extra_hotwords(self) -> tuple[str, ...]:
        words = split_list(self.cleaned_data["extra_hotwords"])
        if problems := problems_of_words(words):
            raise ValidationError([f"{p.text[:30]}: {p.message}" for p in problems])
        return words

    def options(self) -> UploadOptions:
        """What was chosen; call it on a valid form."""
        data = self.cleaned_data
        return UploadOptions(
            language=data["language"],
            use_itn=data["use_itn"],
            use_punctuation=data["use_punctuation"],
            hotword_list_uuids=tuple(UUID(u) for u in data["hotword_lists"]),
            extra_hotwords=data["extra_hotwords"],
            speakers=data["speakers"] or SpeakerCount.OFF,
        )


class RetryForm(OptionsForm):
    """How to transcribe again. What people corrected is replaced by the new text, so
    they must say that they know; ``corrections`` is how many sentences that is."""

    replace_corrections = forms.BooleanField(
        label=_("Replace them. They cannot be brought back.")
    )

    def __init__(self, *args: Any, recording: Recording, **kwargs: Any) -> None:
        super().__init__(*args, department=recording.department, **kwargs)
        self.corrections = correction_count(recording)
        if not self.corrections:
            del self.fields["replace_corrections"]

    @property
    def warning(self) -> str:
        """What would be lost, as a sentence; empty when nothing would."""
        if not self.corrections:
            return ""
        return ngettext(
            "%(count)s sentence corrected by people will be replaced.",
            "%(count)s sentences corrected by people will be replaced.",
            self.corrections,
        ) % {"count": self.corrections}


class DetailsForm(forms.Form):
    """What people know about a call."""

    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    agent = forms.CharField(label=_("Agent"), required=False, max_length=64)
    phone_number = forms.CharField(label=_("Number"), required=False, max_length=32)
    direction = forms.ChoiceField(
        label=_("Direction"),
        required=False,
        choices=[("", "—"), *Direction.choices],
    )
    recorded_at = forms.DateTimeField(
        label=_("Time of the call"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        # Years that survive the conversion to UTC.
        validators=[
            MinValueValidator(datetime(1900, 1, 1, tzinfo=UTC)),
            MaxValueValidator(datetime(2999, 12, 31, tzinfo=UTC)),
        ],
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=400,
        help_text=_("Separated by commas."),
    )

    def details(self) -> CallDetails:
        """What was typed; call it on a valid form."""
        data = self.cleaned_data
        return CallDetails(
            title=data["title"],
            agent=data["agent"],
            phone_number=data["phone_number"],
            direction=data["direction"],
            recorded_at=data["recorded_at"],
            tags=split_list(data["tags"]),
        )


def details_of(recording: Recording) -> dict[str, object]:
    """A recording's details as the form's initial values."""
    return {
        "title": recording.title,
        "agent": recording.agent,
        "phone_number": recording.phone_number,
        "direction": recording.direction,
        "recorded_at": recording.recorded_at,
        "tags": ", ".join(tag.name for tag in recording.tags.all()),
    }


class UploadForm(DetailsForm, OptionsForm):
    """Files with how to transcribe them and what is known about them. The files
    themselves are read by the view: there may be many."""

    allow_duplicate = forms.BooleanField(required=False, widget=forms.HiddenInput)


class SegmentForm(forms.Form):
    """A corrected sentence."""

    text = forms.CharField(
        label=_("Text"), required=False, strip=True, widget=forms.Textarea
    )


class SpeakerForm(forms.Form):
    """A voice's name; empty brings back its number."""

    name = forms.CharField(label=_("Name"), required=False)
