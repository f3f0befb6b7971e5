"""Are the words that corrections suggest worth a place in a list?

``python -m benchmarks.hotwords.suggestions`` makes departments of its own: twelve
business words that people corrected two to four times each, everyday words that they
corrected as often, and greetings that are read out in every call and were corrected in
some. Printed is how many of the first ten suggestions are business words (precision),
and how many of the twelve are among them and among all (recall).
"""

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.hotwords.planted_errors import (
    EVERYDAY,
    GREETINGS,
    SENTENCES,
    WORDS,
    homophone,
)
from transcription.pipeline.suggestions.correction_words import recurring_words

_OF_EACH: Final = 12
_FIRST: Final = 10


@dataclass(frozen=True, slots=True)
class Found:
    """In percent."""

    precision: float
    recall: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--departments", type=int, default=50)
    parser.add_argument("--show", action="store_true", help="what they are offered")
    arguments = parser.parse_args()
    found = measure(departments=arguments.departments, shows=arguments.show)
    print(
        f"{arguments.departments} departments: of the first {_FIRST} suggestions"
        f" {found.precision:.0f} % are business words, and {found.recall:.0f} % of the"
        f" business words are suggested"
    )
    return 0


def measure(*, departments: int, shows: bool = False) -> Found:
    right = offered = found = 0
    for seed in range(departments):
        rng = random.Random(seed)
        words = rng.sample(WORDS, _OF_EACH)
        told = [word.text for word in recurring_words(list(corrections(words, rng)))]
        if shows:
            print(
                *(f"{text}{'' if text in words else ' ×'}" for text in told), sep=", "
            )
        right += sum(text in words for text in told[:_FIRST])
        offered += len(told[:_FIRST])
        found += sum(text in words for text in told)
    return Found(100 * right / max(offered, 1), 100 * found / departments / _OF_EACH)


def corrections(words: list[str], rng: random.Random) -> Iterator[tuple[str, str]]:
    """What was written and what somebody made of it, in no order."""
    made = [
        (sentence.format(homophone(word, rng, rng.choice((1, 1, 2)))), right)
        for word in words
        for sentence in rng.sample(SENTENCES, rng.randint(2, 4))
        for right in (sentence.format(word),)
    ]
    made += rng.sample(EVERYDAY, len(EVERYDAY) // 2)
    for greeting in GREETINGS:
        for _call in range(rng.randint(2, 5)):
            right = greeting.format("".join(rng.choices("零一二三四五六七八九", k=4)))
            at = rng.randrange(4, 12)
            wrong = homophone(right[at : at + 2], rng)
            made.append((right[:at] + wrong + right[at + 2 :], right))
    rng.shuffle(made)
    yield from made


if __name__ == "__main__":
    raise SystemExit(main())
