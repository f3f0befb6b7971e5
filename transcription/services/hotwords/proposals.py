"""Words that members propose for a list, and what its admins make of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin, record, record_each
from accounts.services.refusal import Refused
from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.models.hotwords.proposals import HotwordProposal, ProposalState
from transcription.pipeline.hotwords.rules import (
    MAX_SPOKEN,
    HotwordSpec,
    fold,
    parse_spec,
)
from transcription.services.hotwords.drafts import note_draft_changed
from transcription.services.hotwords.lines import (
    MAX_WORDS_PER_LIST,
    LineProblem,
    checked_lines,
    merge_key,
    new_word,
)
from transcription.services.hotwords.lists import (
    MAX_PROBLEMS,
    AddReport,
    list_full,
    locked_list,
)
from transcription.services.media.cleaning import clean_line

MAX_OPEN = 500  # of one list
REASON_MAX = 200
SHOWN_TO_PROPOSER = 20


def propose_words(
    *,
    hotword_list: HotwordList,
    department: Department,
    proposer: User,
    origin: Origin,
    text: str,
    reason: str,
) -> AddReport:
    """Propose words, read as ``add_words`` reads them. Raises ``Refused`` when
    too many wait for an answer already."""
    with transaction.atomic():
        locked_list(hotword_list)
        proposed = open_proposals(hotword_list).values_list("text", flat=True)
        waiting = {merge_key(word) for word in proposed}
        listed = hotword_list.hotwords.values_list("text", flat=True)
        present = {merge_key(word) for word in listed}
        words, problems = checked_lines(hotword_list, text, present | waiting)
        _require_room_for(len(waiting) + len(words))
        given = clean_line(reason, REASON_MAX)
        HotwordProposal.objects.bulk_create(
            HotwordProposal(
                hotword_list=hotword_list,
                department=department,
                text=word.text,
                folded=word.folded,
                spoken=word.spoken,
                reason=given,
                proposed_by=proposer,
            )
            for word in words
        )
        if words:
            subject = hotword_list.audit_subject
            record(AuditAction.HOTWORDS, origin, subject, proposed=len(words))
    problems = [_said_rightly(problem, waiting) for problem in problems]
    return AddReport(len(words), problems[:MAX_PROBLEMS], len(problems))


def _require_room_for(open_count: int) -> None:
    if open_count > MAX_OPEN:
        raise Refused(
            "too_many_proposals",
            _("At most %(count)d proposals can wait for an answer.")
            % {"count": MAX_OPEN},
        )


@dataclass(frozen=True, slots=True)
class Answered:
    """How many proposals were answered; ``late`` is how many somebody else had
    answered before, or are none of the list."""

    count: int
    late: int


def accept_proposals(
    *, hotword_list: HotwordList, ids: Collection[int], origin: Origin
) -> Answered:
    """Put the words into the list's draft; of a word that is there already, the
    variants. All or none: raises ``Refused`` when the list is full. The number of
    queries does not depend on the number of words."""
    with transaction.atomic():
        hotword_list = locked_list(hotword_list)
        chosen = _decide(hotword_list, ids, origin, ProposalState.ACCEPTED, "")
        _put_in(hotword_list, chosen)
        if chosen:
            note_draft_changed(hotword_list)
        subject = hotword_list.audit_subject
        events = [(subject, {"accepted": proposal.text}) for proposal in chosen]
        record_each(AuditAction.HOTWORDS, origin, events)
    return Answered(len(chosen), len(set(ids)) - len(chosen))


def decline_proposals(
    *, hotword_list: HotwordList, ids: Collection[int], origin: Origin, answer: str
) -> Answered:
    """Say no to all of them, and why. Raises ``Refused`` without a reason."""
    answer = clean_line(answer, REASON_MAX)
    if not answer:
        raise Refused(
            "answer_missing",
            _("Say why, so that the person who proposed the word understands."),
        )
    with transaction.atomic():
        hotword_list = locked_list(hotword_list)
        chosen = _decide(hotword_list, ids, origin, ProposalState.DECLINED, answer)
        subject = hotword_list.audit_subject
        events = [
            (subject, {"declined": proposal.text, "reason": answer})
            for proposal in chosen
        ]
        record_each(AuditAction.HOTWORDS, origin, events)
    return Answered(len(chosen), len(set(ids)) - len(chosen))


def accept_proposal(*, proposal: HotwordProposal, origin: Origin) -> None:
    """``accept_proposals`` for one; ``Refused`` also when somebody was faster."""
    answered = accept_proposals(
        hotword_list=proposal.hotword_list, ids=[proposal.pk], origin=origin
    )
    _check_first(answered)


def decline_proposal(*, proposal: HotwordProposal, origin: Origin, answer: str) -> None:
    """``decline_proposals`` for one; ``Refused`` also when somebody was faster."""
    answered = decline_proposals(
        hotword_list=proposal.hotword_list,
        ids=[proposal.pk],
        origin=origin,
        answer=answer,
    )
    _check_first(answered)


def open_proposals(hotword_list: HotwordList) -> "QuerySet[HotwordProposal]":
    """Those that wait for an answer, the oldest first."""
    return hotword_list.proposals.filter(state=ProposalState.OPEN).select_related(
        "proposed_by", "department"
    )


def proposals_of(hotword_list: HotwordList, user: User) -> "QuerySet[HotwordProposal]":
    """What somebody proposed for the list lately, and what became of it."""
    own = hotword_list.proposals.filter(proposed_by=user).select_related("decided_by")
    return own.order_by("-id")[:SHOWN_TO_PROPOSER]


def open_counts(lists: Iterable[HotwordList]) -> dict[int, int]:
    """How many proposals wait for an answer, by the list's id."""
    counted = HotwordList.objects.filter(pk__in=[item.pk for item in lists]).annotate(
        count=Count("proposals", filter=Q(proposals__state=ProposalState.OPEN))
    )
    return dict(counted.order_by().values_list("pk", "count"))


