"""Whom a question names that no recording has."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models.members import Membership
from transcription.models.recordings import Recording
from transcription.models.transcripts import Speaker, voice_name
from transcription.search.folding import folded
from transcription.search.language.facts import Said, meaning
from transcription.search.language.names import WhereName
from transcription.search.language.scanning import tokens
from transcription.search.language.tree import Span
from transcription.services.search.finding import folded_voice

NAMED: Final = 5  # names that are offered instead
_NEWEST: Final = 400  # voices among which these are the commonest


@dataclass(frozen=True, slots=True)
class UnknownVoice:
    """``span`` are the characters of ``speaker:`` with its value."""

    name: str
    span: Span


def unknown_voices(membership: Membership, typed: str) -> list[UnknownVoice]:
    """Each ``speaker:`` of a question, which can be understood, that means no voice of
    the department's recordings: what is asked of it finds nothing, and what must not be
    said by it rules nothing out. One query where there is any ``speaker:``."""
    asked = [one for one in tokens(typed) if one.field is WhereName.SPEAKER]
    if not asked:
        return []
    known = _names(membership)
    unknown = []
    for token in asked:
        said = meaning(token, timezone.localdate())
        wanted = folded(said.where.speaker).text if isinstance(said, Said) else ""
        if not any(wanted in name for name in known):
            unknown.append(UnknownVoice(token.text, token.span))
    return unknown


def known_voices(membership: Membership) -> list[str]:
    """What voices of the newest recordings are called, the commonest first."""
    newest = _voices(membership).order_by("-pk")[:_NEWEST]
    names = Counter(map(voice_name, newest.only("name", "label")))
    return [name for name, _count in names.most_common(NAMED)]


def _voices(membership: Membership) -> QuerySet[Speaker]:
    seen = Recording.objects.visible_to(membership).kept()
    return Speaker.objects.filter(
        transcript__recording__in=seen.order_by(), transcript__is_current=True
    )


def _names(membership: Membership) -> set[str]:
    different = _voices(membership).order_by().values_list("name", "label").distinct()
    return {folded_voice(name, label) for name, label in different}
