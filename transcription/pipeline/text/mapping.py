"""Where the characters of a text stand after it was rewritten, and back.

Hotwords, punctuation and figures each rewrite a sentence, one after the other. Each
hands on what it changed as a ``TextMapping``, and ``first.then(second)`` is both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

Span = tuple[int, int]
Edit = tuple[int, int, str]  # text[start:end] is to be written as the third


class Change(NamedTuple):
    """``raw_start:raw_end`` of the text before is ``start:end`` of the text after.

    An insertion stands for no raw character, an omission for none of the text after.
    """

    raw_start: int
    raw_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextMapping:
    """The changes in the order of the text, none overlapping another. Outside of them
    both texts are the same, letter for letter."""

    changes: tuple[Change, ...] = ()

    @classmethod
    def from_json(cls, values: Iterable[Sequence[int]]) -> "TextMapping":
        """What ``to_json`` made."""
        return cls(tuple(Change(*value) for value in values))

    def to_json(self) -> list[list[int]]:
        """``[[raw_start, raw_end, start, end]]``."""
        return [list(change) for change in self.changes]

    @property
    def inverse(self) -> "TextMapping":
        """From the text after to the text before."""
        return TextMapping(
            tuple(Change(c.start, c.end, c.raw_start, c.raw_end) for c in self.changes)
        )

    def span(self, start: int, end: int) -> Span:
        """Where the raw characters ``start:end`` stand in the text after.

        Inside a change there is no finer truth than the whole of it. What was inserted
        right before or right behind the characters is not theirs.
        """
        new_start = self._moved(start, is_end=False)
        return new_start, max(new_start, self._moved(end, is_end=True))

    def raw_span(self, start: int, end: int) -> Span:
        """Of which raw characters ``start:end`` of the text after came."""
        return self.inverse.span(start, end)

    def touches(self, start: int, end: int) -> bool:
        """Whether any of the raw characters ``start:end`` was changed, or something was
        inserted between them."""
        return any(c.raw_start < end and start < c.raw_end for c in self.changes)

    def then(self, second: "TextMapping") -> "TextMapping":
        """This one and then ``second``, whose raw text is the text after this one.
        Changes of both that overlap become one."""
        return TextMapping(tuple(_composed(self.changes, second.changes)))

    def within(self, start: int, end: int) -> "TextMapping":
        """The changes inside the raw characters ``start:end``. What was inserted at a
        border belongs to the characters before it, at 0 to those that follow."""
        return TextMapping(
            tuple(
                c
                for c in self.changes
                if start <= c.raw_start
                and c.raw_end <= end
                and (c.raw_end > start or start == 0)
            )
        )

    def shifted(self, raw_by: int, by: int) -> "TextMapping":
        """The same for texts that begin so many characters later; earlier when it is
        less than 0."""
        return TextMapping(
            tuple(
                Change(
                    c.raw_start + raw_by, c.raw_end + raw_by, c.start + by, c.end + by
                )
                for c in self.changes
            )
        )

    def _moved(self, at: int, *, is_end: bool) -> int:
        shift = 0
        for raw_start, raw_end, start, end in self.changes:
            if at < raw_start or (is_end and at == raw_start):
                break
            if at < raw_end or (is_end and at == raw_end):
                return end if is_end else start
            shift = end - raw_end
        return at + shift


UNCHANGED: Final = TextMapping()


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text after some edits, and how it came from the text before."""

    text: str
    mapping: TextMapping = UNCHANGED


def rewrite(text: str, edits: Iterable[Edit]) -> Rewritten:
    """``text`` with the edits, which come in order and do not overlap. One that writes
    what is there already is none."""
    parts: list[str] = []
    changes: list[Change] = []
    raw_at = at = 0
    for raw_start, raw_end, put in edits:
        if text[raw_start:raw_end] == put:
            continue
        same = text[raw_at:raw_start]
        start = at + len(same)
        at, raw_at = start + len(put), raw_end
        parts += [same, put]
        changes.append(Change(raw_start, raw_end, start, at))
    return Rewritten("".join(parts) + text[raw_at:], TextMapping(tuple(changes)))


class _Item(NamedTuple):
    """A change of either mapping by its place in the text between both. ``raw_shift``
    leads from behind it to the first text, ``shift`` to the last."""

    start: int
    end: int
    raw_shift: int | None = None
    shift: int | None = None

    def meets(self, former: "_Item") -> bool:
        """Whether both are empty, of different mappings and at one place: something was
        left out and something else inserted, and neither comes first."""
        is_empty = former.start == former.end == self.start == self.end
        return is_empty and (self.shift is None) is not (former.shift is None)


def _composed(first: Iterable[Change], second: Iterable[Change]) -> Iterator[Change]:
    items = [_Item(c.start, c.end, raw_shift=c.raw_end - c.end) for c in first]
    items += [_Item(c.raw_start, c.raw_end, shift=c.end - c.raw_end) for c in second]
    raw_shift = shift = 0
    for group in _overlapping(sorted(items, key=lambda item: (item.start, item.end))):
        start, end = group[0].start, max(item.end for item in group)
        raw_start, new_start = start + raw_shift, start + shift
        for item in group:
            raw_shift = raw_shift if item.raw_shift is None else item.raw_shift
            shift = shift if item.shift is None else item.shift
        change = Change(raw_start, end + raw_shift, new_start, end + shift)
        # What the first inserted and the second left out again was never there.
        if change.raw_start < change.raw_end or change.start < change.end:
            yield change


def _overlapping(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """The items in groups of those that share a character or meet."""
    group: list[_Item] = []
    end = 0
    for item in items:
        if group and item.start >= end and not item.meets(group[-1]):
            yield group
            group = []
        end = max(end, item.end) if group else item.end
        group.append(item)
    if group:
        yield group
