"""Words that members propose for a list, and what its admins make of them."""

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.audit.events import AuditAction
from accounts.models.departments import Department
from accounts.models.people import User
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.models.hotwords.proposals import HotwordProposal, ProposalState
from transcription.pipeline.hotwords.rules import (
    MAX_CHARACTERS,
    MAX_SPOKEN,
    HotwordSpec,
    fold,
    parse_spec,
)
from transcription.services.hotwords.drafts import note_draft_changed
from transcription.services.hotwords.lists import (
    MAX_PROBLEMS,
    MAX_WORDS_PER_LIST,
    AddReport,
    LineProblem,
    checked_lines,
    list_full,
    locked_list,
    new_word,
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
    """Propose one word a line, as ``add_words`` reads them. Raises ``Refused`` when
    too many wait for an answer already."""
    with transaction.atomic():
        locked_list(hotword_list)
        waiting = set(open_proposals(hotword_list).values_list("folded", flat=True))
        present = set(hotword_list.hotwords.values_list("folded", flat=True))
        words, problems = checked_lines(hotword_list, text, present | waiting)
        if len(waiting) + len(words) > MAX_OPEN:
            raise Refused(
                "too_many_proposals",
                _("At most %(count)d proposals can wait for an answer.")
                % {"count": MAX_OPEN},
            )
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


def accept_proposal(*, proposal: HotwordProposal, origin: Origin) -> None:
    """Put the word into the list's draft; if it is there already, its variants. Raises
    ``Refused`` when somebody was faster, or the list is full."""
    with transaction.atomic():
        hotword_list = locked_list(proposal.hotword_list)
        _decide(proposal, origin, ProposalState.ACCEPTED, "")
        word = hotword_list.hotwords.filter(folded=proposal.folded).first()
        if word is not None:
            _add_variants(word, proposal.spoken)
        elif hotword_list.hotwords.count() >= MAX_WORDS_PER_LIST:
            raise list_full()
        else:
            spec = HotwordSpec(proposal.text, tuple(proposal.spoken))
            new_word(hotword_list, spec).save()
        note_draft_changed(hotword_list)
        record(
            AuditAction.HOTWORDS,
            origin,
            hotword_list.audit_subject,
            accepted=proposal.text,
        )


def decline_proposal(*, proposal: HotwordProposal, origin: Origin, answer: str) -> None:
    """Say no, and why. Raises ``Refused`` without a reason, or when somebody was
    faster."""
    answer = clean_line(answer, REASON_MAX)
    if not answer:
        raise Refused(
            "answer_missing",
            _("Say why, so that whoever proposed the word understands."),
        )
    with transaction.atomic():
        hotword_list = locked_list(proposal.hotword_list)
        _decide(proposal, origin, ProposalState.DECLINED, answer)
        detail: dict[str, object] = {"declined": proposal.text, "reason": answer}
        record(AuditAction.HOTWORDS, origin, hotword_list.audit_subject, **detail)


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


def _decide(
    proposal: HotwordProposal, origin: Origin, state: ProposalState, answer: str
) -> None:
    if not HotwordProposal.objects.filter(
        pk=proposal.pk, state=ProposalState.OPEN
    ).update(
        state=state,
        answer=answer,
        decided_by=origin.user,
        decided_at=timezone.now(),
    ):
        raise Refused(
            "already_decided", _("Somebody has answered this proposal already.")
        )


def _add_variants(word: Hotword, spoken: Iterable[str]) -> None:
    """As many of the proposed variants as fit beside the word's own."""
    known = {fold(variant) for variant in (word.text, *word.spoken)}
    more = [variant for variant in spoken if fold(variant) not in known]
    word.spoken = [*word.spoken, *more][:MAX_SPOKEN]
    word.save(update_fields=["spoken"])


def _said_rightly(problem: LineProblem, waiting: set[str]) -> LineProblem:
    """A word that only another proposal has is not in the list yet."""
    if problem.code != "duplicate":
        return problem
    if fold(parse_spec(problem.text).text)[:MAX_CHARACTERS] not in waiting:
        return problem
    return replace(
        problem, code="proposed", message=_("Somebody has proposed it already.")
    )
