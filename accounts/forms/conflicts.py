"""Two people in one form: what the one saved beside what the other typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django import forms
from django.forms import BaseForm, BoundField
from django.forms.widgets import DateTimeBaseInput
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.services.versions import ChangedMeanwhile


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says one thing as it is stored and another as it was typed."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a page shows of it. ``field`` is the id of where one edits on."""

    sentence: str
    differences: list[Difference]
    field: str


def version_field() -> forms.CharField:
    """Which version the rest of the form was filled from."""
    return forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


def conflict_of(
    request: HttpRequest, changed: ChangedMeanwhile, mine: BaseForm, theirs: BaseForm
) -> Conflict:
    """``theirs`` is filled with what is stored now. What was typed stays in ``mine``,
    on top of that: saving it once more writes over what has now been seen. A program
    gets no page, but the refusal."""
    if "application/json" in request.headers.get("Accept", ""):
        raise changed
    data = request.POST.copy()
    data["version"] = changed.version
    mine.data = data
    pairs = [(theirs[field.name], field) for field in mine.visible_fields()]
    differing = [(one, two) for one, two in pairs if typed(one) != typed(two)]
    return Conflict(
        sentence=changed.sentence,
        differences=[
            Difference(str(two.label), _shown(one), _shown(two))
            for one, two in differing
        ],
        field=differing[0][1].id_for_label if differing else "",
    )


def conflict_status(request: HttpRequest) -> HTTPStatus:
    """A page with a conflict says so to programs too; htmx draws a form again for one
    status alone."""
    is_htmx = "HX-Request" in request.headers
    return HTTPStatus.UNPROCESSABLE_ENTITY if is_htmx else HTTPStatus.CONFLICT


def typed(field: BoundField) -> str:
    """What stands in the field, as a browser sends it."""
    value = field.value()
    widget = field.field.widget
    if isinstance(widget, DateTimeBaseInput):
        value = widget.format_value(value)
    if isinstance(widget, forms.CheckboxInput):
        value = "on" if value else ""
    return "" if value is None else str(value).replace("\r\n", "\n")


def _shown(field: BoundField) -> str:
    text = typed(field)
    if isinstance(field.field, forms.BooleanField):
        return _("yes") if text else _("no")
    if isinstance(field.field, forms.ChoiceField):
        choices = cast("Iterable[tuple[object, object]]", field.field.choices)
        return str({str(value): label for value, label in choices}.get(text, text))
    return text
