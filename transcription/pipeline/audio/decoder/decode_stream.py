"""From bytes to tracks on disk, in constant memory.

Runs inside the decode process. Samples are counted and lie on the container's timeline;
header durations are never used.
"""

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

import av
from av.audio.stream import AudioStream

from transcription.engine.base import SAMPLE_RATE, EngineError, ErrorCode
from transcription.pipeline.audio.decoder.clock import (
    LONGEST_GAP_SECONDS,
    Clock,
    ClockIsWrongError,
    Timing,
    timing_of,
)
from transcription.pipeline.audio.decoder.order import PLAYBACK_NAME, DecodeOrder
from transcription.pipeline.audio.decoder.playback import copy_tracks
from transcription.pipeline.audio.decoder.sound_stream import (
    SoundStream,
    leave_room,
    raise_if_memory,
)
from transcription.pipeline.audio.decoder.waveform import waveform_of
from transcription.pipeline.audio.sniff import DEMUXERS
from transcription.pipeline.audio.tracks import settle
from transcription.pipeline.types import (
    CLOCK_HAS_GAPS,
    CLOCK_IS_BROKEN,
    TOO_QUIET,
    TRACKS_LEFT_OUT,
)

_MAX_BAD_SHARE = 0.5
_PACKETS_BETWEEN_LOOKS = 256


def decode_stream(source: IO[bytes], order: DecodeOrder) -> dict[str, Any]:
    """Tracks, peaks and, where needed, a playback copy; the facts as plain values."""
    av.logging.set_level(None)
    try:
        sound = _read(source, order, gain=1.0)
    except ClockIsWrongError:
        order = dataclasses.replace(order, follows_clock=False)
        sound = _read(source, order, gain=1.0)
        sound.best.clock.is_broken = True
    gain = sound.gain()
    if gain != 1.0:  # int16 has lost what it would bring out: from the beginning
        for path in sound.paths:
            path.unlink()
        is_broken = sound.best.clock.is_broken
        sound = _read(source, order, gain=gain)
        sound.best.clock.is_broken |= is_broken
    return _facts(sound, order, is_as_in_file=gain == 1.0)


@dataclass(frozen=True, slots=True)
class Sound:
    """What one reading of the file left on disk: a file for each channel."""

    streams: tuple[SoundStream, ...]
    best: SoundStream
    header_ms: int
    has_left_out: bool

    @property
    def paths(self) -> list[Path]:
        return [path for stream in self.streams for path in stream.paths]

    @property
    def samples(self) -> int:
        return max(stream.samples for stream in self.streams)

    def gain(self) -> float:
        loudest = max(self.streams, key=lambda s: max(s.levels.loudest()))
        return loudest.levels.gain()

    def notes(self) -> list[str]:
        clocks = [stream.clock for stream in self.streams]
        has = {
            CLOCK_HAS_GAPS: any(clock.has_moved for clock in clocks),
            CLOCK_IS_BROKEN: any(clock.is_broken for clock in clocks),
            TRACKS_LEFT_OUT: self.has_left_out,
            TOO_QUIET: all(stream.levels.are_too_quiet() for stream in self.streams),
        }
        return [note for note, is_so in has.items() if is_so]


def _read(source: IO[bytes], order: DecodeOrder, *, gain: float) -> Sound:
    container = _opened(source, order)
    found = [s for s in container.streams if isinstance(s, AudioStream)]
    if not found:
        raise EngineError(ErrorCode.NO_AUDIO)
    known = [stream for stream in found if stream.codec_context is not None]
    if not known:
        raise EngineError(ErrorCode.UNSUPPORTED_FORMAT)
    is_copied = order.wants_playback and len(known) == 1 and gain == 1.0
    all_files: list[IO[bytes]] = []
    sounds = {
        stream.index: SoundStream(
            stream,
            order,
            _clock_of(container, order),
            gain=gain,
            is_copied=is_copied,
            all_files=all_files,
        )
        for stream in known
    }
    try:
        _take_all(container, known, sounds)
    finally:
        for sound in sounds.values():
            sound.close()
    kept = _kept(list(sounds.values()))
    best = container.streams.best("audio")
    return Sound(
        streams=tuple(kept),
        best=next((s for s in kept if best and s is sounds.get(best.index)), kept[0]),
        header_ms=(container.duration or 0) // 1000,
        has_left_out=len(kept) < len(found),
    )


