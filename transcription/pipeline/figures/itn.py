"""From spoken words to figures, for engines that write none (never run twice).

Chinese has our own rules: wetext's output is not what Chinese readers write
(2024/03/12, ¥1299, 3~4个), costs up to 90 ms a sentence and takes idioms for numbers;
docs/pipeline.md has the comparison. English and Japanese are wetext's, touched up.
"""

import importlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from transcription.pipeline.figures.chinese import Replacement, replacements

logger = logging.getLogger(__name__)

Spans = tuple[tuple[int, int, int, int], ...]

_ENGLISH: Final = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|\w+teen|\w*ty|hundred|thousand|million|billion|half|quarter|percent"
    r"|first|second|third|\w+th|noon|midnight)\b",
    re.IGNORECASE,
)
_JAPANESE: Final = re.compile("[〇一二三四五六七八九十百千万億]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """``spans`` are ``(raw_start, raw_end, start, end)`` of what was rewritten.

    Outside of them both texts are the same, letter for letter.
    """

    text: str
    spans: Spans


def normalise(text: str, language: str) -> Normalised:
    """The text as a reader wants it; never empty unless ``text`` is."""
    if language == "zh":
        return _splice(text, replacements(text))
    if (language == "en" and _ENGLISH.search(text)) or (
        language == "ja" and _JAPANESE.search(text)
    ):
        return _splice(text, _by_wetext(text, language))
    return Normalised(text, ())


def _splice(text: str, changes: Iterable[Replacement]) -> Normalised:
    parts: list[str] = []
    spans: list[tuple[int, int, int, int]] = []
    raw_at = at = 0
    for change in changes:
        if not change.figures or text[change.start : change.end] == change.figures:
            continue
        same = text[raw_at : change.start]
        start = at + len(same)
        at = start + len(change.figures)
        parts += [same, change.figures]
        spans.append((change.start, change.end, start, at))
        raw_at = change.end
    parts.append(text[raw_at:])
    return Normalised("".join(parts), tuple(spans))


@cache
def _wetext(language: str) -> Any:
    module = importlib.import_module("wetext")  # 0.8 s: only where it is needed
    return module.Normalizer(lang=language, operator="itn")


def _by_wetext(text: str, language: str) -> list[Replacement]:
    try:
        result = _wetext(language).normalize_with_mapping(text)
    except (RuntimeError, ValueError):  # AlignmentError is a ValueError
        logger.warning("wetext could not align a text of %d characters", len(text))
        return []
    return [
        Replacement(
            mapping.input_start, mapping.input_end, _touched_up(mapping.output_text)
        )
        for mapping in result.mappings
        if mapping.kind == "replace"
    ]


def _touched_up(written: str) -> str:
    """``3.2 %`` → ``3.2%``, ``05:00 p.m.`` → ``5:00 p.m.``"""
    written = re.sub(r"(\d) %", r"\1%", written)
    return re.sub(r"^0(\d:\d\d)", r"\1", written)
