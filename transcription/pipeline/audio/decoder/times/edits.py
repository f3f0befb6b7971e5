"""What an MP4 says of which part of a track is played when: its edit lists.

FFmpeg follows them packet by packet and loses sound where one makes no sense. Here they
are read from the file, believed where they are possible, and followed to the sample.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from transcription.pipeline.audio.decoder.times.clock import (
    LONGEST_GAP_SECONDS,
    ClockIsWrongError,
)

_CONTAINERS: Final = (b"trak", b"mdia", b"edts")
_MOST_ATOMS: Final = 100_000
_MOST_MOOV: Final = 32 << 20
_MOST_EDITS: Final = 10_000
_ENDLESS: Final = float("inf")
# Rounding, and what an encoder puts before and behind the sound.
_SLACK_SECONDS: Final = 0.15
_LEAST_SECONDS: Final = 0.5  # nobody trims a longer recording to less
# As it is; nobody means a standing sound where there is nothing else.
_RATES: Final = ((1 << 16,), (1 << 16, 0))
_BACK_SECONDS: Final = 0.5
_MOST_LOST_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Edit:
    """From ``start`` to ``end`` of the track's own seconds, played from ``at`` on."""

    start: float
    end: float
    at: float


# Of each track by its number; None where the list is impossible.
Edits = dict[int, tuple[Edit, ...] | None]


def edits_of(file: IO[bytes]) -> Edits:
    """Tracks without a list are not in it. Moves in the file."""
    moov = _moov_of(file)
    movie = next((body for name, body in _atoms(moov) if name == b"mvhd"), b"")
    ticks = _scale_of(movie)
    found: Edits = {}
    for name, body in _atoms(moov):
        if name == b"trak":
            parts = dict(_flat(body))
            if b"elst" in parts:
                found[_number_of(parts)] = _edits(parts, ticks)
    return found


class Placing:
    """Follows the list of one track, which is not empty."""

    def __init__(self, edits: tuple[Edit, ...]) -> None:
        self._edits = edits
        self._position = self._decoded = self._kept = 0.0
        self._has_jumped = False

    @property
    def has_cut(self) -> bool:
        """More than an encoder's own beginning and end."""
        return self._decoded - self._kept > _SLACK_SECONDS

    def parts(
        self, start: float | None, seconds: float
    ) -> list[tuple[float, float, float]]:
        """What is played of a piece of sound: from and to, in seconds of the piece, and
        when. Raises ``ClockIsWrongError``."""
        start = self._position if start is None else start
        moved = start - self._position
        self._has_jumped |= not -_BACK_SECONDS <= moved <= LONGEST_GAP_SECONDS
        end = self._position = start + seconds
        self._decoded += seconds
        found = []
        for edit in self._edits:
            first, last = max(start, edit.start), min(end, edit.end)
            if first < last:
                found.append(
                    (first - start, last - start, edit.at + first - edit.start)
                )
                self._kept += last - first
        if self._has_jumped and not found:  # the list knows nothing of that
            raise ClockIsWrongError
        return found

    def finish(self) -> None:
        """Raises ``ClockIsWrongError`` where much less is left than the list says: it
        was made for other times."""
        clipped = (min(edit.end, self._decoded) - edit.start for edit in self._edits)
        expected = sum(max(0.0, seconds) for seconds in clipped)
        if self._kept < expected - max(_LEAST_SECONDS, expected * _MOST_LOST_SHARE):
            raise ClockIsWrongError


def _edits(parts: dict[bytes, bytes], ticks: int) -> tuple[Edit, ...] | None:
    units = _scale_of(parts.get(b"mdhd", b""))
    length = _length_of(parts.get(b"mdhd", b"")) / units if units else 0.0
    if not ticks or not units:
        return None
    edits: list[Edit] = []
    at = 0.0
    entries = list(_entries(parts[b"elst"]))
    if not entries:
        return ()
    for index, (duration, begin, rate) in enumerate(entries):
        seconds, start = duration / ticks, begin / units
        if begin == -1:
            at += seconds
            continue
        is_last = index == len(entries) - 1
        before = edits[-1].end if edits else 0.0
        if (
            rate not in _RATES[len(entries) == 1]
            or begin < 0
            or start < before - _SLACK_SECONDS
        ):
            return None
        if not duration and not is_last:
            return None
        # Rounded to a tick of the movie, which may be a second.
        end = start + seconds + is_last / ticks if duration else _ENDLESS
        edits.append(Edit(max(start, before), end, at + max(0.0, before - start)))
        at += seconds
    return tuple(edits) if _is_possible(edits, length) else None


def _is_possible(edits: list[Edit], length: float) -> bool:
    """Whether enough of the sound is left; ``length`` may not be known."""
    if not edits:
        return False
    if not length:
        return True
    kept = sum(max(0.0, min(edit.end, length) - edit.start) for edit in edits)
    return kept >= min(_LEAST_SECONDS, length / 2)


def _entries(body: bytes) -> Iterator[tuple[int, int, int]]:
    shape = struct.Struct(">QqI" if body[:1] == b"\1" else ">IiI")
    count = min(int.from_bytes(body[4:8], "big"), _MOST_EDITS)
    for at in range(8, 8 + count * shape.size, shape.size):
        if at + shape.size > len(body):
            return
        yield shape.unpack_from(body, at)


def _number_of(parts: dict[bytes, bytes]) -> int:
    head = parts.get(b"tkhd", b"")
    at = 20 if head[:1] == b"\1" else 12
    return int.from_bytes(head[at : at + 4], "big")


def _scale_of(head: bytes) -> int:
    """Ticks a second, of ``mvhd`` and ``mdhd``."""
    at = 20 if head[:1] == b"\1" else 12
    return int.from_bytes(head[at : at + 4], "big")


def _length_of(head: bytes) -> int:
    size = 8 if head[:1] == b"\1" else 4
    at = 24 if size == 8 else 16
    length = int.from_bytes(head[at : at + size], "big")
    return 0 if length == 256**size - 1 else length


def _moov_of(file: IO[bytes]) -> bytes:
    at = 0
    for _ in range(_MOST_ATOMS):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            break
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if head[4:8] == b"moov":
            start = 16 if head[:4] == b"\0\0\0\1" else 8
            file.seek(at + start)
            return file.read(min(size - start if size else -1, _MOST_MOOV))
        if size < 8:
            break
        at += size
    return b""


def _flat(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A track's atoms, and those within that hold others."""
    for name, inner in _atoms(body):
        yield name, inner
        if name in _CONTAINERS:
            yield from _flat(inner)


def _atoms(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(body):
        size, name = struct.unpack_from(">I4s", body, at)
        start = at + 8
        if size == 1:
            size = int.from_bytes(body[start : start + 8], "big")
            start += 8
        size = size or len(body) - at
        if at + size < start:
            return
        yield name, body[start : at + size]
        at += size
