"""What a file is by its bytes; names and declared types are never believed.

Only these formats ever reach a demuxer, and only the demuxer named here: playlists,
SDP, concat lists, pictures and text have no entry, so FFmpeg's guessing is not in play.
"""

from dataclasses import dataclass
from typing import IO, Final

from transcription.pipeline.audio import frames, wav

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
_BLOCK: Final = 1 << 20
_MOST_TAGS: Final = 16
_TAG_HEAD: Final = 10
_MOST_TAG_BYTES: Final = 16 << 20  # with a cover picture of the best quality
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


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is, and where in it the demuxer is to begin.

    ``is_odd``: a browser may make nothing of its beginning. ``has_wrong_sizes``: the
    header of a WAV does not say where its sound is, ``wav.layout_of`` does.
    """

    media_format: str
    start: int = 0
    is_odd: bool = False
    has_wrong_sizes: bool = False


def sniff(file: IO[bytes]) -> Sniffed | None:
    """The format, or None when this is nothing that we decode. Moves in the file."""
    head = _read(file, 0, _HEAD_BYTES)
    if head[:4] in wav.MAGIC and head[8:12] == b"WAVE":
        layout = wav.layout_of(file)
        return Sniffed(
            "wav", has_wrong_sizes=layout is not None and not layout.is_plain
        )
    if name := _by_magic(head):
        return Sniffed(name)
    if head[4:8] == b"ftyp":
        return None  # a picture's
    if head[4:8] in _QUICKTIME_ATOMS | _FILLING_ATOMS and head[:1] <= b"\x7f":
        return _by_atoms(file)
    if head.startswith((b"ID3", b"APETAGEX")):
        return _behind_tags(file)
    if name := frames.kind_of(head.lstrip(b"\0")):
        return Sniffed(name)
    return _behind_rubbish(file, head)


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
    """ID3 tags may be as large as a cover picture, more than one, and of another size
    than they say."""
    at, is_as_it_should_be = _end_of_tags(file)
    found = _right_here(_read(file, at, _HEAD_BYTES)) if at else None
    if found in ("mp3", "flac") and is_as_it_should_be:  # demuxers know it
        return Sniffed(found)
    if found:
        return Sniffed(found, at, is_odd=True)
    # Rubbish there, or the size is wrong: what is sound may have begun before.
    stream = frames.first_in(file, _TAG_HEAD, _MOST_TAG_BYTES)
    return Sniffed(stream[0], stream[1], is_odd=True) if stream else None


def _end_of_tags(file: IO[bytes]) -> tuple[int, bool]:
    """Where they end by what they say, and whether that is a single one, well made."""
    at = count = 0
    is_well_made = True
    while count < _MOST_TAGS:
        head = _read(file, at, _TAG_HEAD)
        if len(head) < _TAG_HEAD or not head.startswith(b"ID3"):
            break
        if any(byte & 0x80 for byte in head[6:10]):
            is_well_made = False
            size = int.from_bytes(head[6:10], "big")
        else:
            size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]
        at += _TAG_HEAD + size + (_TAG_HEAD if head[5] & 0x10 else 0)
        count += 1
    return at, is_well_made and count == 1


def _right_here(head: bytes) -> str | None:
    """What begins with ``head``; taggers know every kind of file."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    return _by_magic(head) or frames.kind_of(head)


def _behind_rubbish(file: IO[bytes], head: bytes) -> Sniffed | None:
    """A stream that was cut anywhere, or stands behind what nobody knows."""
    if head.startswith(_NEVER_SEARCHED) or _is_text(head):
        return None
    at = _end_of_nothing(file) if not head.strip(b"\0") else 0
    found = frames.first_in(file, at, _HEAD_BYTES)
    return Sniffed(found[0], found[1], is_odd=True) if found else None


def _end_of_nothing(file: IO[bytes]) -> int:
    """How many zeros a file begins with, as far as it is looked at."""
    for at in range(0, _MOST_TAG_BYTES, _BLOCK):
        block = _read(file, at, _BLOCK)
        if rest := block.lstrip(b"\0"):
            return at + len(block) - len(rest)
        if len(block) < _BLOCK:
            break
    return 0


def _is_text(head: bytes) -> bool:
    start = head[:64]
    return bool(start) and all(32 <= byte < 127 or byte in b"\t\r\n" for byte in start)
