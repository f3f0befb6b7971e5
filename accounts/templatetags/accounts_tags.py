"""Filters for the pages about people and the audit trail."""

from typing import Any

from django import template

from accounts import user_agents
from accounts.models.access_requests import AccessRequest
from accounts.models.audit.events import AuditEvent
from accounts.services.access_requests import words as access_words
from accounts.services.audit import words as audit_words

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
    """An audit event's details as one line, without its filters."""
    return audit_words.describe(detail, has_filters=False)


@register.filter
def narrowed_to(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """What a search or an export was narrowed to: names and values."""
    return audit_words.filters(detail)


@register.filter
def object_kind(object_type: str) -> str:
    """What kind of thing an audit event is about."""
    return audit_words.object_kind(object_type)


@register.filter
def page_in(event: AuditEvent, pages: dict[int, str]) -> str:
    """Where the event's object is; empty where it has no page, or is gone."""
    return pages.get(event.pk, "")


@register.filter
def request_sentence(request: AccessRequest) -> str:
    """What is asked for, in one sentence."""
    return access_words.describe_request(request)
