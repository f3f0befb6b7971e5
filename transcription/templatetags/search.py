"""What stands beside the search box, and what was found."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from transcription.forms.search_builder import BuilderForm
from transcription.forms.search_examples import examples_for
from transcription.search.highlight import SOUND, WRITTEN, Part
from transcription.templatetags.transcript import clock

register = template.Library()
_MARKS = {
    WRITTEN: SafeString("<mark>"),
    SOUND: SafeString("<mark data-heard>"),
}
_END = SafeString("</mark>")


@register.filter
def marked(parts: Iterable[Part]) -> SafeString:
    """The text with what was found in it marked."""
    shown = SafeString("")
    for text, mark in parts:
        shown += _MARKS[mark] + escape(text) + _END if mark else escape(text)
    return shown


@register.filter
def play_label(ms: int) -> str:
    """What the button beside a hit does."""
    return _("Play from %(time)s") % {"time": clock(ms)}


@register.inclusion_tag("transcription/search/hints/_help.html", takes_context=True)
def search_help(context: Context) -> dict[str, object]:
    """What can be typed: examples that run when they are clicked, with names that the
    department's recordings have."""
    examples = examples_for(context["request"].membership)
    return {"address": _address(context), **examples}


@register.simple_tag(takes_context=True)
def search_builder(context: Context) -> SafeString:
    """Plain fields that write into the box. Without scripts they are sent as ``b_…``,
    of which ``BuilderForm(request.GET).question()`` makes what is looked for."""
    return _builder(_address(context), get_language() or "")


@lru_cache(maxsize=128)
def _builder(address: str, _language: str) -> SafeString:
    """Drawn once for a department and a language: eleven fields, all of them empty."""
    shown = {"address": address, "builder": BuilderForm()}
    return render_to_string("transcription/search/_builder.html", shown)


def _address(context: Context) -> str:
    department = context["request"].department
    return reverse("transcription:search", kwargs={"department": department.slug})
