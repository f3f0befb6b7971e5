"""What stands beside the search box, and what was found."""

import json
from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
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


@register.inclusion_tag("transcription/search/builder/_form.html", takes_context=True)
def search_builder(context: Context) -> dict[str, object]:
    """Plain fields that write into the box. ``taken`` is what the box asks, as far as
    they can say it: the script fills them with it. Without scripts they are sent as
    ``b_…``, of which ``BuilderForm(request.GET).question()`` makes what is looked for,
    after what was typed."""
    typed = context["request"].GET.get("q", "").strip()
    builder = BuilderForm.of(typed, timezone.localdate())
    fields = _fields(get_language() or "")
    taken = json.dumps(builder.initial)
    return {
        "address": _address(context),
        "builder": builder,
        "fields": fields,
        "taken": taken,
        "typed": typed,
    }


@lru_cache(maxsize=8)
def _fields(_language: str) -> SafeString:
    """Drawn once for a language: eleven fields, all of them empty."""
    template = "transcription/search/builder/_fields.html"
    return render_to_string(template, {"builder": BuilderForm()})


def _address(context: Context) -> str:
    department = context["request"].department
    return reverse("transcription:search", kwargs={"department": department.slug})
