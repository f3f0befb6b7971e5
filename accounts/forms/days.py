"""Fields for a day, of any form."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django_stubs_ext import StrOrPromise

# Days that survive the conversion to UTC, and that nobody has half typed.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


class DayInput(forms.DateInput):
    """A date input. What is no day is not echoed: no browser shows it in one."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, str):
            try:
                date.fromisoformat(value)
            except ValueError:
                return None
        return super().format_value(value)


def day_field(label: StrOrPromise) -> forms.DateField:
    """A day between the first and the last that a form takes."""
    return forms.DateField(
        label=label,
        required=False,
        widget=DayInput(
            format="%Y-%m-%d",
            attrs={"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()},
        ),
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )
