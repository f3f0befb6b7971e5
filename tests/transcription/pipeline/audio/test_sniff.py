"""The bytes decide, not the name."""

import io
import struct

import numpy as np
import pytest

from transcription.pipeline.audio.sniff import DEMUXERS, Sniffed, sniff

MP3_FRAME = bytes.fromhex("fffb9064") + bytes(413)  # 128 kbit/s, 44.1 kHz: 417 bytes
ADTS_FRAME = bytes.fromhex("fff15080") + bytes([0x02, 0x1F, 0xFC]) + bytes(9)
NOISE = np.random.default_rng(1).bytes(300)
PICTURE = np.random.default_rng(2).bytes(300_000)


def tag(size: int) -> bytes:
    """An ID3 tag, as large as a cover picture if need be."""
    sizes = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + sizes + bytes(size)


def lying_tag(said: bytes, size: int) -> bytes:
    """One of another size than it says."""
    return b"ID3\x04\x00\x00" + said + PICTURE[:size]


def atom(name: bytes, size: int = 64) -> bytes:
    return struct.pack(">I4s", size, name) + bytes(size - 8)


SHAPE = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16)


def wav(data: bytes, said: int, *, behind: bytes = b"") -> bytes:
    """With a data chunk of which the header says that it has ``said`` bytes."""
    body = b"WAVE" + SHAPE + struct.pack("<4sI", b"data", said) + data + behind
    return struct.pack("<4sI", b"RIFF", len(body)) + body


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "wav"),
        (bytes.fromhex("726966662e91cf11a5d628db04c10000"), "w64"),
        (MP3_FRAME * 3, "mp3"),
        (bytes(100) + MP3_FRAME * 3, "mp3"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x05TITLE" + MP3_FRAME * 2, "mp3"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x05TITLEfLaC\x00", "flac"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00", "mp4"),
        (b"\x00\x00\x00\x18ftyp3gp4", "mp4"),
        (b"\x00\x00\x02\x00moov", "mp4"),
        (b"OggS\x00\x02", "ogg"),
        (b"fLaC\x00\x00\x00\x22", "flac"),
        (b"#!AMR\n\x3c", "amr"),
        (b"#!AMR-WB\n\x3c", "amr"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81", "matroska"),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "asf"),
        (ADTS_FRAME * 4, "aac"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "avi"),
        (b"caff\x00\x01\x00\x00desc", "caf"),
    ],
)
def test_it_knows_recordings(head: bytes, name: str) -> None:
    found = sniff(io.BytesIO(head))
    assert found is not None
    assert found.media_format == name
    assert name in DEMUXERS


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x00",
        b"\xff",
        b"\xff\xfb",
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(500),
        b"GIF89a" + bytes(20),
        b"RIFF\x24\x00\x00\x00WEBPVP8 ",
        b"\x02#!SILK_V3" + bytes(50),
        b"\x00\x00\x00\x20ftypheic",
        b"\x00\x00\x00\x20ftypavif",
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"this is not audio\n" * 50,
        b"\xff\xfet\x00e\x00x\x00t\x00" * 200,  # UTF-16
        b"%PDF-1.7\n",
        b"PK\x03\x04" + bytes(30),
        b"#!/bin/sh\n",
        b"ID3",
        b"ID3\x04\x00\x00\x00\x00\x00\x05TITLE<html><body>",
        b"ID3\x04\x00\x00\x00\x7f\x7f\x7f" + bytes(5000),  # nothing behind the tag
        b"PK\x03\x04" + bytes(30) + MP3_FRAME * 9,  # an archive of recordings
        b"%PDF-1.7\n" + MP3_FRAME * 9,
        b"<html><body>" + b" " * 60 + MP3_FRAME * 9,
        atom(b"free") + atom(b"junk"),
        atom(b"free") + b"\x00\x00\x00\x20ftypheic",
        struct.pack(">I4s", 1, b"skip") + bytes(8) + b"\x00\x00\x00\x20ftypM4A ",
        bytes(1000),
    ],
)
def test_everything_else_is_nothing(head: bytes) -> None:
    assert sniff(io.BytesIO(head)) is None


