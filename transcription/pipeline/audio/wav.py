"""Where the sound of a WAV lies, whatever its header says.

Recorders are killed before they write their sizes, count in 32 bits, leave gigabytes of
empty chunks, and tools join files byte by byte. Chunks are walked here in bounded work;
of a file that is as it should be nothing is changed.
"""

import os
import re
import struct
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import IO, Final

MAGIC: Final = (b"RIFF", b"RF64", b"BW64")
_MOST_CHUNKS: Final = 100_000
_MOST_PLAIN: Final = 64  # with more, a demuxer walks for minutes
_MOST_SHAPE: Final = 1024
_BLOCK: Final = 1 << 20
_EMPTY_CHUNKS: Final = re.compile(rb"(?:[ !-~]{4}\0{4})+")
_UNKNOWN_SIZES: Final = (0, 0xFFFFFFFF)
_PCM, _EXTENSIBLE = 1, 0xFFFE
_NO_CODEC: Final = bytes(16)  # in place of a GUID

Range = tuple[int, int]  # where it begins and how many bytes it has


@dataclass(frozen=True, slots=True)
class WavLayout:
    """``shape`` is the body of a ``fmt`` chunk. ``is_plain``: demuxers find the same
    by themselves, and fast."""

    shape: bytes
    sound: tuple[Range, ...]
    is_plain: bool

    @property
    def head(self) -> bytes:
        """Of a WAV that holds ``sound`` and nothing else, of whatever length."""
        shape = self.shape + bytes(len(self.shape) % 2)
        return (
            b"RIFF\xff\xff\xff\xffWAVEfmt "
            + struct.pack("<I", len(self.shape))
            + shape
            + b"data\xff\xff\xff\xff"
        )


def layout_of(file: IO[bytes]) -> WavLayout | None:
    """None when no sound was found by the end of the file; with more chunks than are
    walked, a layout without sound. Moves in the file."""
    walk = _Walk(file)
    walk.go()
    if walk.is_endless:
        return WavLayout(walk.shape, (), is_plain=False)
    if not walk.shape or not walk.sound:
        return None
    shape = _repaired(walk.shape)
    is_plain = walk.is_plain and shape == walk.shape and walk.count <= _MOST_PLAIN
    return WavLayout(shape, tuple(walk.sound), is_plain)


class _Walk:
    """From chunk to chunk."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._length = file.seek(0, 2)
        self._at = 12
        self._size_64: int | None = None
        self._is_64 = _read(file, 0, 4) != b"RIFF"
        self.count = 0  # of chunks, but for empty ones in a row
        self.shape = b""
        self.sound: list[Range] = []
        self.is_plain = True

    @property
    def is_endless(self) -> bool:
        return self.count >= _MOST_CHUNKS and not self.sound

    def go(self) -> None:
        while self.count < _MOST_CHUNKS and self._step():
            self.count += 1
        # Demuxers want a size of 64 bits where there may be one.
        self.is_plain &= not self._is_64 or self._size_64 is not None

    def _step(self) -> bool:
        """Whether there may be another chunk."""
        head = _read(self._file, self._at, 8)
        if len(head) < 8:
            return False
        name, size = struct.unpack("<4sI", head)
        if not _is_name(name):
            return self._end_in_sound() if self.sound else False
        if name in MAGIC and self.sound:
            return self._join()
        if name == b"data":
            return self._take(size)
        if self.sound and self._at + 8 + size > self._length:
            return self._end_in_sound()  # letters, but no chunk
        if name == b"fmt " and not self.shape:
            self.shape = _read(self._file, self._at + 8, min(size, _MOST_SHAPE))
        elif name == b"ds64" and self._is_64:
            sizes = _read(self._file, self._at + 16, 8)
            self._size_64 = int.from_bytes(sizes, "little")
        self._at += 8 + size + size % 2
        if size == 0:
            self._skip_empty()
        return True

    def _take(self, size: int) -> bool:
        """The sound of a ``data`` chunk; one of unknown size is the last."""
        start = self._at + 8
        left = self._length - start
        if self.sound:
            self.is_plain = False
        if size == 0xFFFFFFFF and self._size_64 is not None:
            size = min(self._size_64, left)
        elif size in _UNKNOWN_SIZES:  # demuxers know these
            self.sound.append((start, left))
            return False
        self.sound.append((start, min(size, left)))
        self._at = start + size + size % 2
        after = _read(self._file, start + size, 8)
        if size % 2 and not _is_name(after[1:5]) and _is_name(after[:4]):
            self._at -= 1  # nothing fills the odd byte up
        return True

    def _join(self) -> bool:
        """Another file behind this one."""
        if _read(self._file, self._at + 8, 4) != b"WAVE":
            return self._end_in_sound()
        shape = _read(self._file, self._at + 12, 8 + len(self.shape))
        if shape[:4] == b"fmt " and shape[8:] != self.shape:
            return False  # another kind of sound
        self.is_plain = False
        self._at += 12
        return True

    def _end_in_sound(self) -> bool:
        start, _ = self.sound[-1]
        self.sound[-1] = (start, self._length - start)
        self.is_plain = False
        return False

    def _skip_empty(self) -> None:
        while block := _read(self._file, self._at, _BLOCK):
            found = _EMPTY_CHUNKS.match(block)
            if found is None or b"data\0" in found[0]:
                return
            self.is_plain = self.is_plain and found.end() < 8 * _MOST_PLAIN
            self._at += found.end()
            if found.end() < len(block) - 8:
                return


def _read(file: IO[bytes], at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _is_name(name: bytes) -> bool:
    return len(name) == 4 and all(32 <= byte < 127 for byte in name)


def _repaired(shape: bytes) -> bytes:
    """With what a header forgot: bits, or the kind of samples behind the extension."""
    if len(shape) < 16:
        return shape
    tag, channels, rate, speed, block, bits = struct.unpack("<HHIIHH", shape[:16])
    is_nameless = tag == _EXTENSIBLE and shape[24:40] in (b"", _NO_CODEC)
    if tag != _PCM and not is_nameless:
        return shape
    if not bits and channels and block % channels == 0:
        bits = block // channels * 8
    if bits == shape[14] and not is_nameless:
        return shape
    if bits not in (8, 16, 24, 32):
        return shape
    return struct.pack("<HHIIHH", _PCM, channels, rate, speed, block, bits)


class Pieces:
    """A file of which only ``ranges`` are there, behind ``head``; to read."""

    def __init__(self, file: IO[bytes], head: bytes, ranges: tuple[Range, ...]) -> None:
        self._file, self._head, self._ranges = file, head, ranges
        self._starts = [*accumulate((size for _, size in ranges), initial=len(head))]
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        left = self._starts[-1] - self._at
        size = left if size < 0 else min(size, left)
        parts = []
        while size > 0:
            part = self._read_on(size)
            if not part:
                break
            parts.append(part)
            size -= len(part)
            self._at += len(part)
        return b"".join(parts)

    def _read_on(self, size: int) -> bytes:
        if self._at < len(self._head):
            return self._head[self._at : self._at + size]
        index = bisect_right(self._starts, self._at) - 1
        start, length = self._ranges[index]
        into = self._at - self._starts[index]
        return _read(self._file, start + into, min(size, length - into))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._starts[-1]}
        self._at = max(0, offset + base[whence])
        return self._at

    def tell(self) -> int:
        return self._at
