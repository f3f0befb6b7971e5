"""MP3 and AAC streams have no magic: they are known by headers in a row, each a frame's
length apart."""

import re
from collections.abc import Iterator
from typing import IO, Final

IN_A_ROW: Final = 4  # that make a recording of what begins with rubbish
_FEW_IN_A_ROW: Final = 2  # where something else speaks for it
# The second byte of every header that ``length`` could be told of.
_SYNC: Final = re.compile(rb"\xff[\xe2-\xe5\xf0-\xf5\xf8-\xfd]|fLaC\0\0\0\x22")
_BLOCK: Final = 1 << 20
_LONGEST: Final = IN_A_ROW * 8192  # AAC's frames have 13 bits of length
_MOST_TRIES: Final = 50_000

# kbit/s by bitrate index, for (MPEG 1 layer III), (MPEG 2/2.5 layer III), and layer II.
_RATES_1_3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2_3 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_1_2 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_SAMPLE_RATES = (44_100, 48_000, 32_000)


def kind_of(data: bytes, *, in_a_row: int = _FEW_IN_A_ROW) -> str | None:
    """``aac`` or ``mp3`` where ``data`` begins with a frame. A file that ends with a
    whole frame may have fewer."""
    for name, length_of in (("aac", _adts_length), ("mp3", _mpeg_length)):
        at = count = 0
        while count < in_a_row and (length := length_of(data[at : at + 8])):
            if count and not _is_alike(data[:4], data[at : at + 4]):
                break
            at, count = at + length, count + 1
        is_all = count and len(data) < at + 4 and in_a_row == _FEW_IN_A_ROW
        if count == in_a_row or is_all:
            return name
    return None


def first_in(file: IO[bytes], start: int, most_bytes: int) -> tuple[str, int] | None:
    """The first stream from ``start`` on, of MP3, AAC or FLAC, and where it begins. In
    bounded work."""
    tries = 0
    for at, block in _blocks(file, start, most_bytes):
        for match in _SYNC.finditer(block):
            tries += 1
            found = match.start()
            if match[0].startswith(b"fLaC"):
                return "flac", at + found
            frames = block[found : found + _LONGEST]
            if name := kind_of(frames, in_a_row=IN_A_ROW):
                return name, at + found
            if tries > _MOST_TRIES:
                return None
    return None


def _blocks(
    file: IO[bytes], start: int, most_bytes: int
) -> Iterator[tuple[int, bytes]]:
    """Overlapping by what it takes to know a stream."""
    for at in range(start, start + most_bytes, _BLOCK):
        file.seek(at)
        block = file.read(min(_BLOCK, start + most_bytes - at) + _LONGEST)
        if not block:
            return
        yield at, block


def _is_alike(first: bytes, other: bytes) -> bool:
    """Version and layer stay what they are in a stream."""
    return first[1] & 0xFE == other[1] & 0xFE


def _adts_length(data: bytes) -> int:
    if len(data) < 7 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        return 0
    if (data[2] >> 2) & 0xF > 12:
        return 0
    length = ((data[3] & 3) << 11) | (data[4] << 3) | (data[5] >> 5)
    return length if length > 7 else 0


def _mpeg_length(data: bytes) -> int:
    """Length in bytes of an MPEG audio frame of layer II or III, 0 when it is none."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return 0
    version = (data[1] >> 3) & 3  # 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
    layer = (data[1] >> 1) & 3  # 1: III, 2: II
    rate_index, rate = data[2] >> 4, (data[2] >> 2) & 3
    if version == 1 or layer not in (1, 2) or rate_index in (0, 15) or rate == 3:
        return 0
    if layer == 2 and version == 3:
        kbps = _RATES_1_2[rate_index]
    elif version == 3:
        kbps = _RATES_1_3[rate_index]
    else:
        kbps = _RATES_2_3[rate_index]
    hertz = _SAMPLE_RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    factor = 72 if layer == 1 and version != 3 else 144
    return factor * kbps * 1000 // hertz + ((data[2] >> 1) & 1)
