"""Timed words keep their places: in storage, behind marks, in a part."""

import json

from transcription.engine.base import Word
from transcription.pipeline.text.words import (
    counted_from,
    words_from_json,
    words_to_json,
)

TEXT = "请讲，请讲"
WORDS = (
    Word("请讲", 0, 300, 0.5, offset=0),
    Word("请", 300, 500, offset=3),
    Word("讲", 500, 900, 0.9, offset=4),
)


def test_words_come_back_as_they_were_stored() -> None:
    stored = json.loads(json.dumps(words_to_json(WORDS)))
    assert stored[1] == {
        "text": "请",
        "start_ms": 300,
        "end_ms": 500,
        "confidence": None,
        "offset": 3,
    }
    assert words_from_json(TEXT, stored) == WORDS


def test_a_stored_offset_is_believed() -> None:
    """The second 请讲, though the first is found sooner."""
    (stored,) = words_to_json([Word("请讲", 300, 900, offset=3)])
    assert words_from_json(TEXT, [stored])[0].offset == 3


def test_words_without_offset_are_looked_for_in_order() -> None:
    stored = words_to_json(WORDS)
    for word in stored:
        del word["offset"]
    assert words_from_json(TEXT, stored) == WORDS


def test_what_is_not_in_the_text_is_left_out() -> None:
    stored: list[dict[str, object]] = [
        {"text": "请", "start_ms": 0, "end_ms": 100, "confidence": 0.9},
        {"text": "说", "start_ms": 100, "end_ms": 200, "confidence": 0.9},
        {"text": "讲", "start_ms": 200, "end_ms": 300, "confidence": 0.9},
        {"text": "讲"},
    ]
    assert [(w.text, w.offset) for w in words_from_json(TEXT, stored)] == [
        ("请", 0),
        ("讲", 1),
    ]


def test_words_of_a_part_count_from_its_beginning() -> None:
    assert [word.offset for word in counted_from(3, WORDS[1:])] == [0, 1]
