"""From a recording to the document that is searched: one for each.

The document's text has a part for each voice, in which sentences that follow each other
closely are one piece, so that a phrase may begin in one sentence and end in the next;
then what the engine wrote of sentences whose text reads otherwise (figures); then what
is known about the recording. ``places`` says what of the text belongs where.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, overload

from transcription.search.folding import END, folded, joined

# A pause longer than this ends a phrase: what follows is another sentence.
PHRASE_PAUSE_MS = 5_000
# Of the sentence before, in front of what the engine wrote of the next.
_CONTEXT = 16

Voice = tuple[int | None, int | None]  # speaker, channel


class About(IntEnum):
    """What is known about a recording, as the ``segment`` of a place."""

    TITLE = -1
    AGENT = -2
    NUMBER = -3
    FILE = -4


class Place(NamedTuple):
    """A part of the document's text, which begins at ``offset`` and ends where the next
    one begins. What lies before ``own`` is the sentence before it once more.

    ``segment`` is the index of one, or one of ``About``; voices and turns are counted
    from 0, and there are none (-1) about a recording.
    """

    offset: int
    own: int
    segment: int
    voice: int = -1
    turn: int = -1
    start_ms: int = 0
    end_ms: int = 0


class Places(Sequence[Place]):
    """Packed numbers that become places one by one: a search looks at a few of the
    hundreds that a document has."""

    __slots__ = ("_numbers",)
    _WIDTH = len(Place._fields)

    def __init__(self, packed: bytes) -> None:
        self._numbers = array("i")
        self._numbers.frombytes(packed)

    @staticmethod
    def of(places: Iterable[Place]) -> "Places":
        """These, in the order of their offsets."""
        return Places(
            array("i", [number for place in places for number in place]).tobytes()
        )

    def packed(self) -> bytes:
        """Seven numbers each, for a column."""
        return self._numbers.tobytes()

    @property
    def offsets(self) -> Sequence[int]:
        """Where each begins."""
        return self._numbers[:: self._WIDTH]

    @property
    def owns(self) -> Sequence[int]:
        """Where each begins that is not said before."""
        return self._numbers[1 :: self._WIDTH]

    @property
    def segments(self) -> Sequence[int]:
        """Of each, the sentence that it lies in, or what it says about the call."""
        return self._numbers[2 :: self._WIDTH]

    @property
    def voices(self) -> Sequence[int]:
        """Of each, who says it."""
        return self._numbers[3 :: self._WIDTH]

    @property
    def turns(self) -> Sequence[int]:
        """Of each, in which turn."""
        return self._numbers[4 :: self._WIDTH]

    @property
    def end_ms(self) -> int:
        """When the last one ends."""
        return max(self._numbers[self._WIDTH - 1 :: self._WIDTH], default=0)

    def __len__(self) -> int:
        return len(self._numbers) // self._WIDTH

    @overload
    def __getitem__(self, at: int) -> Place: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Place]: ...

    def __getitem__(self, at: int | slice) -> Place | Sequence[Place]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        first = at * self._WIDTH
        if not 0 <= first < len(self._numbers):
            first = range(len(self))[at] * self._WIDTH
        return Place._make(self._numbers[first : first + self._WIDTH])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Places) and self._numbers == other._numbers

    def __hash__(self) -> int:
        return hash(self.packed())


@dataclass(frozen=True, slots=True)
class Spoken:
    """A segment as the index sees it. ``has_added_marks`` is true of all segments of a
    transcript or of none.

    ``text_raw`` is empty after a correction: what the engine recognised wrongly is no
    longer what was said.
    """

    index: int
    voice: Voice
    start_ms: int
    end_ms: int
    text: str
    text_raw: str
    has_added_marks: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched of a recording."""

    text: str
    places: Places
    voices: tuple[Voice, ...]


@dataclass(slots=True)
class _Part:
    """A text that grows, with its places."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    places: list[Place] = field(default_factory=list)

    def add(self, piece: str) -> int:
        """Where it begins."""
        begins = self.length
        self.pieces.append(piece)
        self.length += len(piece)
        return begins


@dataclass(slots=True)
class _Chain(_Part):
    """What one voice says, and how its last sentence ends."""

    end_ms: int = 0
    tail: str = ""
    raw_tail: str = ""


def document(about: dict[About, str], segments: Iterable[Spoken]) -> Document:
    """Of a transcript's segments in the order of their index, and what is known."""
    chains: dict[Voice, _Chain] = {}
    raw = _Part()
    turn, speaking = -1, None
    for segment in segments:
        turn += segment.voice != speaking
        speaking = segment.voice
        chain = chains.setdefault(segment.voice, _Chain())
        voice = list(chains).index(segment.voice)
        _add(chain, raw, segment, (voice, turn))
    parts: list[_Part] = [*chains.values(), raw, _about(about)]
    texts, places, begins = [], list[Place](), 0
    for part in parts:
        text = "".join([*part.pieces, END])
        places += (
            place._replace(offset=place.offset + begins, own=place.own + begins)
            for place in part.places
        )
        texts.append(text)
        begins += len(text)
    return Document("".join(texts), Places.of(places), tuple(chains))


def _add(
    chain: _Chain, raw: _Part, segment: Spoken, voice_and_turn: tuple[int, int]
) -> None:
    added = segment.has_added_marks
    text = folded(segment.text, has_added_marks=added).text
    other = text
    if segment.text_raw and segment.text_raw != segment.text:
        other = folded(segment.text_raw, has_added_marks=added).text
    if segment.start_ms - chain.end_ms > PHRASE_PAUSE_MS:
        chain.tail = chain.raw_tail = ""
        chain.add(END)
    rest = (segment.index, *voice_and_turn, segment.start_ms, segment.end_ms)
    whole = joined(chain.tail, text)[len(chain.tail) :]
    own = chain.add(whole) + len(whole) - len(text)
    chain.places.append(Place(own, own, *rest))
    if other != text or chain.raw_tail != chain.tail:
        before = raw.add(END) + 1
        whole = joined(chain.raw_tail, other)
        raw.add(whole)
        raw.places.append(Place(before, before + len(whole) - len(other), *rest))
    chain.end_ms = segment.end_ms
    chain.tail = _tail(chain.tail, text)
    chain.raw_tail = _tail(chain.raw_tail, other)


def _tail(before: str, text: str) -> str:
    """The end of what was said, as far as a phrase may reach back."""
    return joined(before, text).rpartition(END)[2][-_CONTEXT:]


def _about(about: dict[About, str]) -> _Part:
    part = _Part()
    for kind, text in about.items():
        begins = part.add(END) + 1
        part.add(folded(text).text)
        part.places.append(Place(begins, begins, kind))
    return part


def pairs_of(text: str) -> Iterator[list[str]]:
    """The pairs of characters of each line of a folded text, in their order."""
    for line in text.split(END):
        yield [line[at : at + 2] for at in range(len(line) - 1)]


def singles_of(text: str) -> Sequence[str]:
    """Each character once."""
    return sorted(set(text) - {END})
