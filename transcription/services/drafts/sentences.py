"""Corrections of sentences that somebody has typed and not saved."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models.people import User
from transcription.models.drafts import Draft, DraftKind
from transcription.models.recordings import Recording
from transcription.models.transcripts import Segment


@dataclass(frozen=True, slots=True)
class Stranded:
    """What was typed, and when, for a sentence that a newer transcript replaced."""

    segment_id: int
    start_ms: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unsaved:
    """One person's unsaved corrections of a recording: the sentences of its present
    text that have one, and those whose sentences are there no more."""

    sentences: frozenset[int] = frozenset()
    stranded: tuple[Stranded, ...] = ()


def unsaved_corrections(*, user: User, recording: Recording) -> Unsaved:
    """One query, and a second one where something was typed."""
    drafts = Draft.objects.filter(
        user=user,
        department=recording.department_id,
        kind=DraftKind.SEGMENT,
        key__startswith=f"{recording.uuid}/",
    )
    typed = {
        int(draft.key.rpartition("/")[2]): (text, draft.updated_at)
        for draft in drafts
        if (text := _plain(draft.fields.get("text", "")))
    }
    if not typed:
        return Unsaved()
    sentences = Segment.objects.filter(pk__in=typed, transcript__recording=recording)
    rows = sentences.order_by("start_ms", "pk").values_list(
        "pk", "start_ms", "text", "transcript__is_current"
    )
    differing = [row for row in rows if typed[row[0]][0] != row[2]]
    return Unsaved(
        frozenset(pk for pk, _start, _text, is_current in differing if is_current),
        tuple(
            Stranded(pk, start_ms, *typed[pk])
            for pk, start_ms, _text, is_current in differing
            if not is_current
        ),
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
