"""Evaluation runs: ordered, canceled, deleted. ``evaluation.running`` does the work."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.audit.events import AuditAction
from accounts.services.audit.writing import Origin, record
from accounts.services.refusal import Refused
from transcription.models.evaluation import EvaluationRun, LibraryKind, ReferenceSet
from transcription.models.hotwords.lists import HotwordList
from transcription.models.runs import ACTIVE_STATES, RECOGNISING
from transcription.services.notices.writing import tell_evaluation_ended
from transcription.services.runs.kind import RunKind
from transcription.services.runs.leases import request_cancel
from transcription.services.speech.settings import vad_for_jobs

EVALUATIONS: Final = RunKind(
    name="evaluation",
    title=gettext_lazy("Evaluations"),
    model=EvaluationRun,
    task="transcription.tasks.run_evaluation",
    queues=RECOGNISING,
    department="reference_set__department",
    tell=tell_evaluation_ended,
)

MAX_ACTIVE: Final = 6  # of one department
MAX_RUNS: Final = 200  # kept of one set; the oldest go


@dataclass(frozen=True, slots=True)
class Library:
    """The hotwords of a run and where they are from. ``evaluated`` are those that
    recall is about. ``version`` is the list's, where it has one."""

    kind: LibraryKind
    hotwords: Sequence[str] = ()
    evaluated: Sequence[str] = ()
    hotword_list: HotwordList | None = None
    version: int | None = None


def order_run(
    *,
    reference_set: ReferenceSet,
    origin: Origin,
    library: Library,
    engine_wanted: str = "",
    baseline: EvaluationRun | None = None,
) -> EvaluationRun:
    """A queued run and its queue entry, in one transaction; or ``Refused``.
    The words, and how the department has speech cut, are a snapshot (the cutting is
    the ``baseline``'s where there is one); items are those that the set has when it is
    their turn."""
    with transaction.atomic():
        locked = ReferenceSet.objects.select_for_update().get(pk=reference_set.pk)
        item_count = locked.items.audible().count()
        if not item_count:
            raise Refused("set_empty", _("The set has no sentences yet."))
        _check_room(locked.department_id)
        run = EvaluationRun.objects.create(
            reference_set=locked,
            requested_by=origin.user,
            library=library.kind,
            hotword_list=library.hotword_list,
            list_name=library.hotword_list.name if library.hotword_list else "",
            list_version=library.version,
            hotwords=list(library.hotwords),
            evaluated=list(library.evaluated),
            baseline=baseline,
            engine_wanted=engine_wanted,
            vad=baseline.vad if baseline else vad_for_jobs(locked.department),
            item_count=item_count,
        )
        EVALUATIONS.enqueue(run)
        note_run(run, origin, "evaluate")
        _forget_old(locked)
    return run


def _check_room(department_id: int) -> None:
    active = EvaluationRun.objects.filter(
        reference_set__department=department_id, state__in=ACTIVE_STATES
    )
    if active.count() >= MAX_ACTIVE:
        raise Refused(
            "too_many_runs",
            _("%(count)d evaluations are waiting already.") % {"count": MAX_ACTIVE},
        )


def order_trial(
    *,
    reference_set: ReferenceSet,
    origin: Origin,
    before: Library,
    after: Library,
) -> EvaluationRun:
    """Two runs over the same set, the second to be compared with the first: what jobs
    use now, and what they would use. Returns the second, or ``Refused``."""
    with transaction.atomic():
        baseline = order_run(reference_set=reference_set, origin=origin, library=before)
        return order_run(
            reference_set=reference_set,
            origin=origin,
            library=after,
            baseline=baseline,
        )


def cancel_run(*, run: EvaluationRun, origin: Origin) -> bool:
    """A queued run is canceled at once, a running one before its next sentence. One
    that has ended stays as it is: False."""
    with transaction.atomic():
        changed = request_cancel(EVALUATIONS, run)
        if changed:
            note_run(run, origin, "cancel_evaluation")
    run.refresh_from_db()
    return changed


def delete_run(*, run: EvaluationRun, origin: Origin) -> None:
    """Remove the run and its results. A worker that is at it notices and stops."""
    with transaction.atomic():
        note_run(run, origin, "delete_evaluation")
        # Locked first: else what a worker is storing would be left without its run.
        list(EvaluationRun.objects.select_for_update().filter(pk=run.pk))
        run.delete()


def _forget_old(reference_set: ReferenceSet) -> None:
    over = (
        reference_set.runs.exclude(state__in=ACTIVE_STATES)
        .order_by(F("id").desc())
        .values_list("pk", flat=True)[MAX_RUNS:]
    )
    EvaluationRun.objects.filter(pk__in=list(over)).delete()


def note_run(run: EvaluationRun, origin: Origin, what: str) -> None:
    """Into the audit log."""
    record(
        AuditAction.JOB,
        origin,
        run.reference_set.audit_subject,
        run=str(run.uuid),
        what=what,
    )
