"""Which recordings: the fields that the archive and the search share."""

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.days import day_field
from accounts.models.members import Membership
from accounts.models.people import User
from transcription.models.recordings import Language, Tag
from transcription.models.runs import JobState
from transcription.services.search.filters import ACTIVE, RecordingFilters, tags_for

STATUS_CHOICES = [
    ("", _("All")),
    (ACTIVE, _("Waiting or transcribing")),
    (JobState.SUCCEEDED.value, JobState.SUCCEEDED.label),
    (JobState.FAILED.value, JobState.FAILED.label),
    (JobState.CANCELED.value, JobState.CANCELED.label),
]
_NAMES = frozenset(field.name for field in fields(RecordingFilters))


class RecordingFilterForm(forms.Form):
    """A department's recordings, narrowed. A value that makes no sense filters nothing
    and says so."""

    since = day_field(_("From"))
    until = day_field(_("To"))
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=STATUS_CHOICES
    )
    uploader = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Uploaded by"),
        required=False,
        to_field_name="username",
        empty_label=_("All"),
    )
    agent = forms.CharField(label=_("Agent"), required=False, max_length=64)
    tag = forms.ModelChoiceField(
        Tag.objects.none(),
        label=_("Tag"),
        required=False,
        to_field_name="name",
        empty_label=_("All"),
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All")), *Language.choices]
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        uploader, tag = self.fields["uploader"], self.fields["tag"]
        if isinstance(uploader, forms.ModelChoiceField):
            uploader.queryset = User.objects.filter(
                memberships__department=membership.department
            ).order_by("display_name")
        if isinstance(tag, forms.ModelChoiceField):
            tag.queryset = tags_for(membership)

    def filters(self) -> RecordingFilters:
        """What of the form makes sense."""
        given = {name: self.value(name) for name in _NAMES & self.fields.keys()}
        return RecordingFilters(**{name: v for name, v in given.items() if v})

    @property
    def is_filtered(self) -> bool:
        return self.filters() != RecordingFilters()

    def value(self, name: str) -> Any:
        """Of one field, cleaned; None when it makes no sense."""
        self.is_valid()
        return self.cleaned_data.get(name) if self.is_bound else None
