"""What a reader calls a sentence: recognitions cut at the speaker's pauses.

Engines without punctuation hand back up to half a minute of words in one line. Where
they also give word times, the silences between words say where a reader would breathe.
Times are never invented: without word times a recognition stays one segment.
"""

from dataclasses import dataclass
from typing import Final

from transcription.engine.base import Recognition, Word
from transcription.pipeline.text.words import counted_from

PAUSE_MS: Final = 600
_SHORT_PAUSE_MS: Final = 250  # taken when a sentence has grown too long
_MAX_MS: Final = 15_000
_MAX_CHARACTERS: Final = 60
_MIN_CHARACTERS: Final = 4  # a hesitation in front of a sentence stays with it
_TRAILING: Final = "，。！？；：、,.!?;:”’」』)）"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Part of a recognition, from character ``start`` of its text on. Words have their
    places in the part, and their times as the engine gave them."""

    text: str
    words: tuple[Word, ...]
    start: int = 0


def whole(recognition: Recognition) -> Sentence:
    """All of the recognition, however long it is."""
    return _stripped(recognition.text, recognition.words, 0)


def sentences(recognition: Recognition) -> list[Sentence]:
    """The recognition in readable parts; all of its text, in order."""
    if len(recognition.words) < 2:
        return [whole(recognition)]
    ends = word_ends(recognition.text, recognition.words)
    if ends is None:
        return [whole(recognition)]
    groups = [
        part
        for group in _at_pauses(recognition.words)
        for part in _not_too_long(recognition.words, *group)
    ]
    result = []
    text_from = 0
    for first, last in groups:
        is_final = last == len(recognition.words)
        text_to = len(recognition.text) if is_final else ends[last - 1]
        text = recognition.text[text_from:text_to]
        result.append(_stripped(text, recognition.words[first:last], text_from))
        text_from = text_to
    return [sentence for sentence in result if sentence.text]


def _stripped(text: str, words: tuple[Word, ...], start: int) -> Sentence:
    start += len(text) - len(text.lstrip())
    return Sentence(text.strip(), counted_from(start, words), start)


def word_ends(text: str, words: tuple[Word, ...]) -> list[int] | None:
    """Where each word ends in the text, punctuation after it included.

    None when the words are not the text's.
    """
    ends = []
    position = 0
    for word in words:
        is_there = word.offset >= position and text.startswith(word.text, word.offset)
        between = text[position : word.offset].strip(_TRAILING + " ")
        if not word.text or not is_there or between:
            return None
        position = word.end
        while position < len(text) and text[position] in _TRAILING:
            position += 1
        ends.append(position)
    return ends


def _at_pauses(words: tuple[Word, ...]) -> list[tuple[int, int]]:
    groups = []
    first = characters = 0
    for index, word in enumerate(words):
        characters += len(word.text)
        is_last = index + 1 == len(words)
        pause = 0 if is_last else words[index + 1].start_ms - word.end_ms
        if is_last or (pause >= PAUSE_MS and characters >= _MIN_CHARACTERS):
            groups.append((first, index + 1))
            first, characters = index + 1, 0
    return groups


def _not_too_long(
    words: tuple[Word, ...], first: int, last: int
) -> list[tuple[int, int]]:
    """Cut at the longest silence, again and again, while there is one worth it."""
    length = words[last - 1].end_ms - words[first].start_ms
    characters = sum(len(word.text) for word in words[first:last])
    if length <= _MAX_MS and characters <= _MAX_CHARACTERS:
        return [(first, last)]
    best, best_pause = 0, _SHORT_PAUSE_MS
    for index in range(first + 2, last - 1):
        pause = words[index].start_ms - words[index - 1].end_ms
        if pause >= best_pause:
            best, best_pause = index, pause
    if not best:
        return [(first, last)]
    return [*_not_too_long(words, first, best), *_not_too_long(words, best, last)]
