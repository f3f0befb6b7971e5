"""A new hotword in old transcripts: what it would change, done, and undone.

A sentence that a person has corrected is theirs and never touched. A revision changes
the sentence as if the word had been known when it was recognised: raw text, word texts
(times stay), figures and marks; what was there before is kept for the undo.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.recordings import Recording
from transcription.models.revisions import HotwordRevision, RevisedSegment
from transcription.models.transcripts import Segment, SegmentQuerySet
from transcription.pipeline.hotwords.correction import HotwordCorrector
from transcription.pipeline.hotwords.index import HotwordIndex
from transcription.pipeline.hotwords.likelihood import Evidence
from transcription.pipeline.hotwords.rules import (
    HotwordRefused,
    HotwordSpec,
    parse_spec,
)
from transcription.pipeline.punctuation.marking import added_marks, moved_marks
from transcription.pipeline.text.mapping import TextMapping
from transcription.pipeline.text.words import words_to_json
from transcription.pipeline.types import HotwordHit
from transcription.pipeline.writing import rewritten
from transcription.services.hotwords.lines import problem_sentence
from transcription.services.search.index import index_recording

__all__ = [
    "HotwordSpec",
    "Proposal",
    "change_sentence",
    "changed_again",
    "checked_word",
    "chosen_proposals",
    "chosen_sentences",
    "corrector_for",
    "finish_revision",
    "proposals_for",
    "propose",
    "recent_revisions",
    "revise",
    "undo_revision",
]

MAX_SENTENCES = 500  # of one revision
RECENT = 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a word would make of a segment; ``hits`` are characters of ``text_raw``, to
    which ``mapping`` leads from the segment's own."""

    segment: Segment
    text_raw: str
    text: str
    words: list[dict[str, Any]]
    itn_map: list[list[int]]
    hits: tuple[HotwordHit, ...]
    evidence: tuple[Evidence, ...]
    mapping: TextMapping

    @property
    def weakest(self) -> Evidence:
        """What speaks for the least likely of its changes."""
        return min(self.evidence, key=lambda evidence: evidence.rank)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """``text``, as the transcript shows it, in stretches; a changed one comes with
        what was recognised."""
        mapping = TextMapping.from_json(self.itn_map)
        parts: list[tuple[str, str]] = []
        at = 0
        for hit in self.hits:
            start, end = mapping.span(hit.start, hit.end)
            if start < at:  # in one figure with the word before it
                continue
            parts.append((self.text[at:start], ""))
            parts.append((self.text[start:end], hit.heard))
            at = end
        return [*parts, (self.text[at:], "")]


def checked_word(line: str) -> HotwordSpec:
    """``词|变体`` as a hotword, or ``Refused``."""
    try:
        return parse_spec(line)
    except HotwordRefused as refused:
        raise Refused(str(refused.code), problem_sentence(refused.code)) from None


def corrector_for(word: HotwordSpec) -> HotwordCorrector:
    """Puts in this word alone, also where the sound is only alike."""
    return HotwordCorrector(HotwordIndex([str(word)]), is_plausible_enough=True)


def propose(segment: Segment, corrector: HotwordCorrector) -> Proposal | None:
    """None when the word changes nothing, nothing but the word itself speaks for the
    change, or a person wrote the sentence."""
    if segment.edited_at:
        return None
    corrected = corrector.correct(segment.text_raw, segment.timed_words)
    if not corrected.hits:
        return None
    marks = added_marks(segment.text, segment.mapping)
    written = rewritten(
        corrected.text,
        moved_marks(marks, corrected.mapping),
        segment.transcript.language,
        # Figures were written, so they are again.
        use_itn=any(c.raw_start < c.raw_end for c in segment.mapping.changes),
    )
    return Proposal(
        segment=segment,
        text_raw=corrected.text,
        text=written.text,
        words=words_to_json(corrected.words),
        itn_map=written.mapping.to_json(),
        hits=corrected.hits,
        evidence=corrected.evidence,
        mapping=corrected.mapping,
    )


def proposals_for(
    membership: Membership, word: HotwordSpec, segment_ids: Sequence[int]
) -> list[Proposal]:
    """For the sentences among these that the membership may read and that can have the
    word, locked. Raises
    ``Refused`` when none can, and for too many at once."""
    if len(segment_ids) > MAX_SENTENCES:
        raise Refused(
            "too_many",
            _("Choose at most %(count)d sentences at a time.")
            % {"count": MAX_SENTENCES},
        )
    corrector = corrector_for(word)
    readable = Segment.objects.readable_by(membership)
    chosen = chosen_sentences(readable, segment_ids)
    proposals = [p for segment in chosen if (p := propose(segment, corrector))]
    if not proposals:
        raise Refused(
            "nothing_chosen",
            _("Nothing was changed: no chosen sentence can have the word."),
        )
    return proposals


