"""A reference set on the command line: its clips, and what was measured, kept."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.services.audit.writing import SYSTEM
from transcription.engine.base import EngineFacts, ErrorCode
from transcription.evaluation.sets.clips import Clip
from transcription.evaluation.sizes import SizeResult
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    LibraryKind,
    ReferenceItem,
    ReferenceSet,
)
from transcription.models.runs import JobState
from transcription.services.evaluation.rows import clip_of, result_row
from transcription.services.evaluation.runs import note_run
from transcription.services.media import storage


def find_set(name: str) -> ReferenceSet | None:
    """By ``department/name``: the department's slug, the set's name."""
    slug, _slash, own = name.partition("/")
    return (
        ReferenceSet.objects.filter(department__slug=slug, name=own)
        .select_related("department")
        .first()
    )


@contextmanager
def clips_of(
    reference_set: ReferenceSet,
) -> Iterator[tuple[list[ReferenceItem], list[Clip]]]:
    """The set's audible items and their clips, in one order."""
    items = list(reference_set.items.audible().select_related("recording"))
    with ExitStack() as stack:
        paths: dict[str, Path] = {}
        clips = []
        for item in items:
            file = item.recording.file if item.recording else item.file
            name = file.name or ""
            if name not in paths:
                folder = stack.enter_context(tempfile.TemporaryDirectory())
                paths[name] = stack.enter_context(
                    storage.local_copy(file, Path(folder))
                )
            clips.append(clip_of(item, paths[name]))
        yield items, clips


def save_result(
    *,
    reference_set: ReferenceSet,
    items: Sequence[ReferenceItem],
    result: SizeResult,
    facts: EngineFacts,
    evaluated: Sequence[str],
    vad: Mapping[str, int],
) -> EvaluationRun:
    """A finished run as if a worker had done it. The first clips of the result are
    those of the ``items`` whose language the engine speaks; the others get a row that
    says so."""
    with transaction.atomic():
        run = EvaluationRun.objects.create(
            reference_set=reference_set,
            library=LibraryKind.COMMAND,
            hotwords=list(result.words),
            evaluated=list(evaluated),
            vad=dict(vad),
            engine=facts.name,
            model_name=facts.model_name,
            state=JobState.SUCCEEDED,
            item_count=len(items),
            done_count=len(items),
            summary=asdict(result.summary),
            finished_at=timezone.now(),
        )
        spoken = [item for item in items if item.language in facts.languages]
        EvaluationResult.objects.bulk_create(_measured(run, spoken, result))
        EvaluationResult.objects.bulk_create(
            result_row(run, item, None, 0, error_code=ErrorCode.LANGUAGE_UNSUPPORTED)
            for item in items
            if item.language not in facts.languages
        )
        note_run(run, SYSTEM, "evaluate")
    return run


def _measured(
    run: EvaluationRun, items: Sequence[ReferenceItem], result: SizeResult
) -> Iterator[EvaluationResult]:
    lost = dict.fromkeys((item.pk for item in items), 0)
    for index, stretch in result.shortened:
        if index < len(items):
            lost[items[index].pk] += stretch.lost
    for item, scored in zip(items, result.scored, strict=False):
        yield result_row(run, item, scored, lost[item.pk])
