"""Rows as the evaluation takes them, and its scores as rows."""

from collections.abc import Iterable
from pathlib import Path

from transcription.evaluation.figures import ClipScore
from transcription.evaluation.measure import Unlike
from transcription.evaluation.scores.cer import Score
from transcription.evaluation.scores.hotwords import HotwordCount
from transcription.evaluation.sets.clips import Clip
from transcription.models.evaluation import (
    EvaluationResult,
    EvaluationRun,
    ReferenceItem,
)
from transcription.services.transcripts.clocks import counts_gaps, transcript_of


def clip_of(item: ReferenceItem, path: Path) -> Clip:
    """The item, whose recording or file lies at ``path``."""
    return Clip(
        name=item.name,
        path=path,
        turns=(item.text,) if item.text else (),
        channel=item.channel,
        start_ms=item.start_ms,
        end_ms=item.end_ms,
        language=item.language,
        follows_clock=item.recording is None
        or counts_gaps(transcript_of(item.recording, item.created_at)),
    )


def result_row(
    run: EvaluationRun,
    item: ReferenceItem,
    score: ClipScore | None,
    lost: int,
    *,
    error_code: str = "",
) -> EvaluationResult:
    """Unsaved. Without a score the item could not be recognised."""
    if score is None:
        score = ClipScore(
            item.name, item.text, "", (), HotwordCount(), HotwordCount(), 0, 0, 0.0, ()
        )
    library = score.library
    return EvaluationResult(
        run=run,
        item=item,
        reference=score.reference,
        heard=score.recognised,
        edits=score.score.edits,
        characters=score.score.characters,
        said=score.hotwords.said,
        found=score.hotwords.found,
        false_insertions=library.false,
        lost=lost,
        error_code=error_code,
        figures={
            "false": score.hotwords.false,
            "library": [library.said, library.found],
            "audio_ms": score.audio_ms,
            "speech_ms": score.speech_ms,
            "seconds": round(score.seconds, 4),
            "piece_ms": [round(ms, 3) for ms in score.piece_ms],
            "work_ms": score.work_ms,
            "unlike": score.unlike,
            "is_silence": not score.turns,
        },
    )


def scores_of(results: Iterable[EvaluationResult]) -> list[ClipScore]:
    """What ``result_row`` was given; an item is one turn."""
    scores = []
    for row in results:
        kept = row.figures
        said, found = kept["library"]
        score = Score(row.edits, row.characters)
        scores.append(
            ClipScore(
                name=str(row.item_id),
                reference=row.reference,
                recognised=row.heard,
                turns=() if kept["is_silence"] else (score,),
                hotwords=HotwordCount(row.said, row.found, kept["false"]),
                library=HotwordCount(said, found, row.false_insertions),
                audio_ms=kept["audio_ms"],
                speech_ms=kept["speech_ms"],
                seconds=kept["seconds"],
                piece_ms=tuple(kept["piece_ms"]),
                work_ms=kept.get("work_ms", 0),  # not kept by older runs
                unlike=Unlike(kept.get("unlike", "")),
            )
        )
    return scores
