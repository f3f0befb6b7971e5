"""Whether a document answers a tree, and where.

The database names candidates; what it cannot say (by whom, when, near what, in one
sentence) is decided here, of one document at a time: some tens of microseconds for a
call, and milliseconds for an hour.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from transcription.search.documents import Document, Place
from transcription.search.folding import Phrase
from transcription.search.language.tree import (
    All,
    Any,
    Fact,
    Near,
    Node,
    Scope,
    Where,
    Without,
    Words,
)
from transcription.search.sound.places import places as sounding_places

Units = frozenset[int]  # sentences, turns, or the one call
IsTrue = Callable[[Fact], bool]
# Numbers of the voices that a name means.
VoicesOf = Callable[[str], frozenset[int]]

_CALL: Units = frozenset({0})
_NONE: Units = frozenset()


class Found(NamedTuple):
    """A phrase in a sentence, or in what is known about the recording; and about when
    it is said (times within a sentence are read off its length). ``by_sound``: the
    phrase is what was written where one was looked for that sounds like it."""

    segment: int
    at_ms: int
    place: Place
    phrase: Phrase
    by_sound: bool = False


class Match(NamedTuple):
    """A sentence, by its index, or something of ``About``, and the phrases in it;
    ``heard`` are those which only sound like what was looked for."""

    segment: int
    phrases: tuple[Phrase, ...]
    heard: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What the brackets around a node say of where its words are."""

    scope: Scope = Scope.CALL
    voices: frozenset[int] | None = None
    part: tuple[int, int | None] | None = None  # of the call: from, to
    after_ms: int = 0

    @property
    def is_timed(self) -> bool:
        return self.part is not None or bool(self.after_ms)

    @property
    def is_open(self) -> bool:
        return self.voices is None and not self.is_timed

    def hold(self, found: Found) -> bool:
        """Whether something was said inside of them."""
        if found.segment < 0:
            return self.is_open
        if self.voices is not None and found.place.voice not in self.voices:
            return False
        from_ms, to_ms = self.part or (0, None)
        is_early = found.at_ms < max(from_ms, self.after_ms)
        return not is_early and (to_ms is None or found.at_ms <= to_ms)

    def unit(self, place: Place) -> int:
        if self.scope is Scope.CALL:
            return 0
        return self.unit_within(place.segment, place.turn)

    def unit_within(self, segment: int, turn: int) -> int:
        """Of a scope that is less than the call."""
        return segment if segment < 0 or self.scope is Scope.SENTENCE else turn


