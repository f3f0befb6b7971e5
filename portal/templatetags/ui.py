"""Small things that every page draws: icons, fields, navigation, page numbers."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.http import activity
from accounts.http.navigation import Place
from accounts.models.members import Membership
from portal.pages.navigation import NavigationLine, department_lines, platform_lines

register = template.Library()

_TEXT_WIDGETS = (forms.Textarea,)
_SELECTS = (forms.Select,)
_PLAIN = (
    forms.CheckboxInput,
    forms.CheckboxSelectMultiple,
    forms.RadioSelect,
    forms.HiddenInput,
)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of static/img/icons.svg, hidden from screen readers."""
    return _icon(name, size, get_script_prefix())


@lru_cache(maxsize=512)
def _icon(name: str, size: str, _prefix: str) -> SafeString:
    """Drawn once: a page of results has a hundred of them. Their file's address begins
    with the prefix."""
    return render_to_string("includes/icon.html", {"name": name, "size": size})


@register.filter
def styled(field: BoundField) -> SafeString:
    """The field's widget with the class that its kind has in forms.css.

    Django itself adds aria-invalid and aria-describedby.
    """
    widget = field.field.widget
    if isinstance(widget, _PLAIN):
        return field.as_widget()
    if isinstance(widget, _TEXT_WIDGETS):
        kind = "textarea"
    elif isinstance(widget, _SELECTS):
        kind = "select"
    else:
        kind = "input"
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{kind} {own}".strip()})


@register.simple_tag
def department_nav(here: Membership, place: str) -> list[NavigationLine]:
    """One part of the navigation, as far as the membership sees it."""
    return department_lines(here, Place(place))


@register.simple_tag
def platform_nav() -> list[NavigationLine]:
    """What platform admins see besides."""
    return platform_lines()


@register.inclusion_tag("includes/reload_after.html", takes_context=True)
def reload_after(context: Context, seconds: int) -> dict[str, object]:
    """The page again after a while, where there are no scripts. The address says that
    the page asked for itself, so that it keeps nobody logged in."""
    request = context["request"]
    query = request.GET.copy()
    query[activity.PARAMETER] = activity.PAGE
    return {"seconds": seconds, "address": f"{request.path}?{query.urlencode()}"}


@register.filter(expects_localtime=True)
def moment(at: datetime | None) -> str:
    """A ``time`` element that says the minute; nothing for what never happened."""
    if at is None:
        return ""
    shown, exact = f"{at:%Y-%m-%d %H:%M}", at.isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', exact, shown)


@register.filter
def slice_start(value: object) -> str:
    """The first character, for an avatar."""
    return str(value)[:1].upper()


@register.filter
def page_numbers(page: "Page[object]") -> Iterable[int | None]:
    """The page numbers to show; None stands for the gap."""
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1):
        yield number if isinstance(number, int) else None
