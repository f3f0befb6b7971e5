"""Every format that people upload, made here, decoded for real."""

import wave
from pathlib import Path

import av
import numpy as np
import pytest

from tests.transcription.pipeline.sounds import voice, write
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import DecodeLimits

LIMITS = DecodeLimits()

# name, codec, rate, channels, sniffed format, is there a playback copy
FORMATS = [
    ("a.wav", "pcm_s16le", 16_000, 1, "wav", False),
    ("a.wav", "pcm_alaw", 8000, 2, "wav", True),
    ("a.wav", "pcm_mulaw", 8000, 1, "wav", True),
    ("a.wav", "pcm_f32le", 44_100, 2, "wav", True),
    ("a.wav", "pcm_s16le", 96_000, 1, "wav", True),
    ("a.w64", "pcm_s16le", 16_000, 1, "w64", True),
    ("a.mp3", "libmp3lame", 44_100, 2, "mp3", False),
    ("a.m4a", "aac", 44_100, 2, "mp4", False),
    ("a.mp4", "aac", 48_000, 1, "mp4", False),
    ("a.ogg", "libopus", 48_000, 1, "ogg", True),
    ("a.opus", "libopus", 48_000, 2, "ogg", True),
    ("a.webm", "libopus", 48_000, 1, "matroska", True),
    ("a.flac", "flac", 22_050, 2, "flac", False),
    ("a.wma", "wmav2", 44_100, 1, "asf", True),
    ("a.amr", "libopencore_amrnb", 8000, 1, "amr", True),
    ("a.aac", "aac", 44_100, 1, "aac", True),
    ("a.avi", "libmp3lame", 44_100, 2, "avi", True),
    ("a.avi", "pcm_s16le", 16_000, 1, "avi", True),
    ("a.caf", "pcm_s16be", 44_100, 2, "caf", True),
    ("a.caf", "alac", 48_000, 1, "caf", True),
    ("a.3gp", "libopencore_amrnb", 8000, 1, "mp4", True),
    ("a.3gp", "aac", 44_100, 1, "mp4", False),
]
CONTAINERS = {"a.aac": "adts", "a.wma": "asf", "a.m4a": "ipod"}


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels", "media_format", "has_playback"), FORMATS
)
def test_it_decodes(
    tmp_path: Path,
    name: str,
    codec: str,
    rate: int,
    channels: int,
    media_format: str,
    has_playback: bool,
) -> None:
    voices = [voice(2.0, rate=rate, seed=seed) for seed in range(channels)]
    source = write(
        tmp_path / name, voices, rate=rate, codec=codec, container=CONTAINERS.get(name)
    )
    work_dir = tmp_path / "work"
    work_dir.mkdir()

    audio = decode_file(source, work_dir, LIMITS)

    assert audio.media_format == media_format
    assert audio.sample_rate == rate
    assert audio.channel_count == channels
    assert not audio.is_dual_mono
    assert [track.channel for track in audio.tracks] == (
        [None] if channels == 1 else [0, 1]
    )
    assert audio.duration_ms == pytest.approx(2000, abs=150)  # encoders pad
    for track in audio.tracks:
        samples = read_track(track.path)
        assert samples.size == track.sample_count
        assert 0.02 < float(np.abs(samples / 32768).mean()) < 0.2
    assert len(audio.waveform) == channels
    assert all(0 < len(peaks) <= 8000 for peaks in audio.waveform)
    assert all(0 <= peak <= 100 for peaks in audio.waveform for peak in peaks)
    assert max(audio.waveform[0]) > 20
    assert (audio.playback is not None) is has_playback
    if audio.playback is not None:
        _assert_browser_can_seek(audio.playback, channels)


def _assert_browser_can_seek(path: Path, channels: int) -> None:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name.startswith("mp3")
        assert stream.channels == channels
        assert stream.bit_rate == 64_000 * channels  # constant
        assert container.duration == pytest.approx(2_000_000, abs=200_000)


def test_each_channel_keeps_its_own_voice(tmp_path: Path) -> None:
    left, right = voice(2.0), np.zeros(32_000, np.float32)
    source = write(tmp_path / "call.wav", [left, right])
    audio = decode_file(source, tmp_path, LIMITS)
    first, second = (read_track(track.path) for track in audio.tracks)
    assert np.abs(first).max() > 5000
    assert np.abs(second).max() == 0
    assert np.abs(first / 32768 - left).max() < 1e-3


@pytest.mark.parametrize("count", [8, 16])
def test_the_same_sound_on_many_channels_is_one_track(
    tmp_path: Path, count: int
) -> None:
    samples = (np.stack([voice(1.0)] * count, axis=1) * 32_767).astype("<i2")
    source = tmp_path / "a.wav"
    with wave.open(str(source), "wb") as file:
        file.setnchannels(count)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples.tobytes())
    decoded = decode_file(source, tmp_path, LIMITS)
    assert (decoded.channel_count, len(decoded.tracks)) == (count, 1)
    mixed = read_track(decoded.tracks[0].path)
    assert np.abs(mixed - samples[:, 0].astype(np.int32)).max() <= 1


def test_a_recording_without_a_stated_duration_is_counted(tmp_path: Path) -> None:
    """What browsers record: WebM through a pipe, nothing written back to its head."""
    path = write(
        tmp_path / "a.webm", [voice(2.0, rate=48_000)], rate=48_000, codec="libopus"
    )
    data = path.read_bytes()
    at = data.find(b"\x44\x89\x88")  # Duration: its id, its size of 8, a double
    assert at > 0
    void = b"\xec\x89" + bytes(9)  # as many bytes of nothing
    path.write_bytes(data[:at] + void + data[at + len(void) :])
    audio = decode_file(path, tmp_path, LIMITS)
    assert audio.duration_ms == pytest.approx(2000, abs=100)
    assert audio.playback is not None


@pytest.mark.parametrize(
    ("head", "speech", "pause"),
    [
        (b"#!AMR\n", b"\x3c" + bytes(range(31)), b"\x44\1\2\3\4\5" + b"\x7c" * 7),
        (b"#!AMR-WB\n", b"\x44" + bytes(range(60)), b"\x7c" * 8),
        (
            b"#!AMR-WB\n",
            b"\x44" + bytes(range(60)),
            b"\x4c\1\2\3\4\5" + b"\x7c" * 7,
        ),
    ],
)
def test_pauses_that_a_phone_did_not_send_are_as_long_as_they_were(
    tmp_path: Path, head: bytes, speech: bytes, pause: bytes
) -> None:
    """DTX: a noise description, then frames of nothing, 20 ms each."""
    source = tmp_path / "a.amr"
    source.write_bytes(head + (speech * 8 + pause) * 5)
    audio = decode_file(source, tmp_path, LIMITS)
    assert audio.duration_ms == 5 * 16 * 20


def test_no_copy_is_made_when_nobody_will_listen(tmp_path: Path) -> None:
    source = write(tmp_path / "a.wav", [voice(1.0)], codec="pcm_mulaw")
    audio = decode_file(source, tmp_path, LIMITS, wants_playback=False)
    assert audio.playback is None


def test_peaks_of_a_long_recording_stay_few(tmp_path: Path) -> None:
    quiet, loud = 0.1 * voice(150.0), voice(150.0)
    source = write(tmp_path / "a.flac", [np.concatenate((quiet, loud))], codec="flac")
    audio = decode_file(source, tmp_path, LIMITS)
    (peaks,) = audio.waveform
    assert 4000 <= len(peaks) <= 8000
    half = len(peaks) // 2
    assert max(peaks[: half - 2]) < min(20, max(peaks[half + 2 :]))
