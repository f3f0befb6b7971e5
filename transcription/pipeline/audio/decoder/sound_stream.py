"""One sound track of a file on its way to disk: a file of samples for each channel."""

import errno
import importlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from transcription.engine.base import SAMPLE_RATE, EngineError, ErrorCode
from transcription.pipeline.audio.decoder.levels import Levels, OffsetFilter
from transcription.pipeline.audio.decoder.order import PLAYBACK_NAME, DecodeOrder
from transcription.pipeline.audio.decoder.playback import (
    BitRates,
    PlaybackWriter,
    is_playable,
)
from transcription.pipeline.audio.decoder.times.clock import (
    Clock,
    ClockIsWrongError,
    Timing,
)
from transcription.pipeline.audio.decoder.times.edits import Edit, Placing
from transcription.pipeline.audio.decoder.times.ogg_pages import OggPages

# FFmpeg's own AMR decoders know no comfort noise (DTX).
_DECODERS: Final = {
    "amrnb": ("libopencore_amrnb", 8000),
    "amr_nb": ("libopencore_amrnb", 8000),
    "amrwb": ("libopencore_amrwb", 16_000),
}

_LARGEST: Final = 1e30
_MANY: Final = 8  # planes among which PyAV loses its way
# Codecs of sound decode in the order of their times; files that say otherwise mean
# pictures, or nothing.
_MOST_REORDERED_SECONDS: Final = 0.1

Block = NDArray[np.float32]  # (channels, samples)


def raise_if_memory(error: Exception) -> None:
    """FFmpeg's "cannot allocate" is about our limits, not about the file."""
    if isinstance(error, av.FFmpegError) and error.errno == errno.ENOMEM:
        raise MemoryError from error


def leave_room(order: DecodeOrder) -> None:
    """Hours of silence are small as a file and large as samples. Called for about
    every second of audio: looking costs a microsecond."""
    if not order.limits.keep_free_bytes:
        return
    disk = os.statvfs(order.work_dir)
    if disk.f_bavail * disk.f_frsize < order.limits.keep_free_bytes:
        raise EngineError(ErrorCode.DISK_FULL, permanent=False)


@dataclass(frozen=True, slots=True)
class Mending:
    """What a second reading makes of the samples."""

    gain: float = 1.0
    takes_offset: bool = False


NOTHING: Final = Mending()


