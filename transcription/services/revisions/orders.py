"""Sentences of the archive recognised again with a word: ordered, canceled, read.
``revisions.running`` does the work."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record, record_view
from accounts.services.departments import lock_department
from accounts.services.refusal import Refused
from transcription.engine.base import EngineError
from transcription.models.recordings import Recording
from transcription.models.rehearings import Rehearing, RehearingItem, SentenceOutcome
from transcription.models.runs import ACTIVE_STATES, RECOGNISING
from transcription.models.transcripts import Segment
from transcription.services.media import storage
from transcription.services.notices.writing import tell_re_recognition_ended
from transcription.services.recogniser.choice import configured_choice
from transcription.services.recogniser.words import model_label
from transcription.services.revisions.revisions import (
    HotwordSpec,
    proposals_for,
)
from transcription.services.runs.kind import RunKind
from transcription.services.runs.leases import request_cancel

RE_RECOGNITIONS: Final = RunKind(
    name="rehearing",
    title=gettext_lazy("Re-recognised"),
    model=Rehearing,
    task="transcription.tasks.run_rehearing",
    queues=RECOGNISING,
    tell=tell_re_recognition_ended,
)

MAX_ACTIVE: Final = 3  # of one department
MAX_RUNS: Final = 50  # kept of one department; the oldest go, their revisions stay
RECENT: Final = 10


@dataclass(frozen=True, slots=True)
class ReRecognitionLine:
    """A sentence that was recognised again. ``parts`` is the new text where that is to
    stand, in stretches; a new word comes with what was there before. ``former`` is the
    whole sentence before, where more than the word is new."""

    segment: Segment
    label: str
    before: str
    parts: list[tuple[str, str]]

    @property
    def former(self) -> str:
        with_the_old = "".join(recognised or text for text, recognised in self.parts)
        return self.before if self.parts and with_the_old != self.before else ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What re-recognition would do here. ``problem`` says why it can do nothing."""

    model: str = ""
    takes_hotwords: bool = False
    problem: str = ""


def order_re_recognition(
    *,
    membership: Membership,
    origin: Origin,
    word: HotwordSpec,
    segment_ids: Sequence[int],
) -> Rehearing:
    """A queued run and its queue entry, in one transaction. Raises ``Refused``
    when none of the sentences can have the word, or has sound."""
    department = membership.department
    with transaction.atomic():
        lock_department(department.pk)
        _check_room(department)
        segments = [p.segment for p in proposals_for(membership, word, segment_ids)]
        audible = with_sound({s.transcript.recording for s in segments})
        sentences = sum(s.transcript.recording_id in audible for s in segments)
        if not sentences:
            raise Refused(
                "no_sound",
                _(
                    "The sound of these recordings is gone. Their sentences can only "
                    "be corrected by sound."
                ),
            )
        run = Rehearing.objects.create(
            department=department,
            hotword=str(word),
            requested_by=membership.user,
            item_count=sentences,
        )
        _add_items(run, segments, audible)
        RE_RECOGNITIONS.enqueue(run)
        detail = {"what": "rehear", "sentences": sentences}
        record(AuditAction.JOB, origin, run.audit_subject, **detail)
        _forget_old(department)
    return run


def _check_room(department: Department) -> None:
    active = Rehearing.objects.filter(department=department, state__in=ACTIVE_STATES)
    if active.count() >= MAX_ACTIVE:
        raise Refused(
            "too_many_runs",
            _("%(count)d re-recognitions are waiting already.") % {"count": MAX_ACTIVE},
        )


def _add_items(
    run: Rehearing, segments: Iterable[Segment], audible: Container[int]
) -> None:
    """An item a sentence; one whose recording is not ``audible`` has its outcome."""
    RehearingItem.objects.bulk_create(
        RehearingItem(
            rehearing=run,
            segment=segment,
            before=segment.text_raw,
            outcome=""
            if segment.transcript.recording_id in audible
            else SentenceOutcome.NO_SOUND,
        )
        for segment in segments
    )


def cancel_re_recognition(*, run: Rehearing, origin: Origin) -> bool:
    """Before its end nothing has changed, and nothing will. False when it has ended."""
    with transaction.atomic():
        changed = request_cancel(RE_RECOGNITIONS, run)
        if changed:
            record(AuditAction.JOB, origin, run.audit_subject, what="cancel_rehearing")
    run.refresh_from_db()
    return changed


def with_sound(recordings: set[Recording]) -> set[int]:
    """The ids of those whose original is still there."""
    return {r.pk for r in recordings if storage.is_there(r.file)}


def prospect() -> Prospect:
    """What this installation's recogniser makes of re-recognition. Loads nothing."""
    try:
        choice = configured_choice()
    except EngineError:
        return Prospect(problem=_("No recogniser is ready on this machine."))
    return Prospect(model_label(choice), choice.recogniser.takes_hotwords)


def recent_re_recognitions(department: Department) -> QuerySet[Rehearing]:
    """The newest first."""
    runs = Rehearing.objects.filter(department=department)
    return runs.select_related("requested_by")[:RECENT]


def lines_of(
    run: Rehearing, membership: Membership
) -> list[tuple[Recording, list[ReRecognitionLine]]]:
    """The sentences that have an outcome and that the membership can read, each
    recording's together."""
    items = (
        run.items.exclude(outcome="")
        .filter(segment__in=Segment.objects.readable_by(membership))
        .select_related("segment__transcript__recording")
        .defer("segment__transcript__recording__waveform", "segment__words")
        .order_by("-segment__transcript_id", "segment__index")
    )
    return [
        (recording, [_line(item, run.word) for item in group])
        for recording, group in groupby(
            items, lambda item: item.segment.transcript.recording
        )
    ]


def note_read(*, run: Rehearing, origin: Origin) -> None:
    """Somebody reads the sentences. Reading on within a minute is the same read."""
    record_view(origin, run.audit_subject)


def _forget_old(department: Department) -> None:
    ended = Rehearing.objects.filter(department=department).exclude(
        state__in=ACTIVE_STATES
    )
    over = ended.order_by("-id").values_list("pk", flat=True)[MAX_RUNS:]
    Rehearing.objects.filter(pk__in=list(over)).delete()


def _line(item: RehearingItem, word: str) -> ReRecognitionLine:
    return ReRecognitionLine(
        segment=item.segment,
        label=item.get_outcome_display(),
        before=item.before,
        parts=_parts(item.fields, word) if item.fields else [],
    )


def _parts(fields: dict[str, Any], word: str) -> list[tuple[str, str]]:
    text, parts, at = fields["text_raw"], [], 0
    for hit in sorted(fields["hotwords"], key=lambda hit: int(hit["start"])):
        if hit["text"] == word:
            parts += [(text[at : hit["start"]], ""), (word, hit["heard"])]
            at = hit["end"]
    return [*parts, (text[at:], "")]
