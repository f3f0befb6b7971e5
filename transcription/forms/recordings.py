"""Forms about recordings: upload, options, details."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms.conflicts import version_field
from accounts.models.departments import Department
from accounts.models.members import Membership
from transcription.models.jobs import SpeakerCount
from transcription.models.recordings import Direction, Language, Recording
from transcription.services.hotwords.for_jobs import usable_lists
from transcription.services.hotwords.lines import typed_words
from transcription.services.recogniser.status import has_speaker_model
from transcription.services.recordings.agents import (
    NAME_MAX,
    AgentMatch,
    AgentName,
    MemberNames,
    agent_label,
    member_label,
    members_of,
)
from transcription.services.recordings.details import details_version
from transcription.services.recordings.keeping import CallDetails, UploadOptions
from transcription.services.transcripts.corrections import correction_count

AGENTS_PER_PAGE: Final = 50

# A list of tags or words as people type it: line breaks, commas, Chinese ones too.
_SEPARATORS = re.compile(r"[\n,，、;；]+")


def split_list(text: str) -> tuple[str, ...]:
    """The trimmed, non-empty parts of a typed list, each once, in order."""
    parts = (part.strip() for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


class OfDepartmentForm(forms.Form):
    """What is filled in differs between departments."""

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department = department


class OptionsForm(OfDepartmentForm):
    """How to transcribe: language, number formatting, hotwords."""

    language = forms.ChoiceField(label=_("Spoken language"), choices=Language.choices)
    use_itn = forms.BooleanField(
        label=_("Write numbers, dates and amounts as digits"), required=False
    )
    use_punctuation = forms.BooleanField(
        label=_("Add punctuation where the recogniser writes none"),
        required=False,
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
        super().__init__(*args, department=department, **kwargs)
        choices = [(str(item.uuid), item.name) for item in usable_lists(department)]
        hotword_lists = self.fields["hotword_lists"]
        if isinstance(hotword_lists, forms.MultipleChoiceField):
            hotword_lists.choices = choices
        self.fields["language"].initial = department.default_language
        self.fields["use_itn"].initial = department.default_itn
        self.fields["use_punctuation"].initial = department.default_punctuation
        self.fields["speakers"].initial = SpeakerCount.AUTO
        if not has_speaker_model():
            self.fields["speakers"].initial = SpeakerCount.OFF
            self.fields["speakers"].help_text = _(
                "No speaker model is installed, so voices cannot be told apart."
            )
        hotword_lists.initial = [uuid for uuid, _name in choices]

    def clean_extra_hotwords(self) -> tuple[str, ...]:
        words, problems = typed_words(self.cleaned_data["extra_hotwords"])
        if problems:
            raise ValidationError([f"{p.text[:30]}: {p.message}" for p in problems])
        return tuple(dict.fromkeys(str(word.spec) for word in words))

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


class DetailsForm(OfDepartmentForm):
    """What people know about a call, and who may open it."""

    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    agent = forms.CharField(
        label=_("Agent"),
        required=False,
        max_length=140,
        widget=forms.TextInput(attrs={"list": "agents", "autocomplete": "off"}),
        help_text=_("A member of the department, or the name of somebody else."),
    )
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
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off"}),
        help_text=_("Separated by commas."),
    )

    # A choice and no checkbox: an upload that says nothing is as the department wants.
    is_private = forms.ChoiceField(
        label=_("Who can open it"),
        required=False,
        choices=[
            ("no", _("Everybody in the department")),
            ("yes", _("Private: only the people involved")),
        ],
        help_text=_(
            "The people involved are the uploader, the agent, supervisors, admins and "
            "auditors. Nobody else finds a private recording."
        ),
    )

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, department=department, **kwargs)
        is_private = self.fields["is_private"]
        is_private.initial = yes_or_no(department.default_private)

    @property
    def agents(self) -> list[str]:
        """What may be typed as a member of the department."""
        return [member_label(member) for member in members_of(self.department)]

    def clean_agent(self) -> str:
        typed: str = self.cleaned_data["agent"]
        if len(typed) > NAME_MAX and typed not in {
            self.initial.get("agent"),
            *self.agents,
        }:
            raise ValidationError(
                _("A name has at most %(count)d characters.") % {"count": NAME_MAX},
                "max_length",
            )
        return typed

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
            is_private=data["is_private"] == "yes" if data["is_private"] else None,
        )


class EditDetailsForm(DetailsForm):
    """The details of a recording that is there, and which version of them it was."""

    version = version_field()


def yes_or_no(is_private: bool) -> str:
    """The form's word for it."""
    return "yes" if is_private else "no"