def chosen_proposals(
    membership: Membership, word: HotwordSpec, segment_ids: Sequence[int]
) -> list[Proposal]:
    """As ``proposals_for``, to be looked at: nothing stays locked."""
    with transaction.atomic():
        return proposals_for(membership, word, segment_ids)


def recent_revisions(department: Department) -> QuerySet[HotwordRevision]:
    """The newest first, with how many sentences each changed."""
    revisions = HotwordRevision.objects.filter(department=department)
    return (
        revisions.select_related("created_by", "undone_by", "rehearing")
        .annotate(count=Count("revised"))
        .order_by("-id")[:RECENT]
    )


def revise(
    *,
    membership: Membership,
    origin: Origin,
    word: HotwordSpec,
    segment_ids: Sequence[int],
) -> HotwordRevision:
    """Put the word into those of the department's sentences that still can have it.
    Raises ``Refused`` when none can."""
    with transaction.atomic():
        proposals = proposals_for(membership, word, segment_ids)
        revision = HotwordRevision.objects.create(
            department=membership.department,
            hotword=str(word),
            created_by=membership.user,
        )
        for proposal in proposals:
            change_sentence(revision, proposal.segment, _fields(proposal))
        finish_revision(revision, origin, "revise")
    return revision


def change_sentence(
    revision: HotwordRevision, segment: Segment, fields: Mapping[str, Any]
) -> None:
    """Give the segment, which is locked, these values of its fields, ``text`` among
    them, and keep what they were for the undo. Part of the caller's transaction."""
    before = {name: getattr(segment, name) for name in fields}
    RevisedSegment.objects.create(
        revision=revision, segment=segment, before=before, after=fields["text"]
    )
    _put(segment, fields)


def undo_revision(
    *, revision: HotwordRevision, membership: Membership, origin: Origin
) -> int:
    """Bring back every sentence that is still as the revision left it; how many. 0 when
    it had been undone before. Raises ``Refused`` while another word that was
    put into one of them later is there: bringing that back would bring this back."""
    with transaction.atomic():
        fresh = HotwordRevision.objects.filter(pk=revision.pk, undone_at=None)
        if not fresh.update(undone_at=timezone.now(), undone_by=membership.user):
            return 0
        if _has_later(revision):
            raise Refused(
                "revised_since",
                _("Another word was put into these sentences later. Undo that first."),
            )
        brought_back = 0
        revised = {item.segment_id: item for item in revision.revised.all()}
        readable = Segment.objects.readable_by(membership)
        for segment in chosen_sentences(readable, list(revised)):
            item = revised[segment.pk]
            if segment.edited_at or segment.text != item.after:
                continue
            _put(segment, item.before)
            brought_back += 1
        finish_revision(revision, origin, "undo_revision")
    return brought_back


def changed_again(revision: HotwordRevision) -> int:
    """How many sentences of a revision that was undone are not as they were before it:
    the undo left them alone, or somebody has changed them since."""
    return revision.revised.exclude(segment__text=KT("before__text")).count()


def _has_later(revision: HotwordRevision) -> bool:
    later = RevisedSegment.objects.filter(
        revision_id__gt=revision.pk,
        revision__undone_at=None,
        segment__edited_at=None,
        segment__transcript__is_current=True,
        segment__in=revision.revised.values("segment"),
    )
    return later.exists()


def chosen_sentences(readable: SegmentQuerySet, ids: Sequence[int]) -> list[Segment]:
    """Those of them that can still be read, locked."""
    found = readable.filter(pk__in=ids)
    # In one order, so that two overlapping revisions wait instead of deadlocking.
    locked = found.order_by("pk").select_for_update(of=("self",))
    return list(locked.select_related("transcript__recording"))


def _fields(proposal: Proposal) -> dict[str, Any]:
    return {
        "text_raw": proposal.text_raw,
        "text": proposal.text,
        "words": proposal.words,
        "itn_map": proposal.itn_map,
        "hotwords": [
            *_moved(proposal.segment.hotwords, proposal.mapping),
            *(asdict(hit) for hit in proposal.hits),
        ],
    }


def _moved(
    former: Sequence[dict[str, Any]], mapping: TextMapping
) -> Iterator[dict[str, Any]]:
    """Earlier marks where they stand now; those under a new one are gone."""
    for mark in former:
        if not mapping.touches(mark["start"], mark["end"]):
            start, end = mapping.span(mark["start"], mark["end"])
            yield {**mark, "start": start, "end": end}


def _put(segment: Segment, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(segment, name, value)
    segment.save(update_fields=list(fields))


def finish_revision(revision: HotwordRevision, origin: Origin, what: str) -> None:
    """What was changed is found by its new words, and noted in the audit log: one event
    for each recording."""
    recordings = Recording.objects.filter(
        transcripts__segments__revised__revision=revision
    ).distinct()
    for recording in recordings:
        index_recording(recording)
        count = revision.revised.filter(segment__transcript__recording=recording)
        record(
            AuditAction.EDIT,
            origin,
            recording.audit_subject,
            what=what,
            sentences=count.count(),
        )
