"""Makes ``transcription/search/sound/syllables.txt``: how each character is read, and
how often. ``python -m benchmarks.search.syllable_table``

From the words of jieba's dictionary, as often as each is used, read by pypinyin. A
change of the table changes the index: say so in the changelog.
"""

from collections import Counter, defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pypinyin import Style, lazy_pinyin, pinyin

from transcription.search.folding import fold
from transcription.search.sound.table import FILE, PER

_READ_FROM: Final = 0.02  # of the character: rarer readings are not listed,
_OFTEN: Final = 3 * PER / 1_000_000  # unless they are as frequent as this
_FIRST, _LAST = 0x4E00, 0x9FFF


def counted() -> dict[str, Counter[str]]:
    """How often each character is read how."""
    spec = find_spec("jieba")
    assert spec and spec.origin
    heard: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with Path(spec.origin).with_name("dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, times, *_ = line.split(" ")
            read = lazy_pinyin(word) if all(map(is_listed, word)) else []
            if len(read) == len(word):
                for character, sound in zip(word, read, strict=True):
                    heard[character][sound] += int(times)
    return heard


def is_listed(character: str) -> bool:
    """A Chinese character, and as it is searched."""
    return _FIRST <= ord(character) <= _LAST and fold(character)[0] == character


def table_of(heard: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    """Of each syllable the characters, and their times in ``PER`` characters."""
    scale = PER / sum(counts.total() for counts in heard.values())
    table: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for character in map(chr, range(_FIRST, _LAST + 1)):
        if not is_listed(character):
            continue
        counts = heard.get(character)
        if counts is None:
            table[_first_reading(character)][character] = 0
            continue
        for sound, times in counts.items():
            if times >= _READ_FROM * counts.total() or times * scale >= _OFTEN:
                table[sound][character] = round(times * scale)
    return {sound: table[sound] for sound in sorted(table) if sound.isascii()}


def _first_reading(character: str) -> str:
    ((first, *_),) = pinyin(character, style=Style.NORMAL, heteronym=True)
    return str(first)


def main() -> None:
    table = table_of(counted())
    with FILE.open("w", encoding="utf-8") as file:
        for sound, characters in table.items():
            often = sorted(characters.items(), key=lambda item: (-item[1], item[0]))
            cells = (f"{character}{times or ''}" for character, times in often)
            file.write(f"{sound} {' '.join(cells)}\n")
    print(f"{FILE}: {len(table)} syllables, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
