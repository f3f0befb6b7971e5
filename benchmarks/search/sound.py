"""Is a word found that the recogniser misheard? ``python -m benchmarks.search.sound``

Plants errors into sentences of a call centre (``sentences.txt``) and looks for the
words in brackets there, in texts that hold what ``query_grams`` asks for. A place is
right if it covers at least half of where the word was really said. Printed is, by the
share of wrong characters and the length of the word: how many of the words that were
said are found as they are written, and by sound as well; how many of the places given
back are right, and of those by sound alone. ``--half tuning`` takes the
other half of the sentences; the threshold was chosen with both in view.

``--noisy`` plants errors as the small Vosk model makes them in noise, half of them
unlike what was said. ``--sentences`` takes others of the same form, ``--pairs`` real
ones: lines of what was said, a tab, and what was written; looked for are the words of
two characters and more. ``--others`` is a text in which few of the words are said:
places in it for each word and 100,000 characters.
"""

import argparse
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.search.misheard import Shares, Written, misheard
from transcription.mandarin.lexicon import is_known, tokens
from transcription.search.folding import folded
from transcription.search.sound.grams import Alternative, grams_of, query_grams
from transcription.search.sound.places import places

RATES: Final = (0.1, 0.2, 0.4)
USUAL: Final = Shares(alike=40, near=20, other=20, left_out=13, put_in=7)
# Of 70 recordings with noise at 6 dB, 253 errors of the small Vosk model.
NOISY: Final = Shares(alike=17, near=4, other=45, left_out=32, put_in=2)
SENTENCES: Final = Path(__file__).with_name("sentences.txt")
_HALVES: Final = ("tuning", "reported")
_LONG: Final = 4  # characters
_RUNS: Final = 20


@dataclass(slots=True)
class Tally:
    """Words said, and of them found as written, and found at all; places found as
    written and by sound, right and wrong."""

    said: int = 0
    read: int = 0
    found: int = 0
    written_right: int = 0
    written_wrong: int = 0
    sound_right: int = 0
    sound_wrong: int = 0

    def add(self, other: "Tally") -> None:
        for each in fields(self):
            sum_ = getattr(self, each.name) + getattr(other, each.name)
            setattr(self, each.name, sum_)

    def cells(self) -> str:
        right = self.written_right + self.sound_right
        wrong = self.written_wrong + self.sound_wrong
        shares = (
            (self.read, self.said),
            (self.found, self.said),
            (right, right + wrong),
            (self.sound_right, self.sound_right + self.sound_wrong),
        )
        return " | ".join(f"{100 * a / max(b, 1):.1f}" for a, b in shares)


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence as it was said and as it was written."""

    said: str
    written: Written
    grams: set[int]


def main() -> None:
    arguments = _arguments()
    sentences, words = chosen(arguments.sentences, arguments.half)
    shares = NOISY if arguments.noisy else USUAL
    print(f"{len(sentences)} sentences, {len(words)} words; errors in %: {shares}")
    print("| wrong | word | said | written % | found % | right % | right by sound % |")
    print("|---|---|---|---|---|---|---|")
    for rate in RATES:
        texts = planted(sentences, rate, shares, arguments.seeds)
        _print(f"{100 * rate:.0f} %", tallies(texts, words))
    if arguments.pairs:
        texts = list(_real(arguments.pairs))
        _print("real", tallies(texts, _words_said(texts)))
    if arguments.others:
        _print_others(folded(arguments.others.read_text("utf-8")).text, words)
    _print_cost(sentences, words)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=Path, default=SENTENCES, metavar="FILE")
    parser.add_argument("--half", choices=_HALVES, default="reported")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--noisy", action="store_true")
    parser.add_argument("--pairs", type=Path, metavar="FILE")
    parser.add_argument("--others", type=Path, metavar="FILE")
    return parser.parse_args()


def chosen(path: Path, half: str) -> tuple[list[str], list[str]]:
    """Every other sentence, and the words in brackets there."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line[:1] != "#"]
    mine = [line for line in lines if line][_HALVES.index(half) :: 2]
    words = {word for line in mine for word in re.findall(r"\[(.+?)\]", line)}
    return [re.sub(r"[\[\]]", "", line) for line in mine], sorted(words)