class AgentForm(forms.Form):
    """Which member of the department an agent's name means; empty: none."""

    name = forms.CharField(max_length=NAME_MAX, strip=False)
    before = forms.IntegerField(required=False)
    member = forms.CharField(required=False, max_length=140)

    def __init__(
        self,
        *args: Any,
        called: MemberNames,
        members: Mapping[int, Membership],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.called, self.members = called, members

    @property
    def key(self) -> tuple[str, str]:
        """The name and whom it meant, as they were sent or offered."""
        return str(self["name"].value() or ""), str(self["before"].value() or "")

    @property
    def typed(self) -> str:
        return str(self["member"].value() or "")

    def clean_before(self) -> Membership | None:
        key = self.cleaned_data["before"]
        if key is not None and key not in self.members:
            raise ValidationError(_("Choose one of the members."), "member_unknown")
        return self.members[key] if key is not None else None

    def clean_member(self) -> Membership | None:
        typed = self.cleaned_data["member"]
        member = self.called.meant(typed)
        if typed and member is None:
            raise ValidationError(
                _("No member, or more than one, is called “%(name)s”. Choose one.")
                % {"name": typed},
                "member_unknown",
            )
        return member


class AgentFormSet(forms.BaseFormSet[AgentForm]):
    """A page of names."""

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        shared = {
            "called": MemberNames(members_of(department)),
            "members": department.memberships.select_related("user").in_bulk(),
        }
        super().__init__(*args, **kwargs | {"form_kwargs": shared})

    def matches(self) -> list[AgentMatch]:
        """What is to change; all forms are valid."""
        rows = [form.cleaned_data for form in self.forms]
        return [AgentMatch(**row) for row in rows if row["before"] != row["member"]]


def agent_forms(
    department: Department,
    page: Iterable[AgentName],
    data: QueryDict | None = None,
    typed: Mapping[tuple[str, str], str] | None = None,
) -> AgentFormSet:
    """A form for each name of the page, or those that were sent. ``typed``, by
    ``AgentForm.key``, stands in the place of what a name means."""
    initial = [
        {
            "name": one.name,
            "before": one.before,
            "member": (typed or {}).get((one.name, one.before), one.typed),
        }
        for one in page
    ]
    kind: Any = forms.formset_factory(
        AgentForm,
        formset=AgentFormSet,
        extra=0,
        max_num=AGENTS_PER_PAGE,
        absolute_max=AGENTS_PER_PAGE + 1,
        validate_max=True,
    )
    made: AgentFormSet = kind(data, department=department, initial=initial)
    return made


def details_of(recording: Recording) -> dict[str, object]:
    """A recording's details as the form's initial values."""
    return {
        "title": recording.title,
        "agent": agent_label(recording),
        "phone_number": recording.phone_number,
        "direction": recording.direction,
        "recorded_at": recording.recorded_at,
        "tags": ", ".join(tag.name for tag in recording.tags.all()),
        "version": details_version(recording),
        "is_private": yes_or_no(recording.is_private),
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
    version = version_field()


class SpeakerForm(forms.Form):
    """A voice's name; empty brings back its number."""

    name = forms.CharField(label=_("Name"), required=False)
    version = version_field()
