"""What a file is by its bytes; names and declared types are never believed.

Only these formats ever reach a demuxer, and only the demuxer named here: playlists,
SDP, concat lists, pictures and text have no entry, so FFmpeg's guessing is not in play.
"""

import struct
from dataclasses import dataclass
from typing import IO, Final

# Format name → FFmpeg demuxer.
DEMUXERS: Final[dict[str, str]] = {
    "wav": "wav",
    "w64": "w64",
    "mp3": "mp3",
    "mp4": "mov",
    "ogg": "ogg",
    "flac": "flac",
    "amr": "amr",
    "aac": "aac",
    "matroska": "matroska",
    "asf": "asf",
    "avi": "avi",
    "caf": "caf",
}
# A recording that neither FFmpeg nor a library that is looked after decodes.
SILK: Final = "silk"

_HEAD_BYTES: Final = 64 * 1024
_MOST_TAGS: Final = 16
_MOST_ATOMS: Final = 64
_W64_GUID = bytes.fromhex("726966662e91cf11a5d628db04c10000")
_ASF_GUID = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_PICTURE_BRANDS = {b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif"}
_QUICKTIME_ATOMS = {b"moov", b"mdat", b"pnot"}
# What may stand before them.
_FILLING_ATOMS = {b"free", b"skip", b"wide", b"uuid", b"udta"}
# Other people's files may hold a recording somewhere: an archive, a program, a page.
_NEVER_SEARCHED = (
    b"PK",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"RIFF",
    b"\x7fELF",
    b"MZ",
    b"\xd0\xcf\x11\xe0",
    b"SQLite",
    b"FLV",
    b"\xff\xfe",  # text as UTF-16
    b"\xfe\xff",
    b"\x02#!SILK",
)
_FRAMES_IN_A_ROW: Final = 4  # that make a recording of what begins with rubbish

# kbit/s by bitrate index, for (MPEG 1 layer III), (MPEG 2/2.5 layer III), and layer II.
_RATES_1_3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2_3 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_1_2 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_SAMPLE_RATES = (44_100, 48_000, 32_000)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is, and where in it the demuxer is to begin.

    ``is_odd``: a browser may make nothing of its beginning. ``has_wrong_sizes``: there
    is sound behind what the header calls its end.
    """

    media_format: str
    start: int = 0
    is_odd: bool = False
    has_wrong_sizes: bool = False


def sniff(file: IO[bytes]) -> Sniffed | None:
    """The format, or None when this is nothing that we decode. Moves in the file."""
    head = _read(file, 0, _HEAD_BYTES)
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return Sniffed("wav", has_wrong_sizes=_goes_on_behind_its_end(file))
    if name := _by_magic(head):
        return Sniffed(name)
    if head[4:8] == b"ftyp":
        return None  # a picture's
    if head[4:8] in _QUICKTIME_ATOMS | _FILLING_ATOMS and head[:1] <= b"\x7f":
        return _by_atoms(file)
    if head.startswith(b"ID3"):
        return _behind_tags(file)
    if name := _by_frames(head.lstrip(b"\0"), in_a_row=2):
        return Sniffed(name)
    return _behind_rubbish(head)


def known_but_not_read(file: IO[bytes]) -> str:
    """What a file is that ``sniff`` takes for nothing, so that people can be told what
    to do: ``silk`` (voice messages of WeChat and QQ) or nothing."""
    return SILK if b"#!SILK" in _read(file, 0, 7) else ""


def _read(file: IO[bytes], at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _by_magic(head: bytes) -> str | None:
    if head.startswith(_W64_GUID):
        return "w64"
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _PICTURE_BRANDS else "mp4"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "amr"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if head.startswith(b"caff\x00\x01"):
        return "caf"
    return "asf" if head.startswith(_ASF_GUID) else None


def _by_atoms(file: IO[bytes]) -> Sniffed | None:
    """QuickTime without ``ftyp`` in front: an atom that only fills may come first."""
    at = 0
    for number in range(_MOST_ATOMS):
        head = _read(file, at, 16)
        if head[4:8] == b"ftyp":
            is_picture = head[8:12] in _PICTURE_BRANDS
            return None if is_picture else Sniffed("mp4", is_odd=True)
        if head[4:8] in _QUICKTIME_ATOMS:
            return Sniffed("mp4", is_odd=number > 0)
        if len(head) < 8 or head[4:8] not in _FILLING_ATOMS:
            return None
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size < 8:  # up to the end, or nonsense
            return None
        at += size
    return None


def _behind_tags(file: IO[bytes]) -> Sniffed | None:
    """ID3 tags may be as large as a cover picture, and more than one."""
    at = count = 0
    while count < _MOST_TAGS:
        head = _read(file, at, 10)
        if not head.startswith(b"ID3"):
            break
        if len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
            return None
        size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]
        at += 10 + size + (10 if head[5] & 0x10 else 0)
        count += 1
    found = _behind_rubbish(_read(file, at, _HEAD_BYTES), is_tagged=True)
    if found is None:
        return None
    if count == 1 and found.start == 0 and found.media_format != "aac":
        return Sniffed(found.media_format)  # as it should be, and demuxers know it
    return Sniffed(found.media_format, at + found.start, is_odd=True)


def _behind_rubbish(head: bytes, *, is_tagged: bool = False) -> Sniffed | None:
    """A stream that was cut anywhere, or stands behind what nobody knows."""
    if head.startswith(_NEVER_SEARCHED) or _is_text(head):
        return None
    padding = len(head) - len(head.lstrip(b"\0"))
    if is_tagged:  # which is some evidence
        if head[padding:].startswith(b"fLaC"):
            return Sniffed("flac", padding)
        if name := _by_frames(head[padding:], in_a_row=2):
            return Sniffed(name, padding, is_odd=padding > 0)
    at = head.find(b"\xff")
    while at >= 0:
        if name := _by_frames(head[at:], in_a_row=_FRAMES_IN_A_ROW):
            return Sniffed(name, at, is_odd=True)
        at = head.find(b"\xff", at + 1)
    return None


def _is_text(head: bytes) -> bool:
    start = head[:64]
    return bool(start) and all(32 <= byte < 127 or byte in b"\t\r\n" for byte in start)


def _goes_on_behind_its_end(file: IO[bytes]) -> bool:
    """Whether a WAV holds sound behind the end of its data as the header has it: the
    recorder was stopped, or counts in 32 bits and had more than 4 GB. What is no chain
    of chunks up to the end of the file is sound."""
    length = file.seek(0, 2)
    at, is_behind_data = 12, False
    size_64: int | None = None
    for _ in range(_MOST_ATOMS):
        head = _read(file, at, 8)
        if len(head) < 8:
            return False
        name, size = struct.unpack("<4sI", head)
        if not all(32 <= byte < 127 for byte in name):
            return is_behind_data
        if is_behind_data and at + 8 + size > length:
            return True
        if name == b"ds64" and _read(file, 0, 4) != b"RIFF":
            size_64 = int.from_bytes(_read(file, at + 16, 8), "little")
        if name == b"data":
            if size == 0xFFFFFFFF and size_64 is not None:
                size = min(size_64, length)
            elif size in (0, 0xFFFFFFFF):
                return False  # FFmpeg knows these
            is_behind_data = True
        at += 8 + size + size % 2
    return False


def _by_frames(data: bytes, *, in_a_row: int) -> str | None:
    """MP3 and ADTS have no magic: headers in a row, each a frame's length apart. A file
    that ends with a whole frame may have fewer."""
    for name, length_of in (("aac", _adts_length), ("mp3", _mpeg_length)):
        at = count = 0
        while count < in_a_row and (length := length_of(data[at : at + 8])):
            if count and not _is_alike(data[:4], data[at : at + 4]):
                break
            at, count = at + length, count + 1
        if count == in_a_row or (count and len(data) < at + 4 and in_a_row == 2):
            return name
    return None


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
