"""What a file is by its first bytes; names and declared types are never believed.

Only these formats ever reach a demuxer, and only the demuxer named here: playlists,
SDP, concat lists, pictures and text have no entry, so FFmpeg's guessing is not in play.
"""

from typing import Final

HEAD_BYTES: Final = 64 * 1024

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
}

_W64_GUID = bytes.fromhex("726966662e91cf11a5d628db04c10000")
_ASF_GUID = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_PICTURE_BRANDS = {b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif"}
_QUICKTIME_ATOMS = {b"moov", b"mdat", b"wide", b"pnot"}

# kbit/s by bitrate index, for (MPEG 1 layer III), (MPEG 2/2.5 layer III), and layer II.
_RATES_1_3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_RATES_2_3 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_1_2 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_SAMPLE_RATES = (44_100, 48_000, 32_000)


def sniff(head: bytes) -> str | None:
    """The format's name, or None when this is nothing that we decode.

    ``head`` is the beginning of the file, ``HEAD_BYTES`` of it where there are as many.
    """
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(_W64_GUID):
        return "w64"
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _PICTURE_BRANDS else "mp4"
    if head[4:8] in _QUICKTIME_ATOMS and head[:1] <= b"\x7f":
        return "mp4"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "amr"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head.startswith(_ASF_GUID):
        return "asf"
    if head.startswith(b"ID3"):
        return _behind_id3(head)
    return _by_frames(head.lstrip(b"\0"))


def _behind_id3(head: bytes) -> str | None:
    if len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return None
    size = (head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]
    rest = head[10 + size :].lstrip(b"\0")
    if rest.startswith(b"fLaC"):
        return "flac"
    # A large cover picture fills the head; ID3 in front of anything else is rare.
    return "mp3" if len(rest) < 4 else _by_frames(rest)


def _by_frames(data: bytes) -> str | None:
    """MP3 and ADTS have no magic: two headers in a row, a frame's length apart."""
    for name, length_of in (("aac", _adts_length), ("mp3", _mpeg_length)):
        length = length_of(data)
        if not length:
            continue
        if len(data) < length + 4 or length_of(data[length : length + 8]):
            return name
    return None


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
