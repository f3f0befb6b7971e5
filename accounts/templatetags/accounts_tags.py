"""Filters for the pages about people and the audit trail."""

from typing import Any

from django import template

from accounts import audit_words, user_agents

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """``Chrome · Windows``."""
    return user_agents.short_name(user_agent)


@register.filter
def source(user_agent: str) -> str:
    """``Chrome · Windows``, or that it was the system itself."""
    return audit_words.source(user_agent)


@register.filter
def described(detail: dict[str, Any]) -> str:
    """An audit event's details as one line."""
    return audit_words.describe(detail)


@register.filter
def object_kind(object_type: str) -> str:
    """What kind of thing an audit event is about."""
    return audit_words.object_kind(object_type)
