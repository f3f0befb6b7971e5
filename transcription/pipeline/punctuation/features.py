"""What the model sees of a place between two words, and of a sentence.

Features are strings. Training and use share this file: a change of it makes the trained
weights worthless (``benchmarks/train_punctuation.py`` makes new ones).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

# Upper limits of what counts as the same pause, in milliseconds.
_PAUSES: Final = (30, 120, 220, 330, 450, 600, 900, 1500)
# What is said after so long a silence says nothing of what was said before it.
_FAR_MS: Final = 1500
_EDGE: Final = "¦"
# From here on a silence is a pause: people breathe, or what they say is over.
_BREATH_MS: Final = 150
# Of the usual pause of the track, upper limits of what counts as the same.
_SHARES: Final = (0.4, 0.7, 1.0, 1.4, 2.0, 3.5)

_QUESTION_WORD: Final = re.compile(
    "什么|多少|怎么|怎样|如何|哪|谁|几[个点号次位天年月家种岁路楼层晚节斤]"
    r"|多[久长远大高]|为啥|啥|是否|(.)[不没]\1"
    # 大号还是小号, but not 如果还是不行, 我还是觉得.
    r"|(?<=[^我您你他她它们也都就可但果是天直])还是(?!不行|不能|没有|觉得|有点|得)"
)
_PARTICLE: Final = re.compile(
    "(吗|呢|吧|没有|不|嘛|么|啊|行不行|好不好|可以|对吧|是吧)$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place behind word ``number`` of a track. ``pause_ms`` is None where nobody
    knows; ``is_line_end`` says that another line follows, or nothing."""

    number: int
    pause_ms: int | None
    is_line_end: bool


@dataclass(slots=True)
class Sentence:
    """What has been said since the last end of a sentence, in the parts between its
    commas, and the mark before the last part."""

    clauses: list[str] = field(default_factory=lambda: [""])
    previous: str = ""

    @property
    def clause(self) -> str:
        return self.clauses[-1]

    def add(self, word: str) -> None:
        self.clauses[-1] += word

    def mark(self, kind: str) -> None:
        if kind == "，":
            self.clauses.append("")
        else:
            self.clauses = [""]
        self.previous = kind


