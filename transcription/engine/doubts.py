"""A check of what a model may have invented.

Models that write text loop ("问问问…") or race. Such a piece is recognised once more in
two halves; what is still odd then is kept, marked, and given no confidence.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from transcription.engine.base import SAMPLE_RATE, Recognition, Samples
from transcription.engine.guards import (
    has_sound,
    suspicions,
    without_spaces_between_cjk,
)
from transcription.engine.timings import offsets

Decode = Callable[[list[Samples]], list[Recognition]]
FRAME = SAMPLE_RATE // 50


def recognise_carefully(
    pieces: Sequence[Samples], language: str, decode: Decode
) -> list[Recognition]:
    """One recognition per piece: ``decode`` for those with sound, twice if doubted."""
    sounding = [index for index, piece in enumerate(pieces) if has_sound(piece)]
    spoken = "" if language == "auto" else language
    results = [Recognition("", spoken)] * len(pieces)
    if sounding:
        decoded = decode([pieces[index] for index in sounding])
        for index, recognition in zip(sounding, decoded, strict=True):
            results[index] = _reconsidered(pieces[index], recognition, decode)
    return results


def _reconsidered(
    piece: Samples, recognition: Recognition, decode: Decode
) -> Recognition:
    if not any(character.isalnum() for character in recognition.text):
        return replace(recognition, text="", words=())  # punctuation alone
    seconds = len(piece) / SAMPLE_RATE
    flags = suspicions(recognition.text, seconds)
    if not flags:
        return recognition
    cut = quietest_near_middle(piece)
    halves = [half for half in (piece[:cut], piece[cut:]) if has_sound(half)]
    if len(halves) == 2:
        first, second = decode(halves)
        again = _joined(first, second, cut * 1000 // SAMPLE_RATE)
        flags = suspicions(again.text, seconds)
        if not flags:
            return again
        # The shorter of two invented texts has less of it.
        recognition = min(recognition, again, key=lambda found: len(found.text))
        flags = suspicions(recognition.text, seconds) or flags
    return replace(recognition, confidence=0.0, flags=(*recognition.flags, *flags))


def quietest_near_middle(piece: Samples) -> int:
    """The sample at which to cut: the quietest 20 ms of the middle third."""
    third = len(piece) // 3
    frames = piece[third : 2 * third]
    frames = frames[: len(frames) // FRAME * FRAME].reshape(-1, FRAME)
    if not len(frames):
        return len(piece) // 2
    quietest = int(np.square(frames).sum(axis=1).argmin())
    return third + quietest * FRAME + FRAME // 2


def _joined(first: Recognition, second: Recognition, cut_ms: int) -> Recognition:
    text = without_spaces_between_cjk(f"{first.text} {second.text}")
    later = (
        replace(word, start_ms=word.start_ms + cut_ms, end_ms=word.end_ms + cut_ms)
        for word in second.words
    )
    words = [*first.words, *later]
    places = offsets(text, [word.text for word in words])
    return replace(
        first,
        text=text,
        language=first.language or second.language,
        words=tuple(
            replace(word, offset=place)
            for word, place in zip(words, places, strict=True)
            if place is not None
        ),
        confidence=None,
    )