def _opened(source: IO[bytes], order: DecodeOrder) -> Any:
    sniffed = order.sniffed
    options = {"ignore_length": "1"} if sniffed.has_wrong_sizes else {}
    source.seek(0)
    try:
        return av.open(
            _Behind(source, sniffed.start) if sniffed.start else source,
            "r",
            format=DEMUXERS[sniffed.media_format],
            io_open=_refuse_to_open,
            metadata_errors="replace",
            options=options,
        )
    except (av.FFmpegError, ValueError) as error:
        raise_if_memory(error)
        raise EngineError(ErrorCode.CORRUPT_AUDIO, _reason(error)) from error


class _Behind:
    """A file without its first bytes, for demuxers that stumble over them."""

    def __init__(self, file: IO[bytes], start: int) -> None:
        self._file, self._start = file, start
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_SET:
            offset += self._start
        return self._file.seek(offset, whence) - self._start

    def tell(self) -> int:
        return self._file.tell() - self._start


def _refuse_to_open(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError(url)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def _clock_of(container: Any, order: DecodeOrder) -> Clock:
    timing = timing_of(order.sniffed.media_format)
    if not order.follows_clock:
        timing = Timing.IGNORED
    start = (container.start_time or 0) / av.time_base
    if start > LONGEST_GAP_SECONDS:  # a piece of a broadcast
        timing = Timing.FROM_FIRST if timing is Timing.FROM_ZERO else timing
    return Clock(timing, start)


def _take_all(
    container: Any, known: list[AudioStream], sounds: dict[int, SoundStream]
) -> None:
    """Every packet to its track. A file that ends in the middle of a packet gives what
    it has."""
    parent = os.getppid()
    packets = container.demux(known)
    count = 0
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except av.FFmpegError as error:
            raise_if_memory(error)
            for sound in sounds.values():
                sound.packets, sound.bad = sound.packets + 1, sound.bad + 1
            break
        sounds[packet.stream.index].take(packet)
        count += 1
        if count % _PACKETS_BETWEEN_LOOKS == 0 and os.getppid() != parent:
            os._exit(1)  # whoever wanted this is gone
    for sound in sounds.values():
        sound.finish()


def _kept(sounds: list[SoundStream]) -> list[SoundStream]:
    """The tracks that could be decoded, all as long as the longest."""
    kept = []
    for sound in sounds:
        if sound.samples and sound.bad <= sound.packets * _MAX_BAD_SHARE:
            kept.append(sound)
            continue
        for path in sound.paths:
            path.unlink()
    if not kept:
        bad = sum(sound.bad for sound in sounds)
        packets = sum(sound.packets for sound in sounds)
        code = ErrorCode.CORRUPT_AUDIO if bad else ErrorCode.EMPTY_FILE
        raise EngineError(code, f"{bad}/{packets}" if bad else "")
    longest = max(sound.samples for sound in kept)
    for sound in kept:
        for path in sound.paths:
            with path.open("r+b") as file:
                file.truncate(longest * 2)  # with silence, which takes no room
    return kept


def _facts(sound: Sound, order: DecodeOrder, *, is_as_in_file: bool) -> dict[str, Any]:
    def check_room() -> None:
        leave_room(order)

    duration_ms = sound.samples * 1000 // SAMPLE_RATE
    waveform = waveform_of(sound.paths)
    notes = sound.notes()
    is_in_file = (
        is_as_in_file
        and len(sound.streams) == 1
        and not sound.has_left_out  # a browser might choose that one
        and sound.best.is_playable
        and CLOCK_HAS_GAPS not in notes
        and not order.sniffed.has_wrong_sizes
        # Browsers believe the header; where it is wrong they cannot seek.
        and abs(sound.header_ms - duration_ms) <= 1000 + duration_ms // 50
    )
    has_playback = sound.best.playback is not None
    wants_copy = order.wants_playback and not has_playback and not is_in_file
    copy = order.work_dir / PLAYBACK_NAME
    is_call = len(sound.paths) <= 2
    if wants_copy and is_call:  # before anything is taken out of a channel
        copy_tracks(copy, sound.paths, check_room)
    tracks = settle(sound.paths, check_room)
    if wants_copy and not is_call:
        copy_tracks(copy, [track.path for track in tracks], check_room)
    return {
        "codec": sound.best.codec,
        "duration_ms": duration_ms,
        "samples": sound.samples,
        "sample_rate": sound.best.rate,
        "channel_count": len(waveform),
        "is_dual_mono": len(waveform) == 2 and len(tracks) == 1,
        "tracks": [{"name": t.path.name, "channel": t.channel} for t in tracks],
        "waveform": waveform,
        "has_playback": has_playback or wants_copy,
        "notes": notes,
    }
