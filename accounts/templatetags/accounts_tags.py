"""Filters for the pages about people and the audit trail."""

from typing import Any

from django import template

from accounts import audit_trail, user_agents

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """``Chrome · Windows``."""
    return user_agents.short_name(user_agent)


@register.filter
def described(detail: dict[str, Any]) -> str:
    """An audit event's details as one line."""
    return audit_trail.describe(detail)


@register.filter
def object_kind(object_type: str) -> str:
    """What kind of thing an audit event is about."""
    return audit_trail.object_kind(object_type)
