"""Do everyday letter words come back, and only where they were said?
``python -m benchmarks.letter_words``

The company's list of 300 (CPU, VIP …) against two sorts of text. Planted: each word
twice in a sentence, its letters written by Chinese characters of the same sounds in any
tone, as a Chinese model writes them, of which the recogniser is unsure. Ordinary: what
the engine makes of the shared recordings, and the own sentences of
``tests/data/punctuation``, in which nobody says letters.
"""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Final

from benchmarks.accuracy import calls, meeting, real
from benchmarks.bare import Bare
from benchmarks.planted_pauses import SEED, seeded, utterances
from benchmarks.punctuation import recognised
from transcription.engine.base import Word
from transcription.pipeline.hotwords.correction import HotwordCorrector
from transcription.pipeline.hotwords.index import HotwordIndex
from transcription.pipeline.hotwords.phonetics import units
from transcription.pipeline.text.dictionary import words_of
from transcription.pipeline.text.letters import has_letter_sounds, letter_word_lines

SENTENCES: Final = (
    "请检查一下{}的情况",
    "我们公司的{}坏了",
    "这个{}怎么用",
    "他说的{}就在这里",
    "需要更新{}以后再试",
)
UNSURE, SURE = 0.55, 0.95


def homophones() -> dict[str, list[str]]:
    """The characters of the own sentences and of the list, by their sound."""
    text = "".join(word for turn in utterances("tuning") for word, _mark in turn)
    by_sound: dict[str, list[str]] = {}
    for character in sorted(set(text + "".join(letter_word_lines()))):
        if "\u4e00" <= character <= "\u9fff":
            by_sound.setdefault(_sound(character), []).append(character)
    return by_sound


def planted(rng: random.Random) -> Iterator[tuple[str, int, str, tuple[Word, ...]]]:
    """Each word twice: itself, its syllables, and a sentence that holds it."""
    by_sound = homophones()
    for line in letter_word_lines():
        word, *spoken = line.split("|")
        for number in range(2):
            said = spoken[number % len(spoken)]
            heard = "".join(rng.choice(by_sound[_sound(one)]) for one in said)
            text = rng.choice(SENTENCES).format(heard)
            at = text.find(heard)
            yield word, len(said), text, _words(words_of(text), at, at + len(heard))


def ordinary() -> Iterator[tuple[str, tuple[Word, ...]]]:
    for said in recognised(Bare.load("vosk"), [*calls(), *meeting(), *real()]):
        for line in said.lines:
            yield line.text, line.words
    for turn in (*utterances("tuning"), *utterances("test")):
        words = [word for word, _mark in turn]
        yield "".join(words), _words(words, 0, 0)


def _sound(character: str) -> str:
    return units(character)[0][0].sounds[0]


def _words(texts: list[str], start: int, end: int) -> tuple[Word, ...]:
    """200 ms a character; those between ``start`` and ``end`` are unsure."""
    words, at = [], 0
    for text in texts:
        is_unsure = at < end and at + len(text) > start
        known = UNSURE if is_unsure else SURE
        words.append(Word(text, at * 200, (at + len(text)) * 200, known, offset=at))
        at += len(text)
    return tuple(words)


def main() -> int:
    corrector = HotwordCorrector(HotwordIndex(letter_word_lines()))
    said, found, flagged = Counter[int](), Counter[int](), Counter[int]()
    for word, syllables, text, words in planted(seeded(SEED)):
        size = min(syllables, 4)
        said[size] += 1
        found[size] += word in corrector.correct(text, words).text
        flagged[size] += has_letter_sounds(text)
    for size in sorted(said):
        print(
            f"{size}{'+' if size == 4 else ' '} syllables: {found[size]} of"
            f" {said[size]} put in, {flagged[size]} pointed out"
        )
    inserted = pointed_out = count = 0
    for text, words in ordinary():
        count += 1
        inserted += len(corrector.correct(text, words).hits)
        pointed_out += has_letter_sounds(text)
    print(f"{count} ordinary lines: {inserted} put in, {pointed_out} pointed out")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