def _check_first(answered: Answered) -> None:
    if not answered.count:
        raise _too_late()


def _decide(
    hotword_list: HotwordList,
    ids: Collection[int],
    origin: Origin,
    state: ProposalState,
    answer: str,
) -> list[HotwordProposal]:
    """Those of them that were open, answered now. The list is locked, and an answer
    that comes in between all the same takes everything back."""
    opened = hotword_list.proposals.filter(pk__in=ids, state=ProposalState.OPEN)
    chosen = list(opened)
    same = HotwordProposal.objects.filter(
        pk__in=[proposal.pk for proposal in chosen], state=ProposalState.OPEN
    )
    changed = same.update(
        state=state,
        answer=answer,
        decided_by=origin.user,
        decided_at=timezone.now(),
    )
    if changed != len(chosen):
        raise _too_late()
    return chosen


def _too_late() -> Refused:
    return Refused("already_decided", _("Somebody has answered this proposal already."))


def _put_in(hotword_list: HotwordList, proposals: list[HotwordProposal]) -> None:
    present = {merge_key(word.text): word for word in hotword_list.hotwords.all()}
    changed: list[Hotword] = []
    added: list[Hotword] = []
    for proposal in proposals:
        word = present.get(merge_key(proposal.text))
        if word is not None:
            _add_variants(word, proposal.spoken)
            if word.pk:
                changed.append(word)
            continue
        if len(present) >= MAX_WORDS_PER_LIST:
            raise list_full()
        spec = HotwordSpec(proposal.text, tuple(proposal.spoken))
        word = present[merge_key(proposal.text)] = new_word(hotword_list, spec)
        added.append(word)
    Hotword.objects.bulk_create(added, batch_size=500)
    Hotword.objects.bulk_update(changed, ["spoken"], batch_size=500)


def _add_variants(word: Hotword, spoken: Iterable[str]) -> None:
    """As many of the proposed variants as fit beside the word's own."""
    known = {fold(variant) for variant in (word.text, *word.spoken)}
    more = [variant for variant in spoken if fold(variant) not in known]
    word.spoken = [*word.spoken, *more][:MAX_SPOKEN]


def _said_rightly(problem: LineProblem, waiting: set[str]) -> LineProblem:
    """A word that only another proposal has is not in the list yet."""
    if problem.code != "duplicate":
        return problem
    if merge_key(parse_spec(problem.text).text) not in waiting:
        return problem
    return replace(
        problem, code="proposed", message=_("Somebody has proposed it already.")
    )
