"""Runs as pages read them: sentences with their differences, two runs side by side."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models.audit.events import AuditAction
from accounts.models.members import Membership
from accounts.services.audit.writing import Origin, record, record_view
from accounts.spreadsheets import as_csv
from transcription.evaluation.measure import Unlike
from transcription.evaluation.scores.cer import Score, difference_interval
from transcription.evaluation.scores.marking import TextPart, marked
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    ReferenceItem,
    ReferenceSet,
)
from transcription.services.runs.errors import sentence


@dataclass(frozen=True, slots=True)
class EvaluationLine:
    """One sentence of a run, or of two: then ``before`` is the first one's text."""

    item: ReferenceItem
    result: EvaluationResult
    reference: list[TextPart]
    recognised: list[TextPart]
    before: list[TextPart] | None = None
    edits_before: int = 0

    @property
    def is_worse(self) -> bool:
        return self.result.edits > self.edits_before

    @property
    def is_better(self) -> bool:
        return self.result.edits < self.edits_before


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of two runs; ``change`` is a text with its sign. ``is_worse`` is about
    the change, whichever direction is the bad one."""

    label: str
    before: str
    after: str
    change: str
    is_worse: bool = False
    is_better: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two finished runs over the sentences that both recognised."""

    before: EvaluationRun
    after: EvaluationRun
    figures: tuple[Figure, ...]
    cer_low: float
    cer_high: float
    changed: int
    worse: int
    better: int
    left_out: int  # one of the two could not recognise them
    objections: tuple[str, ...]
    unlike_jobs: tuple[str, ...]  # in what, and how many sentences of the second run

    @property
    def is_cut_differently(self) -> bool:
        """The department had speech cut in another way in between."""
        return bool(self.before.vad != self.after.vad)

    @property
    def is_worse(self) -> bool:
        return bool(self.objections)


def readable(
    run: EvaluationRun, membership: Membership
) -> "QuerySet[EvaluationResult]":
    """Results whose sound the membership may listen to: those of a trashed recording
    are hidden with it, and so are those of one it may not know of."""
    items = ReferenceItem.objects.audible_to(membership)
    found = run.results.filter(item__in=items)
    # Thousands of sentences may be of one recording, each with its waveform.
    return found.select_related("item__recording").defer("item__recording__waveform")


def left_out_of(run: EvaluationRun, membership: Membership) -> list[tuple[int, str]]:
    """How many sentences could not be recognised and are in no figure, and why."""
    counts = (
        readable(run, membership)
        .exclude(error_code="")
        .order_by()
        .values_list("error_code")
        .annotate(count=Count("pk"))
        .order_by("-count", "error_code")
    )
    return [(count, sentence(code)) for code, count in counts]


def note_read(*, reference_set: ReferenceSet, origin: Origin) -> None:
    """Somebody reads what was said in the set's sentences. Reading on within a minute
    is the same read."""
    record_view(origin, reference_set.audit_subject)


def lines_of(results: Sequence[EvaluationResult]) -> list[EvaluationLine]:
    """Results of one run, for its page."""
    return [
        EvaluationLine(row.item, row, *marked(row.reference, row.heard))
        for row in results
    ]


def changed_results(
    before: EvaluationRun, after: EvaluationRun, membership: Membership
) -> "list[tuple[EvaluationResult, EvaluationResult]]":
    """Sentences that the two recognised differently, those that became worse first."""
    both, _left_out = _both(before, after, membership)
    changed = [pair for pair in both if pair[0].heard != pair[1].heard]
    changed.sort(key=lambda pair: pair[0].edits - pair[1].edits)
    return changed


def compared_lines(
    pairs: Sequence[tuple[EvaluationResult, EvaluationResult]],
) -> list[EvaluationLine]:
    """Both texts against the reference."""
    lines = []
    for old, new in pairs:
        reference, recognised = marked(new.reference, new.heard)
        _reference, was = marked(old.reference, old.heard)
        lines.append(
            EvaluationLine(new.item, new, reference, recognised, was, old.edits)
        )
    return lines


def compare(
    before: EvaluationRun, after: EvaluationRun, membership: Membership
) -> Comparison:
    """See ``Comparison``, of what the membership may read. Recall is that of the
    second run's words in both."""
    both, left_out = _both(before, after, membership)
    old, new = [pair[0] for pair in both], [pair[1] for pair in both]
    low, high = difference_interval(_scores(old), _scores(new))
    worse = sum(b.edits > a.edits for a, b in both)
    better = sum(b.edits < a.edits for a, b in both)
    return Comparison(
        before=before,
        after=after,
        figures=_figures(before, after, old, new),
        cer_low=low,
        cer_high=high,
        changed=sum(a.heard != b.heard for a, b in both),
        worse=worse,
        better=better,
        left_out=left_out,
        objections=_objections(before, after, old, new),
        unlike_jobs=unlike_jobs(new),
    )