@dataclass(slots=True)
class Reading:
    """A document that is being asked."""

    document: Document
    is_true: IsTrue
    voices_of: VoicesOf
    _offsets: Sequence[int] = field(init=False)
    _phrases: dict[Phrase, list[Found]] = field(init=False, default_factory=dict)
    _heard: dict[Phrase, list[Found]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._offsets = self.document.places.offsets

    def answers(self, node: Node) -> list[Match] | None:
        """None when it does not; else where the words are: what is known about the
        recording first, then each sentence once, in the order of time."""
        bounds = _Bounds()
        if not self._units(node, bounds):
            return None
        phrases: dict[int, dict[Phrase, None]] = {}
        heard: dict[int, dict[Phrase, None]] = {}
        for found in self._found(node, bounds):
            these = heard if found.by_sound else phrases
            these.setdefault(found.segment, {})[found.phrase] = None
        return [
            Match(
                segment, tuple(phrases.get(segment, ())), tuple(heard.get(segment, ()))
            )
            for segment in sorted({*phrases, *heard})
        ]

    def holds(self, node: Node) -> bool:
        """Whether it answers, which is cheaper than where: nothing is looked for any
        further that has been found."""
        return self._holds(node, _Bounds())

    def _holds(self, node: Node, bounds: _Bounds) -> bool:
        """Whether there are any ``_units``, of the call."""
        match node:
            case Words():
                return self._holds_words(node, bounds)
            case Fact():
                return self.is_true(node)
            case Without(part):
                return not self._holds(part, bounds)
            case Near(left, right, within_ms):
                return any(True for _pair in self._near(left, right, within_ms, bounds))
            case All(parts, where) | Any(parts, where):
                inner = self._inside(where, bounds)
                if inner is None:
                    return False
                if inner.scope is not Scope.CALL:
                    return bool(self._units(node, bounds))
                each = (self._holds(part, inner) for part in parts)
                return all(each) if isinstance(node, All) else any(each)

    def _holds_words(self, words: Words, bounds: _Bounds) -> bool:
        if any(all(self._has(one, bounds) for one in way) for way in words.ways):
            return True
        return words.by_sound and all(
            self._has(one, bounds) or any(self._heard_as(one, bounds))
            for one in words.phrases
        )

    def _has(self, phrase: Phrase, bounds: _Bounds) -> bool:
        if phrase in self._phrases:
            return any(self._said(phrase, bounds))
        return any(map(bounds.hold, self._look_for(phrase)))

    # --- which units a node holds in -------------------------------------------------

    def _units(self, node: Node, bounds: _Bounds) -> Units:
        match node:
            case Words():
                return self._units_of_words(node, bounds)
            case Fact():
                return self._universe(bounds) if self.is_true(node) else _NONE
            case Without(part):
                return self._universe(bounds) - self._units(part, bounds)
            case Near(left, right, within_ms):
                pairs = self._near(left, right, within_ms, bounds)
                return frozenset(bounds.unit(one.place) for one, _other in pairs)
            case All(parts, where) | Any(parts, where):
                inner = self._inside(where, bounds)
                if inner is None:
                    return _NONE
                each = (self._units(part, inner) for part in parts)
                units = _in_all(each) if isinstance(node, All) else _NONE.union(*each)
                if inner.scope is bounds.scope:
                    return units
                return self._universe(bounds) if units else _NONE

    def _units_of_words(self, words: Words, bounds: _Bounds) -> Units:
        units = _NONE.union(
            *(self._units_of_way(way, bounds, by_sound=False) for way in words.ways)
        )
        is_settled = units and bounds.scope is Scope.CALL
        if words.by_sound and not is_settled:
            units |= self._units_of_way(words.phrases, bounds, by_sound=True)
        return units

    def _units_of_way(
        self, phrases: tuple[Phrase, ...], bounds: _Bounds, *, by_sound: bool
    ) -> Units:
        def units_of(phrase: Phrase) -> Units:
            units = self._units_of_phrase(phrase, bounds)
            if by_sound:
                heard = self._heard_as(phrase, bounds)
                units |= {bounds.unit(found.place) for found in heard}
            return units

        return _in_all(units_of(phrase) for phrase in phrases)

    def _units_of_phrase(self, phrase: Phrase, bounds: _Bounds) -> Units:
        """Where nobody asks when it is said, without a ``Found`` for each place: a call
        has hundreds of a common word."""
        if bounds.is_timed:
            said = self._said(phrase, bounds)
            return frozenset(bounds.unit(found.place) for found in said)
        numbers: Iterable[int] = (number for number, _last in self._spots(phrase))
        if bounds.voices is not None:
            voices = self.document.places.voices
            numbers = [at for at in numbers if voices[at] in bounds.voices]
        return self._units_at(numbers, bounds)

    def _universe(self, bounds: _Bounds) -> Units:
        return self._units_at(range(len(self._offsets)), bounds)

    def _units_at(self, numbers: Iterable[int], bounds: _Bounds) -> Units:
        """In which units these places are, by their numbers."""
        if bounds.scope is Scope.CALL:
            return _CALL if any(True for _at in numbers) else _NONE
        places = self.document.places
        segments, turns = places.segments, places.turns
        unit = bounds.unit_within
        return frozenset(unit(segments[at], turns[at]) for at in numbers)

    def _inside(self, where: Where, bounds: _Bounds) -> _Bounds | None:
        """The bounds in a bracket; None when what it should come after is nowhere."""
        voices, part, after_ms = bounds.voices, bounds.part, bounds.after_ms
        if where.speaker:
            voices = self.voices_of(where.speaker)
        # One part of the call in the place of the other, not where they overlap.
        if where.first_ms is not None:
            part = (0, where.first_ms)
        if where.last_ms is not None:
            part = (max(self._end_ms() - where.last_ms, 0), None)
        if where.after is not None:
            before = self._found(where.after, _Bounds())
            said = [found.at_ms for found in before if found.segment >= 0]
            if not said:
                return None
            after_ms = max(after_ms, min(said) + 1)
        return _Bounds(where.scope or bounds.scope, voices, part, after_ms)

    def _end_ms(self) -> int:
        return self.document.places.end_ms

    # --- where its words are ----------------------------------------------------------

    def _found(self, node: Node, bounds: _Bounds) -> Iterator[Found]:
        """The words of a node that holds, where it holds."""
        match node:
            case Words():
                units = self._units_of_words(node, bounds)
                for found in self._written_or_heard(node):
                    if bounds.hold(found) and bounds.unit(found.place) in units:
                        yield found
            case Near(left, right, within_ms):
                for one, other in self._near(left, right, within_ms, bounds):
                    yield from (one, other)
            case All(parts, where) | Any(parts, where):
                inner = self._inside(where, bounds)
                units = self._units(node, bounds) if inner else _NONE
                if inner is None or not units:
                    return
                holds = None
                if inner.scope is not Scope.CALL:
                    each = [self._units(part, inner) for part in parts]
                    holds = _in_all(each) if isinstance(node, All) else None
                for part in parts:
                    for found in self._found(part, inner):
                        if holds is None or inner.unit(found.place) in holds:
                            yield found
            case Fact() | Without():
                return

    def _written_or_heard(self, words: Words) -> Iterator[Found]:
        """All ways to write it. Of a sentence whose text has what was typed, not what
        the engine wrote there at first as well."""
        said: dict[int, int] = {}
        for phrase in words.phrases:
            for found in self._said(phrase, _Bounds()):
                said.setdefault(found.segment, found.place.offset)
                yield found
        others = [self._said(one, _Bounds()) for way in words.ways[1:] for one in way]
        if words.by_sound:
            others += [self._heard_as(phrase, _Bounds()) for phrase in words.phrases]
        for found in chain.from_iterable(others):
            if found.place.offset <= said.get(found.segment, found.place.offset):
                yield found

    def _near(
        self, left: Node, right: Node, within_ms: int, bounds: _Bounds
    ) -> Iterator[tuple[Found, Found]]:
        """Each with one that is near: not all pairs, an hour may have too many."""
        ones = self._by_unit(left, bounds)
        for unit, others in self._by_unit(right, bounds).items():
            yield from _neighbours(ones.get(unit, []), others, within_ms)
            yield from _neighbours(others, ones.get(unit, []), within_ms)

    def _by_unit(self, node: Node, bounds: _Bounds) -> dict[int, list[Found]]:
        units: dict[int, list[Found]] = {}
        for found in sorted(self._found(node, bounds), key=_at):
            if found.segment >= 0:
                units.setdefault(bounds.unit(found.place), []).append(found)
        return units

    def _said(self, phrase: Phrase, bounds: _Bounds) -> Iterable[Found]:
        if phrase not in self._phrases:
            self._phrases[phrase] = list(self._look_for(phrase))
        return filter(bounds.hold, self._phrases[phrase])

    def _look_for(self, phrase: Phrase) -> Iterator[Found]:
        for number, last in self._spots(phrase):
            yield self._found_in(number, last, phrase)

    def _spots(self, phrase: Phrase) -> Iterator[tuple[int, int]]:
        """The number of each place that has the phrase, and where in the text it ends;
        not what lies in the sentence before."""
        text, offsets = self.document.text, self._offsets
        owns = self.document.places.owns
        at = text.find(phrase)
        while at >= 0:
            last = at + len(phrase) - 1
            number = bisect_right(offsets, last) - 1
            if last >= owns[number]:
                yield number, last
            at = text.find(phrase, at + 1)

    def _found_in(self, number: int, last: int, phrase: Phrase) -> Found:
        place = self.document.places[number]
        is_last = number + 1 == len(self._offsets)
        ends = len(self.document.text) if is_last else self._offsets[number + 1]
        return Found(place.segment, _moment(place, last, ends), place, phrase)

    def _heard_as(self, phrase: Phrase, bounds: _Bounds) -> Iterable[Found]:
        if phrase not in self._heard:
            self._heard[phrase] = list(self._listen_for(phrase))
        return filter(bounds.hold, self._heard[phrase])

    def _listen_for(self, phrase: Phrase) -> Iterator[Found]:
        text = self.document.text
        for start, end, _score in sounding_places(text, phrase):
            number = bisect_right(self._offsets, end - 1) - 1
            if end > self.document.places[number].own:
                found = self._found_in(number, end - 1, text[start:end])
                yield found._replace(by_sound=True)


def _in_all(each: Iterable[Units]) -> Units:
    """The units that are in each; what comes after nothing is not looked for."""
    common: Units | None = None
    for units in each:
        common = units if common is None else common & units
        if not common:
            break
    return _CALL if common is None else common


def _at(found: Found) -> int:
    return found.at_ms


def _neighbours(
    ones: list[Found], others: list[Found], within_ms: int
) -> Iterator[tuple[Found, Found]]:
    """Each of the ones with the first of the others that is near it."""
    for one in ones:
        first = bisect_left(others, one.at_ms - within_ms, key=_at)
        for other in others[first : first + 2]:
            if other is not one and other.at_ms <= one.at_ms + within_ms:
                yield one, other
                break


def _moment(place: Place, last: int, ends: int) -> int:
    if place.segment < 0:
        return 0
    length = max(ends - place.own, 1)
    spoken_ms = place.end_ms - place.start_ms
    return place.start_ms + spoken_ms * (last - place.own) // length
