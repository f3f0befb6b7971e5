"""What stands beside the search box."""

from django import template
from django.template import Context
from django.urls import reverse

from transcription.forms.search_builder import BuilderForm

register = template.Library()


@register.inclusion_tag("transcription/search/_help.html", takes_context=True)
def search_help(context: Context) -> dict[str, object]:
    """What can be typed: examples that run when they are clicked."""
    return {"address": _address(context)}


@register.inclusion_tag("transcription/search/_builder.html", takes_context=True)
def search_builder(context: Context) -> dict[str, object]:
    """Plain fields that write into the box. Without scripts they are sent as ``b_…``,
    of which ``BuilderForm(request.GET).question()`` makes what is looked for."""
    return {"address": _address(context), "builder": BuilderForm()}


def _address(context: Context) -> str:
    department = context["request"].department
    return reverse("transcription:search", kwargs={"department": department.slug})