class Track:
    """The words of a track, the place behind each, and how long its pauses are."""

    def __init__(self, words: Sequence[str], places: Sequence[Place]) -> None:
        self.words = words
        self.places = places
        pauses = [place.pause_ms or 0 for place in places]
        breaths = [pause for pause in pauses if _BREATH_MS <= pause < _FAR_MS]
        self.usual_ms = median(breaths) if len(breaths) >= 4 else None

    def features(self, at: int, sentence: Sentence) -> list[str]:
        """Of the place behind word ``at``."""
        place = self.places[at]
        return [
            *place_features(self.words, place, sentence.clause, sentence.previous),
            *self._of_what_follows(place),
            *self._of_the_sentence(place, sentence),
        ]

    def _of_what_follows(self, place: Place) -> list[str]:
        """What is said before the next pause: a tag such as 对吗, or a new sentence."""
        pause = _pause(place.pause_ms)
        said, at = "", place.number + 1
        while at < len(self.words) and len(said) < 12:
            said += self.words[at]
            if (self.places[at].pause_ms or 0) >= _BREATH_MS:
                break
            at += 1
        after = _pause(self.places[at].pause_ms) if at < len(self.words) else _EDGE
        size = min(len(said), 12) // 2
        tag = said if len(said) <= 4 else ""
        return [
            *(f"N{size}p{pause}", f"N{size}a{after}p{pause}", f"n{tag}a{after}"),
            *(f"n{tag}p{pause}", f"na{question_cue(said)}p{pause}"),
        ]

    def _of_the_sentence(self, place: Place, sentence: Sentence) -> list[str]:
        pause, share = _pause(place.pause_ms), self._share(place)
        length = min(sum(map(len, sentence.clauses)) // 4, 9)
        parts = min(len(sentence.clauses), 5)
        following = _EDGE
        if place.number + 1 < len(self.words):
            following = self.words[place.number + 1]
        return [
            *(f"q{share}", f"q{share}p{pause}", f"q{share}v{following}"),
            *(f"q{share}w{self.words[place.number]}", f"q{share}D{length}"),
            *(f"D{length}", f"D{length}p{pause}", f"k{parts}p{pause}"),
            *(f"k{parts}v{following}", f"o{sentence.clauses[0][:2]}p{pause}"),
            f"S{question_cue(''.join(sentence.clauses))}p{pause}",
        ]

    def _share(self, place: Place) -> str:
        """The pause as a share of the usual one."""
        if place.pause_ms is None or self.usual_ms is None:
            return "X"
        if place.pause_ms < _BREATH_MS:
            return "0"
        share = place.pause_ms / self.usual_ms
        return str(1 + sum(share >= limit for limit in _SHARES))


def place_features(
    words: Sequence[str], place: Place, clause: str, previous: str
) -> list[str]:
    """``clause`` is what was said since the last mark, which was ``previous``."""
    at = place.number
    pause = _pause(place.pause_ms) + ("S" if place.is_line_end else "")
    left = _EDGE + "".join(words[max(0, at - 5) : at + 1])
    right = "".join(words[at + 1 : at + 7])
    if place.is_line_end and place.pause_ms is not None and place.pause_ms >= _FAR_MS:
        right = ""
    last, before = words[at], words[at - 1] if at else _EDGE
    following, after = _EDGE, _EDGE
    if right:
        following = words[at + 1]
        after = words[at + 2] if at + 2 < len(words) else _EDGE
    right = right or _EDGE
    l1, l2, l3 = left[-1:], left[-2:], left[-3:]
    r1, r2, r3 = right[:1], right[:2], right[:3]
    length = min(len(clause) // 2, 8)
    cue = question_cue(clause)
    alone = last if len(clause) <= 3 else ""
    return [
        "b",
        *(f"p{pause}", f"l1{l1}", f"l2{l2}", f"l3{l3}", f"r1{r1}", f"r2{r2}"),
        *(f"r3{r3}", f"lr{l1}|{r1}", f"lR{l1}|{r2}", f"Lr{l2}|{r1}", f"LR{l2}|{r2}"),
        *(f"w{last}", f"v{following}", f"wv{last}|{following}"),
        *(f"uw{before}|{last}", f"vx{following}|{after}"),
        *(f"p{pause}l{l1}", f"p{pause}L{l2}", f"p{pause}r{r1}", f"p{pause}R{r2}"),
        *(f"p{pause}w{last}", f"p{pause}v{following}", f"c{cue}p{pause}v{following}"),
        *(f"d{length}", f"d{length}p{pause}", f"d{length}l{l2}", f"d{length}r{r1}"),
        *(f"m{previous}", f"m{previous}d{length}p{pause}"),
        f"a{len(last)}{alone}s{min(len(clause), 4)}",
        *(f"c{cue}", f"c{cue}p{pause}", f"c{cue}r{r2}"),
        *(f"c{cue}v{following}", f"c{cue}l{l1}"),
    ]


def sentence_features(clauses: Sequence[str]) -> list[str]:
    """Of a sentence, in the parts between its commas."""
    whole, last = "".join(clauses), clauses[-1]
    features = ["B"]
    for key, text in (("c", last), ("s", whole)):
        parts = {text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)}
        features += [f"{key}{len(part)}{part}" for part in sorted(parts)]
    features += [f"e{n}{last[-n:]}" for n in (1, 2, 3, 4)]
    features += [f"h{n}{last[:n]}" for n in (1, 2, 3)]
    cue = question_cue(last)
    return [
        *features,
        *(f"a{cue}", f"b{question_cue(whole)}", f"ah{cue}{last[:1]}"),
        *(f"aH{cue}{last[:2]}", f"at{cue}{last[-1:]}", f"an{cue}{len(last) // 3}"),
        *(f"eh{last[:2]}|{last[-1:]}", f"eh1{last[:1]}|{last[-2:]}"),
        f"n{min(len(last) // 2, 8)}",
    ]


def question_cue(text: str) -> str:
    """The sort of question word in ``text``, and the particle at its end."""
    word, particle = _QUESTION_WORD.search(text), _PARTICLE.search(text)
    sort = ""
    if word is not None:
        sort = "or" if word.group() == "还是" else "A" if word.group(1) else "Q"
    return sort + (particle.group() if particle else "")


def _pause(pause_ms: int | None) -> str:
    if pause_ms is None:
        return "X"
    return str(sum(pause_ms >= limit for limit in _PAUSES))