def unlike_jobs(results: Iterable[EvaluationResult]) -> tuple[str, ...]:
    """How many sentences were not recognised as a job recognises them, and in what they
    differ: a sentence for each kind."""
    counts = Counter(row.figures.get("unlike", "") for row in results)
    told = []
    if alone := counts[Unlike.ALONE]:
        told.append(
            ngettext(
                "%(count)d sentence was cut out and recognised alone, because this "
                "recogniser gives no word times. A job recognises it with its "
                "neighbours, and may write something else.",
                "%(count)d sentences were cut out and recognised alone, because this "
                "recogniser gives no word times. A job recognises them with their "
                "neighbours, and may write something else.",
                alone,
            )
            % {"count": alone}
        )
    if spoken := counts[Unlike.NO_FIGURES]:
        told.append(
            ngettext(
                "%(count)d sentence was recognised without figures, as its text has "
                "none. A job lets this recogniser write them.",
                "%(count)d sentences were recognised without figures, as their texts "
                "have none. A job lets this recogniser write them.",
                spoken,
            )
            % {"count": spoken}
        )
    return tuple(told)


def export_csv(run: EvaluationRun, membership: Membership, origin: Origin) -> bytes:
    """Every sentence of the run that the membership may read, with its trace in the
    audit log."""
    header = [
        _("Sentence"),
        _("Reference"),
        _("Recognised"),
        _("Wrong characters"),
        _("Characters"),
        _("Hotwords said"),
        _("Hotwords found"),
        _("False insertions"),
        _("Characters lost"),
        _("Not recognised"),
    ]
    rows = readable(run, membership).order_by("item__name", "item_id")
    content = as_csv(header, map(_cells, rows))
    record(
        AuditAction.EXPORT,
        origin,
        run.reference_set.audit_subject,
        format="csv",
        run=str(run.uuid),
    )
    return content


def _cells(row: EvaluationResult) -> tuple[object, ...]:
    texts = (row.item.name, row.reference, row.heard)
    counts = (row.edits, row.characters, row.said, row.found)
    why = sentence(row.error_code) if row.error_code else ""
    return (*texts, *counts, row.false_insertions, row.lost, why)


def _both(
    before: EvaluationRun, after: EvaluationRun, membership: Membership
) -> "tuple[list[tuple[EvaluationResult, EvaluationResult]], int]":
    """Sentences that both recognised, and how many one of them could not recognise."""
    old = {row.item_id: row for row in readable(before, membership)}
    new = readable(after, membership)
    pairs = [(old[row.item_id], row) for row in new if row.item_id in old]
    both = [(a, b) for a, b in pairs if not a.error_code and not b.error_code]
    return both, len(pairs) - len(both)


def _scores(rows: Sequence[EvaluationResult]) -> list[Score]:
    return [Score(row.edits, row.characters) for row in rows]


def _figures(
    before: EvaluationRun,
    after: EvaluationRun,
    old: Sequence[EvaluationResult],
    new: Sequence[EvaluationResult],
) -> tuple[Figure, ...]:
    cer = _cer(old), _cer(new)
    recall = _recall(old), _recall(new)
    false = _sum(old, "false_insertions"), _sum(new, "false_insertions")
    lost = sum(row.lost > 0 for row in old), sum(row.lost > 0 for row in new)
    silence = _silence(before), _silence(after)
    return (
        _figure(_("Character error rate"), *cer, unit=" %", digits=2),
        _figure(_("Hotwords found"), *recall, unit=" %", digits=1, more_is_better=True),
        _figure(_("False insertions"), *false),
        _figure(_("Characters written in silence"), *silence),
        _figure(_("Sentences shortened"), *lost),
    )


def _objections(
    before: EvaluationRun,
    after: EvaluationRun,
    old: Sequence[EvaluationResult],
    new: Sequence[EvaluationResult],
) -> tuple[str, ...]:
    found = []
    if _sum(new, "edits") > _sum(old, "edits"):
        found.append(_("More characters are wrong than before."))
    if _sum(new, "false_insertions") > _sum(old, "false_insertions"):
        found.append(_("More hotwords are written where nobody said them."))
    if (_recall(new) or 0) < (_recall(old) or 0):
        found.append(_("Fewer of the words that were said are found."))
    if sum(row.lost > 0 for row in new) > sum(row.lost > 0 for row in old):
        found.append(_("Sentences become shorter than what was said."))
    if _silence(after) > _silence(before):
        found.append(_("Words are written into silence."))
    return tuple(found)


def _figure(
    label: str,
    before: float | None,
    after: float | None,
    *,
    unit: str = "",
    digits: int = 0,
    more_is_better: bool = False,
) -> Figure:
    if before is None or after is None:
        return Figure(
            label, _text(before, unit, digits), _text(after, unit, digits), ""
        )
    change = round(after - before, digits)
    sign = {True: "+", False: "−"}[change > 0] if change else "±"
    gain = change if more_is_better else -change
    return Figure(
        label,
        _text(before, unit, digits),
        _text(after, unit, digits),
        f"{sign}{abs(change):.{digits}f}",
        is_worse=gain < 0,
        is_better=gain > 0,
    )


def _text(value: float | None, unit: str, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}{unit}"


def _cer(rows: Sequence[EvaluationResult]) -> float | None:
    characters = _sum(rows, "characters")
    return 100 * _sum(rows, "edits") / characters if characters else None


def _recall(rows: Sequence[EvaluationResult]) -> float | None:
    said = _sum(rows, "said")
    return 100 * _sum(rows, "found") / said if said else None


def _sum(rows: Sequence[EvaluationResult], field: str) -> int:
    return sum(getattr(row, field) for row in rows)


def _silence(run: EvaluationRun) -> int:
    summary: dict[str, Any] = run.summary
    return int(summary.get("silence_characters", 0))