def planted(
    sentences: Sequence[str], rate: float, shares: Shares, seeds: int
) -> list[Text]:
    """The sentences with errors, once for each seed."""
    texts = []
    for seed in range(seeds):
        for at, said in enumerate(sentences):
            written = misheard(said, rate, shares, random.Random(f"{seed} {at}"))
            texts.append(Text(said, written, grams_of(written.text)))
    return texts


def tallies(texts: Sequence[Text], words: Sequence[str]) -> dict[str, Tally]:
    """By the length of the word, and of all."""
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for word in words:
        wanted = query_grams(word)
        for text in texts:
            tally = _tally(text, word, wanted)
            size = str(len(word)) if len(word) < _LONG else f"{_LONG} and more"
            found[size].add(tally)
            found["all"].add(tally)
    return dict(sorted(found.items()))


def _tally(text: Text, word: str, wanted: Sequence[Alternative]) -> Tally:
    bounds = text.written.bounds
    said = [
        (bounds[at], bounds[at + len(word)]) for at in _occurrences(text.said, word)
    ]
    tally = Tally(said=len(said))
    found: set[tuple[int, int]] = set()
    for at in _occurrences(text.written.text, word):
        hit = _hit(said, at, at + len(word), len(word))
        found.update(hit)
        tally.written_right += bool(hit)
        tally.written_wrong += not hit
    tally.read = len(found)
    if any(all(slot & text.grams for slot in needed) for needed in wanted):
        for place in places(text.written.text, word):
            hit = _hit(said, place.start, place.end, len(word))
            found.update(hit)
            tally.sound_right += bool(hit)
            tally.sound_wrong += not hit
    tally.found = len(found)
    return tally


def _occurrences(text: str, word: str) -> Iterator[int]:
    return (match.start() for match in re.finditer(f"(?={re.escape(word)})", text))


def _hit(
    said: list[tuple[int, int]], start: int, end: int, size: int
) -> list[tuple[int, int]]:
    """Where it was said, if the place covers half of it."""
    return [
        (first, last)
        for first, last in said
        if 2 * (min(last, end) - max(first, start)) >= size
    ][:1]


def _print(name: str, by_size: dict[str, Tally]) -> None:
    for size, tally in by_size.items():
        print(f"| {name} | {size} | {tally.said} | {tally.cells()} |", flush=True)


def _real(path: Path) -> Iterator[Text]:
    """What a recogniser wrote, its characters beside those that were said."""
    from rapidfuzz.distance import Levenshtein

    for line in path.read_text("utf-8").splitlines():
        said, written = (
            folded(part, has_added_marks=True).text for part in line.split("\t")
        )
        bounds = [len(written)] * (len(said) + 1)
        for code in Levenshtein.opcodes(said, written):
            for at in range(code.src_start, code.src_end):
                offset = at - code.src_start
                bounds[at] = min(code.dest_start + offset, code.dest_end)
        yield Text(said, Written(written, bounds), grams_of(written))


def _words_said(texts: Sequence[Text]) -> list[str]:
    return sorted({w for text in texts for w in tokens(text.said) if is_known(w)})


def _print_others(text: str, words: Sequence[str]) -> None:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for word in words:
        found[len(word)].append(len(places(text, word)))
    print(f"\nplaces for each word and 100,000 of {len(text):,} other characters:")
    for size, counts in sorted(found.items()):
        mean = sum(counts) / len(counts) / len(text) * 100_000
        print(f"  {size} characters: {mean:.2f}")


def _print_cost(sentences: Sequence[str], words: Sequence[str]) -> None:
    """In processor time."""
    call = "\n".join(sentences)[:1_000]
    long = "\n".join([*sentences] * 20)[:20_000]  # 60 KB
    grams = [_ms(partial(grams_of, call)) for _run in range(_RUNS)]
    first = [_ms(partial(places, call, word)) for word in words]
    found = [_ms(partial(places, long, word)) for word in words]
    print("\nms, median and worst:")
    for name, times in (
        ("grams_of 1,000 characters", grams),
        ("places in 1,000 characters", first),
        ("places in 60 KB", found),
    ):
        print(f"  {name}: {sorted(times)[len(times) // 2]:.2f}, {max(times):.2f}")


def _ms(action: Callable[[], object]) -> float:
    began = time.process_time()
    action()
    return (time.process_time() - began) * 1_000


if __name__ == "__main__":
    main()
