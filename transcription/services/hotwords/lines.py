"""What people type, paste or upload as hotwords: which words the lines name, and how
they go together with the words that are there.

One word a line is always right. Beside it, signs that can be part of no word separate
words (``，、；`` and tabs), and so do spaces between Chinese words. A table has the
columns word, weight, spoken variants. What could mean two things is a problem that
says so: nothing is guessed where a word could become another word's spoken variant.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from transcription.models.hotwords.lists import Hotword, HotwordList
from transcription.pipeline.hotwords.rules import (
    MAX_CHARACTERS,
    MAX_SPOKEN,
    HotwordProblem,
    HotwordRefused,
    HotwordSpec,
    fold,
    parse_spec,
)
from transcription.search.folding import fold as search_fold

MAX_WORDS_PER_LIST = 5_000
UNCLEAR: Final = "unclear_line"
FULL: Final = "list_full"
DUPLICATE: Final = "duplicate"

# "C#" is a word that cannot be, not a C with a comment.
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*$")
_APART: Final = re.compile(r"[,;、\t]")  # of a line in half-width characters
_WEIGHT: Final = re.compile(r"-?\d{1,3}(?:\.\d+)?")
# Two Chinese words or more, each perhaps with its weight: no Chinese word has spaces.
_CHINESE: Final = re.compile(
    r"[\u3400-\u9fff]{2,}(?: +\d{1,3}(?:\.\d+)?)?"
    r"(?: +[\u3400-\u9fff]{2,}(?: +\d{1,3}(?:\.\d+)?)?)+"
)
# A space between two digits stays: "11 2" is not "1 12".
_SPACE: Final = re.compile(r"(?<!\d) | (?!\d)")

_WORD_HEADS: Final = {"词", "热词", "词语", "单词", "word", "hotword", "hotwords"}
_WEIGHT_HEADS: Final = {"权重", "weight", "score"}
_SPOKEN_HEADS: Final = {
    *("读法", "别名", "变体", "谐音", "spoken", "spoken variant", "spoken variants"),
    *("variant", "variants", "alias", "aliases"),
}


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line, or a word of it, that was not taken, and why."""

    line_no: int
    text: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A word that a line names, as it was written there."""

    line_no: int
    text: str
    spec: HotwordSpec


class Kind(StrEnum):
    """What a typed word does to a list."""

    ADDED = "added"
    CHANGED = "changed"  # the list's word gets more spoken variants
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a typed word: ``word`` is how the list writes it, ``spoken`` the
    variants that are new."""

    line_no: int
    text: str
    kind: Kind
    word: str
    spoken: tuple[str, ...] = ()

    @property
    def is_written_otherwise(self) -> bool:
        """Whether the list has it in another spelling: case, width, spaces, script."""
        return self.word != self.text


@dataclass(slots=True)
class Merged:
    """Words beside those that a list has: ``added`` are unsaved, ``changed`` are the
    list's own with more variants, unsaved too."""

    added: list[Hotword] = field(default_factory=list)
    changed: dict[int, Hotword] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)


def merge_words(
    hotword_list: HotwordList,
    text: str,
    present: Iterable[Hotword],
    known: Container[str] = (),
) -> Merged:
    """The text's words put together with those ``present``: another spelling of one is
    no second word. Words that are ``known`` (folded) stand as they are written."""
    present = list(present)
    by_folded = {word.folded: word for word in present}
    by_key = {merge_key(word.text): word for word in present}
    whole = known or by_folded
    words, problems = typed_words(text, whole)
    merged = Merged(problems=problems)
    for typed in words:
        new = new_word(hotword_list, typed.spec)
        same = by_folded.get(new.folded)
        if same is None and new.folded not in known:
            same = by_key.get(merge_key(new.text))
        if same is not None:
            _merge(merged, typed, same)
        elif len(by_folded) >= MAX_WORDS_PER_LIST:
            merged.problems.append(_problem(typed.line_no, typed.text, FULL))
        else:
            by_folded[new.folded] = by_key[merge_key(new.text)] = new
            merged.added.append(new)
            merged.outcomes.append(
                Outcome(typed.line_no, new.text, Kind.ADDED, new.text, (*new.spoken,))
            )
    merged.problems.sort(key=lambda problem: problem.line_no)
    return merged


