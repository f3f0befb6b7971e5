"""The sound of a WAV is found whatever its header says, in bounded work."""

import io
import itertools
import struct
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.pipeline.sounds import voice
from transcription.engine.base import EngineError, ErrorCode
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.wav import Pieces, layout_of
from transcription.pipeline.types import DecodeLimits

LIMITS = DecodeLimits()
RATE = 16_000
SOUND = (voice(4.0) * 32_767).astype("<i2")
BYTES = SOUND.tobytes()
GUID = struct.pack("<H", 1) + bytes.fromhex("000000001000800000aa00389b71")


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body


def shape(tag: int = 1, bits: int = 16, more: bytes = b"", rate: int = RATE) -> bytes:
    values = struct.pack("<HHIIHH", tag, 1, rate, 2 * rate, 2, bits)
    return chunk(b"fmt ", values + more)


def extended(mask: int, valid: int = 16, guid: bytes = GUID) -> bytes:
    return shape(0xFFFE, more=struct.pack("<HHI", 22, valid, mask) + guid)


def wav(*chunks: bytes, magic: bytes = b"RIFF") -> bytes:
    return chunk(magic, b"WAVE" + b"".join(chunks))


def in_pieces(*sizes: int) -> list[bytes]:
    cuts = [0, *np.cumsum(sizes).tolist(), len(BYTES)]
    pairs = itertools.pairwise(cuts)
    return [chunk(b"data", BYTES[one:other]) for one, other in pairs]


WHOLE = chunk(b"data", BYTES)
ONE, OTHER = in_pieces(50_000)


@pytest.mark.parametrize(
    "content",
    [
        wav(shape(), ONE, OTHER),
        wav(shape(), ONE, chunk(b"LIST", b"INFO"), OTHER),
        wav(shape(), ONE) + wav(shape(), OTHER),
        b"".join(wav(shape(), part) for part in in_pieces(20_000, 30_000, 40_000)),
        wav(chunk(b"junk", bytes(28)), shape(), WHOLE, magic=b"RF64"),
        wav(shape(), b"data" + b"\xff" * 4 + BYTES, magic=b"BW64"),
        wav(shape(bits=0), WHOLE),
        wav(extended(0), WHOLE),
        wav(extended(0xFFFFFFFF), WHOLE),
        wav(extended(3, valid=0), WHOLE),
        wav(extended(4, guid=bytes(16)), WHOLE),
        wav(shape(0xFFFE, more=b"\0\0"), WHOLE),
        wav(chunk(b"junk", b"") * 1_000_000, shape(), WHOLE),
        wav(shape(), WHOLE, chunk(b"junk", b"") * 1_000_000),
        wav(WHOLE, shape()),
    ],
    ids=[
        "two chunks",
        "notes between",
        "joined",
        "four joined",
        "no ds64",
        "no sizes",
        "no bits",
        "no mask",
        "every loudspeaker",
        "no valid bits",
        "no kind",
        "no extension",
        "empty chunks before",
        "empty chunks behind",
        "sound first",
    ],
)
def test_all_of_its_sound_is_there(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "a.wav"
    source.write_bytes(content)
    audio = decode_file(source, tmp_path, LIMITS)
    assert np.array_equal(read_track(audio.tracks[0].path), SOUND)


def test_another_kind_of_sound_behind_it_is_no_noise(tmp_path: Path) -> None:
    source = tmp_path / "a.wav"
    source.write_bytes(wav(shape(), ONE) + wav(shape(rate=8000), OTHER))
    audio = decode_file(source, tmp_path, LIMITS)
    assert np.array_equal(read_track(audio.tracks[0].path), SOUND[:25_000])


def test_more_chunks_than_anybody_walks_are_an_error(tmp_path: Path) -> None:
    source = tmp_path / "a.wav"
    source.write_bytes(wav(chunk(b"junk", b"ab") * 200_000, shape(), WHOLE))
    with pytest.raises(EngineError) as caught:
        decode_file(source, tmp_path, LIMITS)
    assert (caught.value.code, caught.value.detail) == (
        ErrorCode.CORRUPT_AUDIO,
        "chunks",
    )


def test_an_empty_wav_has_no_layout() -> None:
    assert layout_of(io.BytesIO(wav())) is None
    assert layout_of(io.BytesIO(wav(shape()))) is None


def test_pieces_are_one_file() -> None:
    file = Pieces(io.BytesIO(b"0123456789"), b"head", ((1, 3), (6, 0), (7, 2)))
    assert file.read() == b"head12378"
    assert file.seek(-3, 2) == 6
    assert (file.read(2), file.tell()) == (b"37", 8)
    assert file.seek(3) == 3
    assert file.read(3) == b"d12"
    assert (file.seek(50), file.read(4)) == (50, b"")
