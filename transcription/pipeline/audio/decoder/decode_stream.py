"""From bytes to tracks on disk, in constant memory.

Runs inside the decode process. Samples are counted and lie on the container's timeline;
header durations are never used.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn

import av
from av.audio.stream import AudioStream

from transcription.engine.base import SAMPLE_RATE, EngineError, ErrorCode
from transcription.pipeline.audio.decoder.order import PLAYBACK_NAME, DecodeOrder
from transcription.pipeline.audio.decoder.playback import copy_tracks
from transcription.pipeline.audio.decoder.sound_stream import (
    NOTHING,
    Mending,
    SoundStream,
    leave_room,
    raise_if_memory,
)
from transcription.pipeline.audio.decoder.times.clock import (
    LONGEST_GAP_SECONDS,
    Clock,
    ClockIsWrongError,
    Timing,
    timing_of,
)
from transcription.pipeline.audio.decoder.times.edits import Edits, edits_of
from transcription.pipeline.audio.decoder.waveform import waveform_of
from transcription.pipeline.audio.sniff import DEMUXERS, Sniffed
from transcription.pipeline.audio.tracks import settle
from transcription.pipeline.audio.wav import Pieces, layout_of
from transcription.pipeline.types import (
    CLOCK_HAS_GAPS,
    CLOCK_IS_BROKEN,
    TOO_QUIET,
    TRACKS_LEFT_OUT,
    level_note,
)

_MAX_BAD_SHARE = 0.5
_PACKETS_BETWEEN_LOOKS = 256
_OPTIONS = {
    "wav": {"max_size": str(64 * 1024)},  # two seconds, not 64 ms: half the work
    "mp4": {"ignore_editlist": "1"},  # ``edits`` follows them
}


def decode_stream(source: IO[bytes], order: DecodeOrder) -> dict[str, Any]:
    """Tracks, peaks and, where needed, a playback copy; the facts as plain values."""
    av.logging.set_level(None)
    times = _times_of(source, order)
    try:
        if times.are_wrong:
            raise ClockIsWrongError
        sound = _read(source, order, times)
    except ClockIsWrongError:
        times = Times(are_wrong=True)
        sound = _read(source, order, times)
    mending = sound.mending()
    if mending != NOTHING:  # int16 has lost what it would bring out: from the beginning
        for path in sound.paths:
            path.unlink()
        sound = _read(source, order, times, mending)
    return _facts(sound, order, is_as_in_file=mending == NOTHING)


@dataclass(frozen=True, slots=True)
class Times:
    """What is known of the container's before it is read."""

    are_wrong: bool = False
    edits: Edits = field(default_factory=dict)


def _times_of(source: IO[bytes], order: DecodeOrder) -> Times:
    if order.sniffed.media_format != "mp4":
        return Times()
    edits = edits_of(_as_demuxers_want_it(source, order.sniffed))
    return Times(are_wrong=None in edits.values(), edits=edits)


@dataclass(frozen=True, slots=True)
class Sound:
    """What one reading of the file left on disk: a file for each channel."""

    streams: tuple[SoundStream, ...]
    best: SoundStream
    header_ms: int
    has_left_out: bool
    has_wrong_times: bool

    @property
    def paths(self) -> list[Path]:
        return [path for stream in self.streams for path in stream.paths]

    @property
    def samples(self) -> int:
        return max(stream.samples for stream in self.streams)

    @property
    def loudest(self) -> SoundStream:
        return max(self.streams, key=lambda s: max(s.levels.loudest()))

    @property
    def level(self) -> float:
        """In dBFS, of what is loudest."""
        return max(self.loudest.levels.loudest())

    def mending(self) -> Mending:
        return Mending(
            gain=self.loudest.levels.gain(),
            takes_offset=any(stream.levels.have_offset() for stream in self.streams),
        )

    def notes(self) -> list[str]:
        clocks = [stream.clock for stream in self.streams]
        has = {
            CLOCK_HAS_GAPS: any(clock.has_moved for clock in clocks),
            CLOCK_IS_BROKEN: self.has_wrong_times
            or any(clock.is_broken for clock in clocks),
            TRACKS_LEFT_OUT: self.has_left_out,
            TOO_QUIET: self.loudest.levels.are_too_quiet(),
            level_note(self.level): self.loudest.levels.are_too_quiet(),
        }
        return [note for note, is_so in has.items() if is_so]


def _read(
    source: IO[bytes], order: DecodeOrder, times: Times, mending: Mending = NOTHING
) -> Sound:
    container = _opened(source, order)
    found = [s for s in container.streams if isinstance(s, AudioStream)]
    if not found:
        raise EngineError(ErrorCode.NO_AUDIO)
    known = [stream for stream in found if stream.codec_context is not None]
    if not known:
        raise EngineError(ErrorCode.UNSUPPORTED_FORMAT)
    is_copied = order.wants_playback and len(known) == 1 and mending == NOTHING
    all_files: list[IO[bytes]] = []
    sounds = {
        stream.index: SoundStream(
            stream,
            order,
            _clock_of(container, order, times),
            edits=times.edits.get(stream.id) or (),
            mending=mending,
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
        has_wrong_times=times.are_wrong,
    )


def _opened(source: IO[bytes], order: DecodeOrder) -> Any:
    sniffed = order.sniffed
    try:
        return av.open(
            _as_demuxers_want_it(source, sniffed),
            "r",
            format=DEMUXERS[sniffed.media_format],
            io_open=_refuse_to_open,
            metadata_errors="replace",
            options=_options_of(sniffed),
        )
    except (av.FFmpegError, ValueError) as error:
        raise_if_memory(error)
        raise EngineError(ErrorCode.CORRUPT_AUDIO, _reason(error)) from error


def _options_of(sniffed: Sniffed) -> dict[str, str]:
    options = dict(_OPTIONS.get(sniffed.media_format, {}))
    if sniffed.has_wrong_sizes:
        options["ignore_length"] = "1"
    return options


def _as_demuxers_want_it(source: IO[bytes], sniffed: Sniffed) -> Any:
    behind: Any = _Behind(source, sniffed.start) if sniffed.start else source
    if sniffed.has_wrong_sizes and (layout := layout_of(behind)):
        if not layout.sound:
            raise EngineError(ErrorCode.CORRUPT_AUDIO, "chunks")
        return Pieces(behind, layout.head, layout.sound)
    behind.seek(0)
    return behind


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


def _clock_of(container: Any, order: DecodeOrder, times: Times) -> Clock:
    timing = timing_of(order.sniffed.media_format)
    if times.are_wrong or not order.follows_clock:
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
        and not {CLOCK_HAS_GAPS, CLOCK_IS_BROKEN} & {*notes}
        and not sound.best.is_cut  # which browsers do in their own ways
        and not sound.best.bit_rates.vary  # they cannot jump in it
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