def _merge(merged: Merged, typed: TypedWord, word: Hotword) -> None:
    known = {fold(variant) for variant in (word.text, *word.spoken)}
    more = tuple(new for new in typed.spec.spoken if fold(new) not in known)
    if len(word.spoken) + len(more) > MAX_SPOKEN:
        code = HotwordProblem.TOO_MANY_SPOKEN
        merged.problems.append(_problem(typed.line_no, typed.text, code))
        return
    word.spoken = [*word.spoken, *more]
    if more and word.pk:
        merged.changed[word.pk] = word
    kind = Kind.CHANGED if more else Kind.UNCHANGED
    written = typed.spec.text
    merged.outcomes.append(Outcome(typed.line_no, written, kind, word.text, more))


def checked_lines(
    hotword_list: HotwordList, text: str, present: set[str]
) -> tuple[list[Hotword], list[LineProblem]]:
    """The text's words that are none of those ``present`` (by ``merge_key``), unsaved.
    A word that is there is a problem."""
    words: list[Hotword] = []
    typed_ones, problems = typed_words(text)
    present = set(present)
    for typed in typed_ones:
        key = merge_key(typed.spec.text)
        if key in present:
            problems.append(_problem(typed.line_no, typed.text, DUPLICATE))
        elif len(present) >= MAX_WORDS_PER_LIST:
            problems.append(_problem(typed.line_no, typed.text, FULL))
        else:
            present.add(key)
            words.append(new_word(hotword_list, typed.spec))
    return words, sorted(problems, key=lambda problem: problem.line_no)


def new_word(hotword_list: HotwordList, spec: HotwordSpec) -> Hotword:
    """The hotword for a draft, unsaved."""
    return Hotword(
        hotword_list=hotword_list,
        text=spec.text,
        folded=fold(spec.text)[:MAX_CHARACTERS],
        spoken=list(spec.spoken),
    )


def merge_key(text: str) -> str:
    """Words with the same key are one word written in two ways: case and width,
    traditional and simplified characters (as the search has it), spaces."""
    return _SPACE.sub("", search_fold(text)[0])


def typed_words(
    text: str, whole: Container[str] = ()
) -> tuple[list[TypedWord], list[LineProblem]]:
    """The words that the text names, in order, and what is wrong with the others.
    What is ``whole`` (folded) is one word even where it could be two."""
    words: list[TypedWord] = []
    problems: list[LineProblem] = []
    for line_no, line, pieces in _read(text, whole):
        if pieces is None:
            problems.append(_problem(line_no, line, UNCLEAR))
            continue
        for piece in pieces:
            try:
                words.append(TypedWord(line_no, piece, parse_spec(piece)))
            except HotwordRefused as refusal:
                problems.append(_problem(line_no, piece, refusal.code))
    return words, problems


def problems_of_words(words: Iterable[str]) -> list[LineProblem]:
    """What is wrong with which word given for one job alone; ``line_no`` counts the
    words from 1. A job made in spite of them does without those words."""
    problems = []
    for number, word in enumerate(words, start=1):
        try:
            parse_spec(word)
        except HotwordRefused as refusal:
            problems.append(_problem(number, word, refusal.code))
    return problems


def _read(
    text: str, whole: Container[str]
) -> Iterator[tuple[int, str, list[str] | None]]:
    """Each line with its words as ``词|变体``; None where it could mean two things."""
    spoken_columns: list[int] | None = None
    is_first = True
    for line_no, raw in enumerate(text.splitlines(), 1):
        line = _COMMENT.sub("", raw).strip(" \t\ufeff")
        if not line:
            continue
        half = unicodedata.normalize("NFKC", line)
        if is_first and (columns := _columns(half)) is not None:
            spoken_columns, is_first = columns, False
            continue
        is_first = False
        if spoken_columns is not None and _delimiter(half):
            yield line_no, line, [_row(half, spoken_columns)]
        else:
            yield line_no, line, _pieces(half, whole)


