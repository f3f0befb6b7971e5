"""Forms of an import: the list, its columns, what to do with it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from transcription.forms.recordings import OfDepartmentForm, yes_or_no
from transcription.models.recordings import Language
from transcription.services.recordings.importing.columns import TITLES, Column


class ImportAction(TextChoices):
    """What a person does with an import."""

    COLUMNS = "columns"
    START = "start"
    FINISH = "finish"
    AGAIN = "again"
    FORGET = "forget"


class ListForm(OfDepartmentForm):
    """How the calls of a list are taken in; the list itself is read by the view."""

    language = forms.ChoiceField(label=_("Spoken language"), choices=Language.choices)
    is_private = forms.ChoiceField(
        label=_("Who can open it"),
        choices=[
            ("no", _("Everybody in the department")),
            ("yes", _("Private: only the people involved")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = self.department.default_language
        is_private = self.fields["is_private"]
        is_private.initial = yes_or_no(self.department.default_private)


class ActionForm(forms.Form):
    """One of ``ImportAction``."""

    action = forms.ChoiceField(choices=ImportAction.choices)


class ColumnsForm(forms.Form):
    """Which column of the list is what."""

    def __init__(
        self,
        *args: Any,
        header: Sequence[str],
        columns: dict[Column, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        headings = [
            (str(at), head or _("Column %(number)d") % {"number": at + 1})
            for at, head in enumerate(header)
        ]
        for column, title in TITLES.items():
            self.fields[column.value] = forms.ChoiceField(
                label=title,
                required=column is Column.FILE,
                choices=[("", "—"), *headings],
                initial=str(columns.get(column, "")),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = [value for value in data.values() if value]
        if len(set(chosen)) < len(chosen):
            raise ValidationError(
                _("One column of the list is chosen for two things."), "twice"
            )
        return data

    def columns(self) -> dict[Column, int]:
        """What was chosen; call it on a valid form."""
        data = self.cleaned_data
        return {column: int(data[column]) for column in Column if data[column]}


class LineFileForm(forms.Form):
    """Which line of the list a file is for."""

    line = forms.IntegerField(min_value=1, max_value=2**31 - 1)
