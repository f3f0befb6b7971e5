"""The first bytes decide, not the name."""

import pytest

from transcription.pipeline.audio.sniff import DEMUXERS, sniff

MP3_FRAME = bytes.fromhex("fffb9064") + bytes(413)  # 128 kbit/s, 44.1 kHz: 417 bytes
ADTS_FRAME = bytes.fromhex("fff15080") + bytes([0x02, 0x1F, 0xFC]) + bytes(9)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "wav"),
        (bytes.fromhex("726966662e91cf11a5d628db04c10000"), "w64"),
        (MP3_FRAME * 3, "mp3"),
        (bytes(100) + MP3_FRAME * 3, "mp3"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x05TITLE" + MP3_FRAME * 2, "mp3"),
        (b"ID3\x04\x00\x00\x00\x7f\x7f\x7f" + bytes(5000), "mp3"),
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
    ],
)
def test_it_knows_recordings(head: bytes, name: str) -> None:
    assert sniff(head) == name
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
        b"RIFF\x24\x00\x00\x00AVI LIST",
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
        bytes(1000),
    ],
)
def test_everything_else_is_nothing(head: bytes) -> None:
    assert sniff(head) is None


def test_one_lonely_frame_header_in_noise_is_not_an_mp3() -> None:
    assert sniff(MP3_FRAME[:4] + bytes(2000)) is None