class SoundStream:
    """Takes packets; ``files`` has what they hold, with ``mending``. Samples lie
    where ``clock`` puts them. ``is_copied``: encoded again at its own rate, for
    browsers that cannot play the original. ``all_files`` are those of all tracks: this
    process may not list its folder."""

    def __init__(
        self,
        stream: AudioStream,
        order: DecodeOrder,
        clock: Clock,
        *,
        edits: tuple[Edit, ...],
        mending: Mending,
        is_copied: bool,
        all_files: list[IO[bytes]],
    ) -> None:
        self._decoder = _decoder_of(stream)
        self._index = stream.index
        self._seconds = float(stream.time_base or 0)
        self._order = order
        self._mending = mending
        self._without_offset: OffsetFilter | None = None
        self._is_copied = is_copied
        self._all_files = all_files
        self.clock = clock
        self._placing = Placing(edits) if edits else None
        has_pages = order.sniffed.media_format == "ogg" and clock.is_followed
        self._pages = OggPages(self._seconds) if has_pages else None
        self._shown_after: float | None = None
        self.codec = stream.codec_context.name
        self.bit_rates = BitRates()
        self.packets = self.bad = 0
        self.samples = self.rate = self.channels = 0
        self.files: list[IO[bytes]] = []
        self.levels = Levels(0, SAMPLE_RATE)
        self.playback: PlaybackWriter | None = None
        self._source: tuple[str, int, str] | None = None
        self._converter: AudioResampler | None = None
        self._is_ready = False  # frames are as the converter would make them
        self._resampler: Any = None
        self._pending: list[Block] = []
        self._pending_samples = self._source_rate = self._to_drop = 0

    @property
    def paths(self) -> list[Path]:
        return [Path(file.name) for file in self.files]

    @property
    def is_playable(self) -> bool:
        """Browsers play it as it is, if nothing is wrong with the file."""
        sniffed = self._order.sniffed
        shape = (sniffed.media_format, self.codec, self.rate, self.channels)
        return not sniffed.is_odd and is_playable(*shape)

    @property
    def is_cut(self) -> bool:
        """Whether an edit list leaves some of its sound out."""
        return self._placing is not None and self._placing.has_cut

    def take(self, packet: Any) -> None:
        """Decode it and keep what it holds; an empty one ends the track. Raises
        ``ClockIsWrongError``."""
        ready = [packet] if self._pages is None else self._pages.take(packet)
        for one in ready:
            self._decode(one)

    def _decode(self, packet: Any) -> None:
        self.packets += 1
        if self.codec.startswith("mp3") and packet.size:
            self.bit_rates.take(packet)
        if self.clock.timing is not Timing.IGNORED:
            self._check_order(packet)
        try:
            frames = list(self._decoder.decode(packet if packet.size else None))
        except EOFError:
            return
        except av.FFmpegError as error:
            raise_if_memory(error)
            self.bad += 1
            self.clock.lose(float((packet.duration or 0) * self._seconds))
            return
        for frame in frames:
            self._place(frame)

    def finish(self) -> None:
        """Raises ``ClockIsWrongError``."""
        if self._pages is not None:
            for packet in self._pages.finish():
                self._decode(packet)
            self._pages.speed.judge()
        if self._placing is not None:
            self._placing.finish()
        self.clock.finish()
        self._drain()
        if self.playback is not None:
            self.playback.close()

    def close(self) -> None:
        for file in self.files:
            file.close()

    def _check_order(self, packet: Any) -> None:
        """Sound is shown in the order in which it is decoded: what comes after that
        does not change."""
        is_mp4 = self._order.sniffed.media_format == "mp4"  # which has both times
        if not is_mp4 or packet.pts is None or packet.dts is None:
            return
        after = (packet.pts - packet.dts) * self._seconds
        if self._shown_after is None:
            self._shown_after = after
        if abs(after - self._shown_after) > _MOST_REORDERED_SECONDS:
            raise ClockIsWrongError

    def _place(self, frame: AudioFrame) -> None:
        at = None if frame.pts is None else frame.pts * self._seconds
        if self._placing is None:
            self._add(frame, at)
            return
        rate = frame.sample_rate
        for first, last, when in self._placing.parts(at, frame.samples / rate):
            part = _part_of(frame, round(first * rate), round(last * rate))
            if part is not None:
                self._add(part, when)

    def _add(self, frame: AudioFrame, at: float | None) -> None:
        frame.pts = None  # converters would make of it what they like
        source = (frame.format.name, frame.sample_rate, frame.layout.name)
        if source != self._source:
            if self._source is not None and self._beyond_limits(frame):
                self.bad += 1  # rubbish in the middle that passes for a frame
                return
            self._begin(frame, source)
        gap = self.clock.gap(at)
        if gap > 0:
            self._be_silent(gap)
        if gap and self.playback is not None:  # it is made of the tracks in the end
            self.playback.close()
            self.playback = None
        self._to_drop += round(max(-gap, 0) * self._source_rate)
        self.clock.advance(frame.samples / self._source_rate, at)
        if self._is_ready:
            self._push([frame])
        elif self._converter is not None:
            self._push(self._converter.resample(frame))
        if self.playback is not None:
            self.playback.add(frame)

    def _begin(self, frame: AudioFrame, source: tuple[str, int, str]) -> None:
        """The first frame, or one whose shape has changed in mid-stream."""
        channels, rate = frame.layout.nb_channels, frame.sample_rate
        if error := self._beyond_limits(frame):
            raise error
        self._drain()
        if self._source is None:
            self.rate, self.channels = rate, channels
            self.levels = Levels(channels, SAMPLE_RATE)
            if self._mending.takes_offset:
                self._without_offset = OffsetFilter(channels, SAMPLE_RATE)
            self._open_files()
            self._open_playback()
        self._source, self._source_rate = source, rate
        sample_format = "fltp" if channels < _MANY else "flt"
        self._converter = AudioResampler(sample_format, frame.layout, rate)
        self._is_ready = frame.format.name == sample_format
        if rate != SAMPLE_RATE:
            # Half a point of CER on 8 kHz calls better than FFmpeg's own.
            soxr = importlib.import_module("soxr")  # 0.1 s that 16 kHz need not pay
            self._resampler = soxr.ResampleStream(
                rate, SAMPLE_RATE, self.channels, dtype="float32"
            )

    def _beyond_limits(self, frame: AudioFrame) -> EngineError | None:
        channels, rate = frame.layout.nb_channels, frame.sample_rate
        limits = self._order.limits
        if channels > limits.max_channels:
            return EngineError(ErrorCode.TOO_MANY_CHANNELS, str(channels))
        if not limits.min_sample_rate <= rate <= limits.max_sample_rate:
            return EngineError(ErrorCode.UNSUPPORTED_FORMAT, f"{rate} Hz")
        return None

    def _open_files(self) -> None:
        folder = self._order.work_dir
        count = len(self._all_files) + self.channels
        if count > self._order.limits.max_channels:
            raise EngineError(ErrorCode.TOO_MANY_CHANNELS, str(count))
        for channel in range(self.channels):
            path = folder / f"channel-{self._index}-{channel}.pcm"
            self.files.append(path.open("wb"))
        self._all_files += self.files

    def _open_playback(self) -> None:
        if self._is_copied and not self.is_playable and self.channels <= 2:
            path = self._order.work_dir / PLAYBACK_NAME
            path.unlink(missing_ok=True)  # of a first reading, perhaps still open
            self.playback = PlaybackWriter(path, rate=self.rate, channels=self.channels)

    def _be_silent(self, seconds: float) -> None:
        left = round(seconds * self._source_rate)
        while left > 0:
            size = min(left, self._source_rate)
            self._keep(np.zeros((self.channels, size), np.float32))
            left -= size

    def _push(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            block = _samples_of(frame)
            if frame.format.is_packed:
                block = block.reshape(-1, frame.layout.nb_channels).T
            if block.shape[0] != self.channels:
                mixed = block.mean(axis=0, keepdims=True)
                block = np.repeat(mixed, self.channels, axis=0)
            if self._to_drop:
                size = min(self._to_drop, block.shape[1])
                block, self._to_drop = block[:, size:], self._to_drop - size
            self._keep(block)

    def _keep(self, block: Block) -> None:
        """About a second at a time, so that numpy is worth its calls."""
        self._pending.append(block)
        self._pending_samples += block.shape[1]
        if self._pending_samples >= self._source_rate:
            self._write()

    def _write(self, *, is_last: bool = False) -> None:
        self._pending.append(np.zeros((self.channels, 0), np.float32))
        block = _numbers(np.concatenate(self._pending, axis=1))
        self._pending, self._pending_samples = [], 0
        if self._resampler is not None:
            samples = np.ascontiguousarray(block.T)
            block = self._resampler.resample_chunk(samples, last=is_last).T
        if not block.shape[1]:
            return
        self.samples += block.shape[1]
        limits = self._order.limits
        if self.samples * 1000 > limits.max_duration_ms * SAMPLE_RATE:
            raise EngineError(ErrorCode.TOO_LONG)
        leave_room(self._order)
        self.levels.add(block)
        if self._without_offset is not None:
            block = self._without_offset(block)
        scaled = np.rint(block * np.float32(32768 * self._mending.gain))
        integers = np.clip(scaled, -32768, 32767).astype("<i2")
        for file, row in zip(self.files, integers, strict=True):
            file.write(row.tobytes())

    def _drain(self) -> None:
        if self._converter is not None:
            self._push(self._converter.resample(None))
            self._write(is_last=True)
            self._converter = self._resampler = None


def _samples_of(frame: AudioFrame) -> Block:
    if frame.format.name == "fltp" and frame.layout.nb_channels == 1:
        # Most recordings, without the copies of ``to_ndarray``.
        samples = np.frombuffer(memoryview(frame.planes[0]), np.float32)
        return samples[None, : frame.samples]
    return np.asarray(frame.to_ndarray(), np.float32)


def _numbers(block: Block) -> Block:
    """Floats that are no sound are silence, and none is so large that a resampler,
    which adds them up, makes infinity of it."""
    block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(np.clip(block, -_LARGEST, _LARGEST), np.float32)


def _part_of(frame: AudioFrame, first: int, last: int) -> AudioFrame | None:
    if last <= first:
        return None
    if (first, last) == (0, frame.samples):
        return frame
    channels = frame.layout.nb_channels
    if not frame.format.is_packed and channels >= _MANY:
        frame.pts = None
        packed = AudioResampler("flt", frame.layout, frame.sample_rate)
        (frame,) = packed.resample(frame)
    width = channels if frame.format.is_packed else 1
    samples: Any = frame.to_ndarray()[:, first * width : last * width]
    samples = np.ascontiguousarray(samples)
    part = AudioFrame.from_ndarray(samples, frame.format.name, frame.layout)
    part.sample_rate = frame.sample_rate
    return part


def _decoder_of(stream: AudioStream) -> Any:
    name, rate = _DECODERS.get(stream.codec_context.name, ("", 0))
    if name in av.codecs_available:
        decoder: Any = av.CodecContext.create(name, "r")
        decoder.sample_rate, decoder.layout = rate, "mono"
    else:
        decoder = stream.codec_context
    decoder.thread_count = 1
    return decoder
