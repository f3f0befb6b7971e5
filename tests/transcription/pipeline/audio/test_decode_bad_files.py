"""Files that are broken, hostile or not audio: a code, and nothing left behind."""

import os
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.pipeline.sounds import silence, voice, write
from transcription.engine.base import EngineError, ErrorCode
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import DecodeLimits

ODD = Path("/work/shared/data/odd")
LIMITS = DecodeLimits()


@pytest.fixture
def work_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def refused(source: Path, work_dir: Path, limits: DecodeLimits = LIMITS) -> ErrorCode:
    with pytest.raises(EngineError) as caught:
        decode_file(source, work_dir, limits)
    assert list(work_dir.iterdir()) == []
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("zero.wav", b"", ErrorCode.EMPTY_FILE),
        ("text.mp3", b"this is not audio\n" * 50, ErrorCode.UNSUPPORTED_FORMAT),
        ("photo.wav", b"\x89PNG\r\n\x1a\n" + bytes(99), ErrorCode.UNSUPPORTED_FORMAT),
        (
            "list.m4a",
            b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/passwd\n",
            ErrorCode.UNSUPPORTED_FORMAT,
        ),
        (
            "session.wav",
            b"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 5004 RTP/AVP 0\r\n",
            ErrorCode.UNSUPPORTED_FORMAT,
        ),
        (
            "list.ogg",
            b"ffconcat version 1.0\nfile '/etc/passwd'\n",
            ErrorCode.UNSUPPORTED_FORMAT,
        ),
        ("headless.wav", b"RIFF\x24\0\0\0WAVE", ErrorCode.CORRUPT_AUDIO),
        ("rubbish.ogg", b"OggS" + os.urandom(5000), ErrorCode.CORRUPT_AUDIO),
        ("rubbish.m4a", b"\0\0\0\x20ftypM4A " + bytes(99), ErrorCode.CORRUPT_AUDIO),
        (
            "rubbish.wma",
            bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(99),
            ErrorCode.CORRUPT_AUDIO,
        ),
    ],
)
def test_it_says_what_is_wrong(
    tmp_path: Path, work_dir: Path, name: str, content: bytes, code: ErrorCode
) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    assert refused(source, work_dir) == code


def test_a_voice_message_of_wechat_is_called_by_its_name(tmp_path: Path) -> None:
    source = tmp_path / "a.silk"
    source.write_bytes(b"\x02#!SILK_V3" + bytes(100))
    with pytest.raises(EngineError) as caught:
        decode_file(source, tmp_path, LIMITS)
    assert (caught.value.code, caught.value.detail) == ("unsupported_format", "silk")


