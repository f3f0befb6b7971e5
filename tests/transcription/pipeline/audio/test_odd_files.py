"""Files that hold more, begin elsewhere or are louder than their header lets expect."""

import wave
from pathlib import Path

import numpy as np
import pytest

from tests.transcription.pipeline.sounds import (
    Floats,
    Stretch,
    silence,
    voice,
    write,
    write_tracks,
)
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import (
    TOO_QUIET,
    TRACKS_LEFT_OUT,
    DecodedAudio,
    DecodeLimits,
    level_in,
)

LIMITS = DecodeLimits()
RATE = 16_000
TAG = b"ID3\x04\x00\x00\x00\x00\x00\x14" + bytes(20)


def level(audio: DecodedAudio, index: int = 0) -> float:
    """The loudest sample, of 1."""
    return float(np.abs(read_track(audio.tracks[index].path).astype(int)).max() / 32768)


def in_turns(count: int, *, rate: int = 16_000) -> list[Floats]:
    """So many voices, a second each, one after the other."""
    lines = []
    for index in range(count):
        parts = [silence(1.0, rate=rate)] * count
        parts[index] = voice(1.0, rate=rate, seed=index)
        lines.append(np.concatenate(parts))
    return lines


def write_wav(path: Path, lines: list[Floats], factor: float = 1.0) -> Path:
    samples = np.rint(np.stack(lines, axis=1) * factor * 32_767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((len(lines), 2, 16_000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


def test_a_wav_is_read_to_its_end_whatever_its_header_says(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", [voice(10.0)])
    content = bytearray(source.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = (64_000).to_bytes(4, "little")  # two seconds
    source.write_bytes(content)
    audio = decode_file(source, tmp_path, LIMITS)
    assert audio.duration_ms == 10_000
    assert audio.playback is not None  # browsers believe the header


def test_what_follows_the_sound_of_a_wav_is_not_played(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", [voice(2.0)])
    notes = b"LIST" + (40_000).to_bytes(4, "little") + bytes(range(250)) * 160
    source.write_bytes(source.read_bytes() + notes)
    audio = decode_file(source, tmp_path, LIMITS)
    assert audio.duration_ms == 2000
    assert audio.playback is None


@pytest.mark.parametrize(
    ("name", "codec", "container"),
    [("a.mp3", "libmp3lame", None), ("a.aac", "aac", "adts")],
)
@pytest.mark.parametrize(
    "front",
    [TAG + TAG, TAG * 2 + b"\0" * 90, bytes(range(1, 256)), TAG[:6] + b"\0\6\0\0"],
)
def test_a_stream_is_found_behind_what_stands_before_it(
    tmp_path: Path, name: str, codec: str, container: str | None, front: bytes
) -> None:
    source = write(tmp_path / name, [voice(3.0)], codec=codec, container=container)
    if front.startswith(TAG[:6] + b"\0\6"):  # a cover picture of 98 KB
        front += np.random.default_rng(0).bytes(6 << 14)
    source.write_bytes(front + source.read_bytes())
    audio = decode_file(source, tmp_path, LIMITS)
    assert audio.media_format == name[2:]
    assert audio.duration_ms == pytest.approx(3000, abs=150)
    assert level(audio) > 0.2


@pytest.mark.parametrize("cut", [500, 1200, 5000])
def test_a_stream_that_begins_inside_a_frame(tmp_path: Path, cut: int) -> None:
    source = write(tmp_path / "a.mp3", [voice(3.0)], codec="libmp3lame")
    source.write_bytes(source.read_bytes()[cut:])
    audio = decode_file(source, tmp_path, LIMITS)
    assert 1000 < audio.duration_ms < 3100
    assert audio.playback is not None


def test_each_sound_track_is_a_channel(tmp_path: Path) -> None:
    one, other = in_turns(2, rate=48_000)
    tracks = [[Stretch(0.0, one)], [Stretch(0.0, other[:-30_000])]]
    source = write_tracks(tmp_path / "a.mp4", tracks)
    audio = decode_file(source, tmp_path, LIMITS)
    assert [track.channel for track in audio.tracks] == [0, 1]
    assert audio.channel_count == len(audio.waveform) == 2
    assert audio.playback is not None  # a browser plays the first alone
    first, second = (read_track(track.path) for track in audio.tracks)
    assert first.size == second.size
    assert np.abs(first[:14_000]).max() > 3000 > np.abs(second[:14_000]).max()
    assert np.abs(second[18_000:]).max() > 3000 > np.abs(first[18_000:]).max()


@pytest.mark.parametrize("number", [0, 1])
def test_a_track_that_nobody_can_decode_is_left_out(
    tmp_path: Path, number: int
) -> None:
    """A telephone's spatial sound beside the one for everybody, in either order."""
    tracks = [[Stretch(0.0, voice(2.0, rate=48_000, seed=seed))] for seed in (0, 1)]
    source = write_tracks(tmp_path / "a.mp4", tracks)
    parts = source.read_bytes().split(b"mp4a")
    parts[number + 1] = parts[number + 1].replace(b"esds", b"free", 1)
    names = [b"mp4a", b"mp4a"]
    names[number] = b"apac"
    source.write_bytes(names[0].join(parts[:2]) + names[1] + parts[2])
    audio = decode_file(source, tmp_path, LIMITS)
    assert [track.channel for track in audio.tracks] == [None]
    assert level(audio) > 0.2
    assert audio.notes == (TRACKS_LEFT_OUT,)
    assert audio.playback is not None  # a browser might choose the other one
    assert (audio.codec, audio.sample_rate) == ("aac", 48_000)


def test_the_same_sound_on_two_tracks_is_one(tmp_path: Path) -> None:
    sound = voice(4.0, rate=48_000)
    tracks = [[Stretch(0.0, sound)], [Stretch(0.0, 0.5 * sound)]]
    audio = decode_file(write_tracks(tmp_path / "a.mkv", tracks), tmp_path, LIMITS)
    assert [track.channel for track in audio.tracks] == [None]


def test_a_silent_track_beside_two_voices_is_nobody(tmp_path: Path) -> None:
    one, other = in_turns(2, rate=48_000)
    nobody = silence(2.0, rate=48_000)
    tracks = [[Stretch(0.0, line)] for line in (one, nobody, other)]
    audio = decode_file(write_tracks(tmp_path / "a.mp4", tracks), tmp_path, LIMITS)
    assert [track.channel for track in audio.tracks] == [0, 2]


@pytest.mark.parametrize("count", [3, 4, 6, 8])
def test_lines_of_a_call_logger_are_speakers(tmp_path: Path, count: int) -> None:
    source = write_wav(tmp_path / "a.wav", in_turns(count))
    audio = decode_file(source, tmp_path, LIMITS)
    assert [track.channel for track in audio.tracks] == list(range(count))
    assert len(audio.waveform) == count
    for index, track in enumerate(audio.tracks):
        samples = np.abs(read_track(track.path)[: count * 16_000].astype(int))
        assert samples.reshape(count, -1).max(axis=1).argmax() == index
    assert audio.playback is not None


def test_idle_lines_are_left_out(tmp_path: Path) -> None:
    one, other = in_turns(2)
    idle = silence(2.0)
    source = write_wav(tmp_path / "a.wav", [one, idle, other, idle])
    audio = decode_file(source, tmp_path, LIMITS)
    assert [track.channel for track in audio.tracks] == [0, 2]


def test_one_voice_on_the_last_of_four_lines_is_one_track(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "a.wav", [silence(2.0)] * 3 + [voice(2.0)])
    audio = decode_file(source, tmp_path, LIMITS)
    assert [track.channel for track in audio.tracks] == [None]
    assert level(audio) > 0.2


def quiet_speech(seconds: float = 6.0) -> Floats:
    """Speech at a level of 1, with pauses."""
    sound = voice(seconds)
    return np.asarray(sound / np.abs(sound).max(), np.float32)


@pytest.mark.parametrize("codec", ["pcm_f32le", "pcm_s24le", "pcm_s32le"])
@pytest.mark.parametrize("decibels", [-50, -70])
def test_a_quiet_recording_is_made_louder_before_it_is_rounded(
    tmp_path: Path, codec: str, decibels: int
) -> None:
    sound = quiet_speech()
    quiet = np.asarray(sound * 10 ** (decibels / 20), np.float32)
    source = write(tmp_path / "a.wav", [quiet], codec=codec)
    audio = decode_file(source, tmp_path, LIMITS)
    heard = read_track(audio.tracks[0].path).astype(np.float32)
    assert 0.1 < level(audio) <= 1.0
    heard /= np.abs(heard).max()
    error = heard - sound[: heard.size]
    # Rounded first, −70 dBFS would have ten steps: 26 dB.
    assert 10 * np.log10((sound**2).mean() / (error**2).mean()) > 40
    assert TOO_QUIET in audio.notes


def test_quiet_channels_stay_as_loud_beside_each_other(tmp_path: Path) -> None:
    one, other = (np.asarray(line * 0.004, np.float32) for line in in_turns(2))
    source = write(tmp_path / "a.wav", [one, 0.25 * other], codec="pcm_f32le")
    audio = decode_file(source, tmp_path, LIMITS)
    assert level(audio, 0) / level(audio, 1) == pytest.approx(
        np.abs(one).max() / np.abs(0.25 * other).max(), rel=0.1
    )
    assert level(audio) > 0.1


@pytest.mark.parametrize("scale", [32_768.0, 8_388_608.0, 2_147_483_648.0])
def test_floats_in_a_range_of_integers_are_scaled(tmp_path: Path, scale: float) -> None:
    sound = quiet_speech()
    source = tmp_path / "a.wav"
    write(source, [sound], codec="pcm_f32le")
    content = source.read_bytes()
    at = content.index(b"data") + 8
    samples = np.frombuffer(content[at:], "<f4") * np.float32(scale)
    source.write_bytes(content[:at] + samples.astype("<f4").tobytes())
    audio = decode_file(source, tmp_path, LIMITS)
    heard = read_track(audio.tracks[0].path).astype(np.float32)
    heard /= np.abs(heard).max()
    assert np.abs(heard - sound[: heard.size]).max() < 0.01
    assert audio.notes == ()
    assert audio.playback is not None


@pytest.mark.parametrize(
    ("codec", "decibels"),
    [("pcm_s16le", -86), ("pcm_s16le", -89), ("pcm_f32le", -100)],
)
def test_a_nearly_silent_recording_is_too_quiet_and_says_how_quiet(
    tmp_path: Path, codec: str, decibels: int
) -> None:
    """Speech of two steps of 16 bits, of one, and of floats."""
    quiet = np.asarray(quiet_speech() * 10 ** (decibels / 20), np.float32)
    source = write(tmp_path / "a.wav", [quiet], codec=codec)
    audio = decode_file(source, tmp_path, LIMITS)
    assert TOO_QUIET in audio.notes
    said = level_in(audio.notes)
    assert said is not None
    assert decibels - 12 < said < decibels  # a level is below the highest sample
    assert level(audio) > 0.1  # what there is can be had


def test_digital_silence_is_no_quiet_recording(tmp_path: Path) -> None:
    audio = decode_file(write_wav(tmp_path / "a.wav", [silence(4.0)]), tmp_path, LIMITS)
    assert audio.notes == ()


@pytest.mark.parametrize("offset", [0.02, -0.3, 0.9])
@pytest.mark.parametrize("decibels", [-30, -60])
def test_an_offset_hides_no_speech(
    tmp_path: Path, offset: float, decibels: int
) -> None:
    sound = quiet_speech()
    quiet = np.asarray(sound * 10 ** (decibels / 20) + offset, np.float32)
    source = write(tmp_path / "a.wav", [quiet], codec="pcm_f32le")
    audio = decode_file(source, tmp_path, LIMITS)
    heard = read_track(audio.tracks[0].path)[RATE:].astype(np.float64)
    right = sound[RATE : RATE + heard.size].astype(np.float64)
    assert abs(heard.mean()) < 0.02 * np.abs(heard).max()
    assert np.corrcoef(heard, right)[0, 1] > 0.99
    assert (TOO_QUIET in audio.notes) is (decibels == -60)
    is_gained = decibels == -60
    assert (level(audio) > 0.1) is is_gained


def test_an_offset_that_wanders_is_taken_out_of_the_channel_that_has_it(
    tmp_path: Path,
) -> None:
    one, other = (0.01 * line for line in in_turns(2))
    wandering = one + 0.2 + 0.02 * np.sin(np.arange(one.size) / RATE).astype(np.float32)
    source = write(tmp_path / "a.wav", [wandering, other], codec="pcm_f32le")
    audio = decode_file(source, tmp_path, LIMITS)
    heard = [read_track(track.path).astype(float) for track in audio.tracks]
    speech = np.abs(heard[0][RATE // 2 : RATE]).max()
    pause = heard[0][RATE * 3 // 2 :]
    assert np.abs(pause - pause.mean()).max() < 0.3 * speech
    assert np.abs(heard[1][RATE:]).max() > speech / 3


@pytest.mark.parametrize("decibels", [-6, -30])
def test_speech_as_it_should_be_stays_as_loud_as_it_is(
    tmp_path: Path, decibels: int
) -> None:
    factor = 10 ** (decibels / 20)
    source = write_wav(tmp_path / "a.wav", [quiet_speech()], factor)
    audio = decode_file(source, tmp_path, LIMITS)
    assert level(audio) == pytest.approx(factor, rel=0.01)
    assert audio.notes == ()


def test_noise_is_not_made_louder(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.001, 96_000).astype(np.float32)
    source = write(tmp_path / "a.wav", [noise], codec="pcm_f32le")
    audio = decode_file(source, tmp_path, LIMITS)
    assert level(audio) < 0.01


def test_a_click_hides_no_quiet_speech(tmp_path: Path) -> None:
    quiet = quiet_speech() * 0.002
    quiet[5000:5010] = 0.9
    source = write(tmp_path / "a.wav", [quiet], codec="pcm_f32le")
    audio = decode_file(source, tmp_path, LIMITS)
    samples = np.abs(read_track(audio.tracks[0].path)[8000:].astype(int))
    assert samples.max() > 3000
