"""A list's draft tried on sentences of known text before it is published."""

from dataclasses import dataclass

from accounts.models.members import Membership
from accounts.services.audit.writing import Origin
from transcription.models.evaluation import EvaluationRun, ReferenceSet
from transcription.models.hotwords.lists import HotwordList
from transcription.models.runs import JobState
from transcription.services.evaluation.libraries import trial_libraries
from transcription.services.evaluation.reading import Comparison, compare
from transcription.services.evaluation.runs import order_trial
from transcription.services.speech.settings import vad_for_jobs


@dataclass(frozen=True, slots=True)
class Trial:
    """Two runs over one set: what jobs use, and the draft. ``comparison`` is None while
    they are going on and when one of them did not finish. ``is_outdated`` says that
    words have changed since, or how the department has speech cut."""

    before: EvaluationRun
    after: EvaluationRun
    comparison: Comparison | None
    is_outdated: bool

    @property
    def is_active(self) -> bool:
        return self.before.is_active or self.after.is_active

    @property
    def done_count(self) -> int:
        return self.before.done_count + self.after.done_count

    @property
    def item_count(self) -> int:
        return self.before.item_count + self.after.item_count

    @property
    def percent(self) -> int:
        return self.done_count * 100 // max(self.item_count, 1)


def try_draft(
    *, hotword_list: HotwordList, reference_set: ReferenceSet, origin: Origin
) -> EvaluationRun:
    """Order both runs; raises ``Refused``."""
    before, after = trial_libraries(reference_set.department, hotword_list)
    return order_trial(
        reference_set=reference_set, origin=origin, before=before, after=after
    )


def newest_trial(membership: Membership, hotword_list: HotwordList) -> Trial | None:
    """The last one ordered in the department, as the membership may read it."""
    department = membership.department
    after = (
        EvaluationRun.objects.filter(
            hotword_list=hotword_list,
            baseline__isnull=False,
            reference_set__department=department,
        )
        .select_related("baseline__reference_set", "reference_set__department")
        .first()
    )
    if after is None or after.baseline is None:
        return None
    before = after.baseline
    is_done = {before.state, after.state} == {JobState.SUCCEEDED}
    words = trial_libraries(department, hotword_list)
    return Trial(
        before=before,
        after=after,
        comparison=compare(before, after, membership) if is_done else None,
        is_outdated=[before.hotwords, after.hotwords, after.vad]
        != [*(list(library.hotwords) for library in words), vad_for_jobs(department)],
    )
