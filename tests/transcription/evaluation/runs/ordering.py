"""Orders to measure a set; the fixtures are in ``conftest``."""

from accounts.services.audit.writing import SYSTEM
from transcription.models.evaluation import EvaluationRun, LibraryKind, ReferenceSet
from transcription.services.evaluation.running import run_evaluation
from transcription.services.evaluation.runs import Library, order_run

PLAIN = Library(LibraryKind.NONE, (), ("利率",))
WORDS = Library(LibraryKind.COMMAND, ("理财产品",), ("利率",))


def ordered(target: ReferenceSet, library: Library = PLAIN) -> EvaluationRun:
    return order_run(reference_set=target, origin=SYSTEM, library=library)


def done(target: ReferenceSet, library: Library = PLAIN) -> EvaluationRun:
    run = ordered(target, library)
    run_evaluation(run.pk)
    run.refresh_from_db()
    return run
