"""Which line of the navigation a page belongs to."""

from django.urls import ResolverMatch

_SECTIONS = {
    "transcription:upload": "upload",
    "transcription:search": "search",
    "transcription:trash": "trash",
    "transcription:purge": "trash",
    "transcription:engine": "engine",
    "people:members": "members",
    "people:invite": "members",
    "people:settings": "settings",
    "people:audit": "audit",
    "people:access": "access",
    "people:access_decide": "access",
    "platform:audit": "platform-audit",
    "platform:access": "platform-access",
    "platform:access_decide": "platform-access",
    "platform:engine": "platform-engine",
    "platform:intake_pause": "platform-engine",
}
_PREFIXES = (
    ("transcription:hotword", "hotwords"),
    ("transcription:rehearing", "hotwords"),
    ("transcription:evaluation", "evaluation"),
    ("transcription:reference", "evaluation"),
    ("platform:hotword", "platform-hotwords"),
    ("platform:department", "platform-departments"),
    ("platform:user", "platform-users"),
    ("transcription:", "archive"),
)


def section_of(match: ResolverMatch | None) -> str:
    """The section's name, or an empty string outside all of them."""
    if match is None:
        return ""
    name = match.view_name
    if name in _SECTIONS:
        return _SECTIONS[name]
    for prefix, section in _PREFIXES:
        if name.startswith(prefix):
            return section
    return ""