def _columns(line: str) -> list[int] | None:
    """Where a table's headings say that spoken variants are; None without headings."""
    first, *others = [cell.casefold() for cell in _cells(line)]
    if first not in _WORD_HEADS or not others:
        return None
    if any(head not in _WEIGHT_HEADS | _SPOKEN_HEADS for head in others):
        return None
    return [at for at, head in enumerate(others, 1) if head in _SPOKEN_HEADS]


def _delimiter(line: str) -> str:
    return next((sign for sign in "\t," if sign in line), "")


def _cells(line: str) -> list[str]:
    cells = line.split(_delimiter(line) or "\t")
    return [cell.strip().removeprefix('"').removesuffix('"').strip() for cell in cells]


def _row(line: str, spoken_columns: Iterable[int]) -> str:
    cells = _cells(line)
    spoken = [cells[at] for at in spoken_columns if at < len(cells)]
    variants = [part for cell in spoken for part in re.split(r"[,;、|]", cell)]
    return "|".join((cells[0], *filter(str.strip, variants)))


def _pieces(line: str, whole: Container[str]) -> list[str] | None:
    if "\t" in line:
        cells = _cells(line)
        is_weight = _WEIGHT.fullmatch(cells[1]) or not cells[1]
        if is_weight and not _WEIGHT.fullmatch(cells[0]):
            return [_row(line, range(2, len(cells)))]
    parts = [part.strip() for part in _APART.split(line) if part.strip()]
    if len(parts) < 2:
        return _apart_by_spaces(parts[0], whole) if parts else [line]
    variants = ["|" in part for part in parts]
    if any(variants):
        # "OKR | 欧克阿、利率": another word, or another way to say OKR?
        is_clear = all(variants[variants.index(True) :])
        return parts if is_clear else None
    weights = [_WEIGHT.fullmatch(part) is not None for part in parts]
    if not weights[1] or weights[0]:
        return [word for part in parts for word in _apart_by_spaces(part, whole)]
    has_each_its_weight = not any(weights[::2]) and all(weights[1::2])
    return parts[::2] if has_each_its_weight and len(parts) % 2 == 0 else None


def _apart_by_spaces(part: str, whole: Container[str]) -> list[str]:
    spellings = (part, part.replace(" ", ""))
    if any(fold(each)[:MAX_CHARACTERS] in whole for each in spellings):
        return [part]
    if not _CHINESE.fullmatch(part):
        return [part]
    return [word for word in part.split() if not _WEIGHT.fullmatch(word)]


def _problem(line_no: int, text: str, code: str) -> LineProblem:
    return LineProblem(line_no, text, str(code), problem_sentence(code))


def problem_sentence(code: str) -> str:
    """What is wrong with a line, for people."""
    sentences = {
        HotwordProblem.EMPTY: _("There is no letter or digit in it."),
        HotwordProblem.TOO_LONG: _("Longer than %(count)d characters.")
        % {"count": MAX_CHARACTERS},
        HotwordProblem.FORBIDDEN_CHARACTER: _(
            "Only letters, digits, spaces and · - . & + ' are allowed."
        ),
        HotwordProblem.ADDRESS: _("A web address cannot be a hotword."),
        HotwordProblem.TOO_MANY_SPOKEN: _(
            "A word can have at most %(count)d spoken variants."
        )
        % {"count": MAX_SPOKEN},
        UNCLEAR: _(
            "It is not clear which part belongs to which word. Write one word per line."
        ),
        FULL: _("The list is full: it has %(count)d words.")
        % {"count": MAX_WORDS_PER_LIST},
        DUPLICATE: _("Already in the list."),
    }
    return sentences[code]
