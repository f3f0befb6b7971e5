"""Results for people who read tables, and for programs."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from transcription.evaluation.figures import Summary
from transcription.evaluation.sizes import SizeResult

_HEADINGS: Final = (
    "words",
    "CER % [95 % CI]",
    "recall %",
    "precision %",
    "false/h speech",
    "false/h silence",
    "shortened",
    "chars in silence",
    "ms/segment p50/p95",
    "RTF",
)


def table(results: Iterable[SizeResult]) -> str:
    """A Markdown table, one line for each size."""
    rows = [_HEADINGS, tuple("---:" for _ in _HEADINGS)]
    rows += [_row(result.size, result.summary) for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(
        "| "
        + " | ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        + " |"
        for row in rows
    )


def as_json(results: Iterable[SizeResult]) -> list[dict[str, Any]]:
    """Everything: the figures, every clip, every stretch that became shorter."""
    return [
        {
            "size": result.size,
            **asdict(result.summary),
            "clip_results": [
                {
                    "name": one.name,
                    "reference": one.reference,
                    "heard": one.recognised,
                    "edits": one.score.edits,
                    "characters": one.score.characters,
                    "hotwords": asdict(one.hotwords),
                }
                for one in result.scored
            ],
            "shortened_stretches": [
                {"name": result.scored[index].name, **asdict(stretch)}
                for index, stretch in result.shortened
            ],
        }
        for result in results
    ]


def _row(size: int, found: Summary) -> tuple[str, ...]:
    return (
        str(size),
        f"{found.cer:.2f} [{found.cer_low:.2f}–{found.cer_high:.2f}]",
        _number(found.recall, 1),
        _number(found.precision, 1),
        _number(found.false_per_speech_hour, 1),
        _number(found.false_per_silence_hour, 1),
        str(found.shortened),
        str(found.silence_characters),
        f"{found.piece_ms_p50:.1f} / {found.piece_ms_p95:.1f}",
        _number(found.real_time_factor, 3),
    )


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