def test_a_header_without_samples_is_an_empty_file(
    tmp_path: Path, work_dir: Path
) -> None:
    source = tmp_path / "a.wav"
    with wave.open(str(source), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    assert refused(source, work_dir) == ErrorCode.EMPTY_FILE


def test_a_truncated_file_gives_what_it_has(tmp_path: Path, work_dir: Path) -> None:
    source = write(tmp_path / "a.wav", [voice(4.0)])
    data = source.read_bytes()
    source.write_bytes(data[: len(data) // 2])
    audio = decode_file(source, work_dir, LIMITS)
    assert audio.duration_ms == pytest.approx(2000, abs=10)


def test_a_lying_header_gets_a_copy_that_browsers_can_seek_in(
    tmp_path: Path, work_dir: Path
) -> None:
    source = write(tmp_path / "a.flac", [voice(4.0)], codec="flac")
    data = bytearray(source.read_bytes())
    data[22:26] = (10 * 3600 * 16_000).to_bytes(4, "big")  # "ten hours of samples"
    source.write_bytes(data)
    audio = decode_file(source, work_dir, LIMITS)
    assert audio.duration_ms == pytest.approx(4000, abs=10)
    assert audio.playback is not None
    assert audio.playback.stat().st_size == pytest.approx(4 * 8000, rel=0.1)


def test_a_bitten_mp3_gives_what_it_has(tmp_path: Path, work_dir: Path) -> None:
    source = write(tmp_path / "a.mp3", [voice(4.0)], codec="libmp3lame")
    data = bytearray(source.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 600] = bytes(600)
    source.write_bytes(data[:-200])
    audio = decode_file(source, work_dir, LIMITS)
    assert 3000 < audio.duration_ms < 4200


def test_a_film_without_sound_has_no_audio(tmp_path: Path, work_dir: Path) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        picture = np.zeros((32, 32, 3), np.uint8)
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    assert refused(path, work_dir) == ErrorCode.NO_AUDIO


def test_a_small_file_that_unpacks_to_hours_is_stopped(
    tmp_path: Path, work_dir: Path
) -> None:
    minutes = [silence(60.0, rate=8000)] * 10
    source = write(
        tmp_path / "bomb.flac", [np.concatenate(minutes)], rate=8000, codec="flac"
    )
    assert source.stat().st_size < 150_000
    limits = DecodeLimits(max_duration_ms=60_000)
    assert refused(source, work_dir, limits) == ErrorCode.TOO_LONG


def test_too_many_channels_are_refused(tmp_path: Path, work_dir: Path) -> None:
    source = write(tmp_path / "a.wav", [voice(0.5, seed=seed) for seed in range(6)])
    limits = DecodeLimits(max_channels=4)
    assert refused(source, work_dir, limits) == ErrorCode.TOO_MANY_CHANNELS


def test_a_rate_beyond_reason_is_refused(tmp_path: Path, work_dir: Path) -> None:
    source = write(tmp_path / "a.wav", [voice(0.1, rate=384_000)], rate=384_000)
    assert refused(source, work_dir) == ErrorCode.UNSUPPORTED_FORMAT


def test_a_rate_of_one_a_second_is_refused(tmp_path: Path, work_dir: Path) -> None:
    source = write(tmp_path / "a.wav", [voice(2.0)])
    content = bytearray(source.read_bytes())
    content[24:28] = (1).to_bytes(4, "little")
    source.write_bytes(content)
    assert refused(source, work_dir) == ErrorCode.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("tag", [0xFFFF, 0x0000])
def test_a_codec_that_nobody_knows_is_refused(
    tmp_path: Path, work_dir: Path, tag: int
) -> None:
    source = write(tmp_path / "a.wav", [voice(0.5)])
    content = bytearray(source.read_bytes())
    content[20:22] = tag.to_bytes(2, "little")
    source.write_bytes(content)
    assert refused(source, work_dir) in (
        ErrorCode.UNSUPPORTED_FORMAT,
        ErrorCode.CORRUPT_AUDIO,
    )


def test_noise_behind_a_wma_header_is_damage_and_not_the_disks_fault(
    tmp_path: Path, work_dir: Path
) -> None:
    source = tmp_path / "a.wma"
    head = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
    source.write_bytes(head + np.random.default_rng(4).bytes(20_000))
    assert refused(source, work_dir) == ErrorCode.CORRUPT_AUDIO


def test_too_little_memory_ends_in_a_code(tmp_path: Path, work_dir: Path) -> None:
    source = write(tmp_path / "a.mp3", [voice(1.0)], codec="libmp3lame")
    limits = DecodeLimits(memory_bytes=64 * 2**20)
    assert refused(source, work_dir, limits) == ErrorCode.DECODE_LIMIT


def test_too_little_time_ends_in_a_code(tmp_path: Path, work_dir: Path) -> None:
    source = write(tmp_path / "a.flac", [silence(1200.0)], codec="flac")
    limits = DecodeLimits(cpu_seconds=0, wall_seconds=60)
    assert refused(source, work_dir, limits) == ErrorCode.DECODE_LIMIT


def test_whoever_waits_may_stop_it(
    tmp_path: Path, work_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcription.pipeline.audio.decode._WAIT_SECONDS", 0.01)
    source = write(tmp_path / "a.wav", [voice(1.0)])

    def stop() -> None:
        raise KeyError("canceled")

    with pytest.raises(KeyError):
        decode_file(source, work_dir, LIMITS, on_wait=stop)
    assert list(work_dir.iterdir()) == []


def test_a_full_disk_is_not_the_recordings_fault(tmp_path: Path) -> None:
    source = write(tmp_path / "a.wav", [voice(1.0)])
    if os.geteuid() == 0:
        folder = Path("/proc/self")  # nobody can write there
    else:
        folder = tmp_path / "work"
        folder.mkdir(mode=0o500)
    with pytest.raises(EngineError) as caught:
        decode_file(source, folder, LIMITS)
    assert caught.value.code == ErrorCode.STORAGE_FAILED
    assert not caught.value.permanent


@pytest.mark.skipif(not ODD.is_dir(), reason="the shared odd files are not here")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.wav", ErrorCode.EMPTY_FILE),
        ("zero_bytes.wav", ErrorCode.EMPTY_FILE),
        ("text_named.mp3", ErrorCode.UNSUPPORTED_FORMAT),
        ("truncated.wav", None),
        ("silence_4s.wav", None),
        ("noise_6s.wav", None),
        ("clipped_48k.wav", None),
        ("dual_mono.wav", None),
        ("very_short_120ms.wav", None),
    ],
)
def test_the_shared_odd_files(
    work_dir: Path, name: str, code: ErrorCode | None
) -> None:
    if code is not None:
        assert refused(ODD / name, work_dir) == code
        return
    audio = decode_file(ODD / name, work_dir, LIMITS)
    assert audio.duration_ms > 100
    assert audio.is_dual_mono is (name == "dual_mono.wav")


def test_hours_of_silence_stop_before_the_disk_is_full(
    tmp_path: Path, work_dir: Path
) -> None:
    minutes = [silence(60.0, rate=8000)] * 10
    source = write(
        tmp_path / "bomb.flac", [np.concatenate(minutes)], rate=8000, codec="flac"
    )
    free = shutil.disk_usage(work_dir).free
    limits = DecodeLimits(keep_free_bytes=free - 5 * 2**20)  # it needs 19 MB
    with pytest.raises(EngineError) as caught:
        decode_file(source, work_dir, limits)
    assert caught.value.code == ErrorCode.DISK_FULL
    assert not caught.value.permanent
    assert list(work_dir.iterdir()) == []
