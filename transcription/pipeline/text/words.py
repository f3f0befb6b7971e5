"""Timed words and their places: into a part of a text, out of storage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from transcription.engine.base import Word
from transcription.engine.timings import offsets


def counted_from(start: int, words: Iterable[Word]) -> tuple[Word, ...]:
    """The same words in a text that begins at character ``start`` of theirs."""
    return tuple(replace(word, offset=word.offset - start) for word in words)


def words_to_json(words: Iterable[Word]) -> list[dict[str, Any]]:
    """``[{"text", "start_ms", "end_ms", "confidence", "offset"}]``."""
    return [asdict(word) for word in words]


def words_from_json(
    text_raw: str, values: Sequence[Mapping[str, Any]]
) -> tuple[Word, ...]:
    """The words of a stored text. Those that were stored before words had an offset
    are looked for in the text, in order; what is not in it, or has no times, is left
    out."""
    timed = [value for value in values if isinstance(value.get("start_ms"), int)]
    places: Iterable[int | None] = (value.get("offset") for value in timed)
    if not all("offset" in value for value in timed):
        places = offsets(text_raw, [value["text"] for value in timed])
    return tuple(
        Word(
            value["text"],
            value["start_ms"],
            value["end_ms"],
            value.get("confidence"),
            offset=place,
        )
        for value, place in zip(timed, places, strict=True)
        if place is not None
    )
