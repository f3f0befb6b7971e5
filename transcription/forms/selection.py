"""What is to be done with which recordings, and with which tags."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.models.departments import Department
from transcription.models.recordings import Tag, TagColour
from transcription.services.recordings.selection.choosing import Selection
from transcription.services.search.filters import RecordingFilters


class Action(StrEnum):
    """What can be done with many recordings."""

    TAG = "tag"
    UNTAG = "untag"
    DELETE = "delete"
    PRIVATE = "private"
    OPEN = "open"
    RETRY = "retry"


class SelectionForm(forms.Form):
    """An action, and the recordings ticked for it, or all that the filters let
    through."""

    action = forms.ChoiceField(choices=[(one.value, one.value) for one in Action])
    all = forms.BooleanField(required=False)
    tag = forms.CharField(required=False, max_length=200)
    with_corrected = forms.BooleanField(
        label=_("Also those with corrections; these are replaced for good."),
        required=False,
    )
    confirmed = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("all") and not ticked(self.data):
            raise ValidationError(_("Choose recordings first."), "nothing_chosen")
        return self.cleaned_data

    def selection(self, filters: RecordingFilters) -> Selection:
        """Call it on a valid form."""
        if self.cleaned_data["all"]:
            return Selection(filters=filters)
        return Selection(uuids=ticked(self.data))


def ticked(data: Any) -> tuple[UUID, ...]:
    """The recordings whose boxes are ticked."""
    given = data.getlist("recording") if isinstance(data, MultiValueDict) else []
    found = []
    for text in given:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


class TagAction(StrEnum):
    """What can be done with a tag."""

    SAVE = "save"
    MERGE = "merge"
    DELETE = "delete"


class TagForm(forms.Form):
    """A tag of the department, and what becomes of it."""

    action = forms.ChoiceField(choices=[(one.value, one.value) for one in TagAction])
    tag = forms.ModelChoiceField(
        Tag.objects.none(),
        error_messages={
            "invalid_choice": _("This tag is gone: somebody deleted or merged it.")
        },
    )
    name = forms.CharField(required=False, max_length=200)
    before = forms.CharField(required=False, max_length=200)
    colour = forms.ChoiceField(
        required=False, choices=[("", _("No colour")), *TagColour.choices]
    )
    into = forms.ModelChoiceField(Tag.objects.none(), required=False)

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("tag", "into"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = department.tags.all()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        into = data.get("into")
        if data.get("action") == TagAction.MERGE and into in (None, data.get("tag")):
            raise ValidationError(_("Choose another tag to merge into."), "same_tag")
        return data