def test_one_lonely_frame_header_in_noise_is_not_an_mp3() -> None:
    assert sniff(io.BytesIO(MP3_FRAME[:4] + bytes(2000))) is None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        # As tags and streams should be: the demuxer gets the file as it is.
        (tag(5) + MP3_FRAME * 4, Sniffed("mp3")),
        (tag(90_000) + MP3_FRAME * 4, Sniffed("mp3")),
        # What browsers and demuxers stumble over.
        (tag(20) + tag(30) + MP3_FRAME * 4, Sniffed("mp3", 70, is_odd=True)),
        (tag(90_000) + ADTS_FRAME * 4, Sniffed("aac", 90_010, is_odd=True)),
        (NOISE + MP3_FRAME * 5, Sniffed("mp3", 300, is_odd=True)),
        (b"\1" * 317 + MP3_FRAME * 5, Sniffed("mp3", 317, is_odd=True)),
        (tag(9) + NOISE + MP3_FRAME * 5, Sniffed("mp3", 319, is_odd=True)),
        (NOISE + ADTS_FRAME * 5, Sniffed("aac", 300, is_odd=True)),
        # Tags of another size than they say: beyond the file, into the sound, less
        # than a picture, nothing, and not written as seven bits each.
        (
            lying_tag(b"\x7f" * 4, 50) + MP3_FRAME * 5,
            Sniffed("mp3", 60, is_odd=True),
        ),
        (
            lying_tag(b"\0\0\x08\0", 50) + MP3_FRAME * 20,
            Sniffed("mp3", 60, is_odd=True),
        ),
        (
            lying_tag(b"\0\0\0\x10", 300_000) + MP3_FRAME * 5,
            Sniffed("mp3", 300_010, is_odd=True),
        ),
        (
            lying_tag(b"\0\0\0\0", 90_000) + ADTS_FRAME * 5,
            Sniffed("aac", 90_010, is_odd=True),
        ),
        (
            lying_tag(b"\0\0\0\xc8", 200) + MP3_FRAME * 5,
            Sniffed("mp3", 210, is_odd=True),
        ),
        (
            lying_tag(b"\x7f" * 4, 50) + b"fLaC\0\0\0\x22",
            Sniffed("flac", 60, is_odd=True),
        ),
        (
            b"APETAGEX" + PICTURE[:90_000] + MP3_FRAME * 5,
            Sniffed("mp3", 90_008, is_odd=True),
        ),
        (tag(5) + wav(bytes(9), 9), Sniffed("wav", 15, is_odd=True)),
        (tag(5) + b"\0\0\0\x20ftypM4A ", Sniffed("mp4", 15, is_odd=True)),
        (bytes(3_000_000) + MP3_FRAME * 5, Sniffed("mp3", 3_000_000, is_odd=True)),
        (atom(b"skip") + atom(b"moov"), Sniffed("mp4", is_odd=True)),
        (atom(b"free") + atom(b"wide", 8) + atom(b"mdat"), Sniffed("mp4", is_odd=True)),
        (
            atom(b"uuid", 200_000) + b"\x00\x00\x00\x20ftypM4A ",
            Sniffed("mp4", is_odd=True),
        ),
    ],
)
def test_it_finds_where_the_recording_begins(content: bytes, found: Sniffed) -> None:
    assert sniff(io.BytesIO(content)) == found


@pytest.mark.parametrize(
    ("content", "is_wrong"),
    [
        (wav(bytes(100), 100), False),
        (wav(bytes(100), 100, behind=b"LIST\x04\0\0\0INFO"), False),
        (wav(bytes(101), 101, behind=b"\0LIST\x04\0\0\0INFO"), False),
        (wav(bytes(100), 0xFFFFFFFF), False),
        (wav(bytes(100), 5000), False),  # cut off: it ends where it ends
        (wav(NOISE, 100), True),
        (wav(bytes(100), 100, behind=b"data\x04\0\0\0abcd"), True),
        (wav(bytes(100), 100) + wav(bytes(100), 100), True),
        (wav(bytes(100), 100).replace(b"RIFF", b"RF64"), True),  # and no ds64
        (wav(bytes(100), 100).replace(b"\x10\0data", b"\0\0data"), True),  # no bits
        (wav(bytes(100), 100).replace(SHAPE, b"junk\0\0\0\0" * 70 + SHAPE), True),
        (wav(b"\1\2" * 50 + b"quiet voices" * 9, 100), True),  # letters, but no chunk
    ],
)
def test_it_sees_sound_behind_the_end_in_the_header(
    content: bytes, is_wrong: bool
) -> None:
    found = sniff(io.BytesIO(content))
    assert found is not None
    assert found.has_wrong_sizes is is_wrong


def test_noise_is_hardly_ever_a_recording() -> None:
    random = np.random.default_rng(0)
    assert all(sniff(io.BytesIO(random.bytes(70_000))) is None for _ in range(20))
