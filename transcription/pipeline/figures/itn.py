"""From spoken words to figures, for engines that write none (never run twice).

Chinese has our own rules: wetext's output is not what Chinese readers write
(2024/03/12, ¥1299, 3~4个) and it takes idioms for numbers; docs/decisions/figures.md
has the comparison. English and Japanese are wetext's, touched up.
"""

import importlib
import logging
import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from transcription.pipeline.figures.chinese import replacements
from transcription.pipeline.figures.scan import Replacement
from transcription.pipeline.text.mapping import Rewritten, rewrite

logger = logging.getLogger(__name__)

_ENGLISH: Final = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|\w+teen|\w*ty|hundred|thousand|million|billion|half|quarter|percent"
    r"|first|second|third|\w+th|noon|midnight)\b",
    re.IGNORECASE,
)
_JAPANESE: Final = re.compile("[〇一二三四五六七八九十百千万億]")


def normalise(text: str, language: str) -> Rewritten:
    """The text as a reader wants it; never empty unless ``text`` is."""
    if language == "zh":
        return _written(text, replacements(text))
    if (language == "en" and _ENGLISH.search(text)) or (
        language == "ja" and _JAPANESE.search(text)
    ):
        return _written(text, _by_wetext(text, language))
    return Rewritten(text)


def _written(text: str, changes: Iterable[Replacement]) -> Rewritten:
    return rewrite(text, (change for change in changes if change.figures))


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
