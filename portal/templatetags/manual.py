"""What only the manual draws: names of controls, pictures, the way to a page."""

import re

from django import template
from django.utils.translation import get_language, gettext, pgettext

from accounts.http.navigation import Place
from accounts.models.members import Membership
from portal.pages.navigation import department_lines

register = template.Library()

_LINE_END = re.compile(r"\s*\n\s*")
_CONTROL_END = re.compile(r"(?<=</b>)\n")
_DEPARTMENT = (Place.WORK, Place.DEPARTMENT)
# Every picture is a browser's window of this size (tests/browser/manual).
PICTURE_SIZE = (1120, 700)


@register.inclusion_tag("help/_control.html")
def control(name: str, context: str = "") -> dict[str, str]:
    """A button, field or line of a page, by its English name.

    Not ``translate``: a name that no page has any more must leave the catalogue, and
    tests/portal/manual finds the manual that still has it.
    """
    return {"name": pgettext(context, name) if context else gettext(name)}


@register.inclusion_tag("help/_picture.html")
def picture(name: str, described: str) -> dict[str, object]:
    """A page as it looks in the reader's language."""
    language = "en" if get_language() == "en" else "zh"
    width, height = PICTURE_SIZE
    file = f"help/{language}/{name}.webp"
    return {"file": file, "described": described, "width": width, "height": height}


@register.filter
def joined(prose: str) -> str:
    """The ends of lines are spaces where English has them: none after a control's own
    template, and none at all in Chinese."""
    is_english = get_language() == "en"
    return (_CONTROL_END if is_english else _LINE_END).sub("", prose)


@register.simple_tag
def section_url(here: Membership | None, section: str) -> str:
    """Where a line of the navigation leads; empty where the reader has no such line."""
    if not here:
        return ""
    lines = [line for place in _DEPARTMENT for line in department_lines(here, place)]
    return next((line.url for line in lines if line.section.name == section), "")
