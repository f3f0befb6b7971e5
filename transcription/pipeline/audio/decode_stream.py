"""From bytes to tracks on disk, in one pass and in constant memory.

Runs inside the decode process. Samples are counted, header durations are never used.
"""

import errno
import importlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, NoReturn

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from transcription.engine.base import SAMPLE_RATE, EngineError, ErrorCode
from transcription.pipeline.audio.channels import compare, read_track
from transcription.pipeline.audio.playback import PlaybackWriter, is_playable
from transcription.pipeline.audio.sniff import DEMUXERS
from transcription.pipeline.audio.waveform import Peaks
from transcription.pipeline.types import DecodeLimits

PLAYBACK_NAME: Final = "playback.mp3"
_COPY: Final = 60 * SAMPLE_RATE
_MAX_BAD_SHARE: Final = 0.5
# FFmpeg's own AMR-NB decoder knows no comfort noise (DTX).
_DECODERS: Final = {"amrnb": "libopencore_amrnb", "amr_nb": "libopencore_amrnb"}


def decode_stream(
    source: IO[bytes],
    media_format: str,
    work_dir: Path,
    limits: DecodeLimits,
    *,
    wants_playback: bool,
) -> dict[str, Any]:
    """Tracks, peaks and, where needed, a playback copy; the facts as plain values."""
    av.logging.set_level(None)
    try:
        container = av.open(
            source,
            "r",
            format=DEMUXERS[media_format],
            io_open=_refuse_to_open,
            metadata_errors="replace",
        )
    except (av.FFmpegError, ValueError) as error:
        _raise_if_memory(error)
        raise EngineError(ErrorCode.CORRUPT_AUDIO, _reason(error)) from error
    streams = [s for s in container.streams if isinstance(s, AudioStream)]
    if not streams:
        raise EngineError(ErrorCode.NO_AUDIO)
    best = container.streams.best("audio") or streams[0]
    assert isinstance(best, AudioStream)  # noqa: S101 - for the type checker
    if best.codec_context is None:
        raise EngineError(ErrorCode.UNSUPPORTED_FORMAT)
    job = Decoding(media_format, best.codec_context.name, work_dir, limits)
    job.wants_playback = wants_playback
    frames = bad = 0
    parent = os.getppid()
    try:
        for frame in _frames(container, best):
            frames += 1
            if frame is None:
                bad += 1
            else:
                job.add(frame)
            if frames % 256 == 0 and os.getppid() != parent:
                os._exit(1)  # whoever wanted this is gone
        job.finish()
    finally:
        job.close()
    if job.samples == 0:
        code = ErrorCode.CORRUPT_AUDIO if bad else ErrorCode.EMPTY_FILE
        raise EngineError(code)
    if bad > frames * _MAX_BAD_SHARE:
        raise EngineError(ErrorCode.CORRUPT_AUDIO, f"{bad}/{frames}")
    return job.result(header_ms=(container.duration or 0) // 1000)


def _refuse_to_open(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError(url)


def _raise_if_memory(error: Exception) -> None:
    """FFmpeg's "cannot allocate" is about our limits, not about the file."""
    if isinstance(error, av.FFmpegError) and error.errno == errno.ENOMEM:
        raise MemoryError from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def _frames(container: Any, stream: AudioStream) -> Any:
    """Frames as they come; None for a packet that could not be decoded.

    A file that ends in the middle of a packet gives what it has.
    """
    codec_name = stream.codec_context.name
    if codec_name in _DECODERS and _DECODERS[codec_name] in av.codecs_available:
        decoder: Any = av.CodecContext.create(_DECODERS[codec_name], "r")
        decoder.sample_rate, decoder.layout = 8000, "mono"
    else:
        decoder = stream.codec_context
    decoder.thread_count = 1
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.FFmpegError as error:
            _raise_if_memory(error)
            yield None
            return
        try:
            yield from decoder.decode(packet if packet.size else None)
        except EOFError:
            continue
        except av.FFmpegError as error:
            _raise_if_memory(error)
            yield None


@dataclass(slots=True)
class Decoding:
    """Everything one pass over the frames leaves behind."""

    media_format: str
    codec: str
    work_dir: Path
    limits: DecodeLimits
    wants_playback: bool = True
    samples: int = 0
    rate: int = 0  # of the first frame
    channels: int = 0
    _source: tuple[str, int, str] | None = None
    _converter: AudioResampler | None = None
    _resampler: Any = None
    _files: list[IO[bytes]] = field(default_factory=list)
    _peaks: Peaks = field(default_factory=lambda: Peaks(1))
    _playback: PlaybackWriter | None = None
    _pending: list[NDArray[np.float32]] = field(default_factory=list)
    _pending_samples: int = 0
    _source_rate: int = 0

    def add(self, frame: AudioFrame) -> None:
        frame.pts = None  # gaps in the file's clock are not silence
        source = (frame.format.name, frame.sample_rate, frame.layout.name)
        if source != self._source:
            self._begin(frame, source)
        if self._converter is not None:
            self._take(self._converter.resample(frame))
        if self._playback is not None and self.channels <= 2:
            self._playback.add(frame)

    def finish(self) -> None:
        self._drain()
        if self._playback is not None:
            self._playback.close()

    def close(self) -> None:
        for file in self._files:
            file.close()

    def result(self, *, header_ms: int) -> dict[str, Any]:
        duration_ms = self.samples * 1000 // SAMPLE_RATE
        is_dual_mono = self.channels == 2 and self._merge_if_same()
        tracks = [
            {"name": Path(file.name).name, "channel": index}
            for index, file in enumerate(self._files)
        ]
        if len(tracks) == 1 or is_dual_mono:
            tracks = [{"name": tracks[0]["name"], "channel": None}]
        # Browsers believe the header; where it is wrong they cannot seek.
        is_header_wrong = abs(header_ms - duration_ms) > 1000 + duration_ms // 50
        if self.wants_playback and self._playback is None and is_header_wrong:
            self._copy_tracks()
        return {
            "codec": self.codec,
            "duration_ms": duration_ms,
            "samples": self.samples,
            "sample_rate": self.rate,
            "channel_count": self.channels,
            "is_dual_mono": is_dual_mono,
            "tracks": tracks,
            "waveform": self._peaks.result(),
            "has_playback": self._playback is not None,
        }

    def _begin(self, frame: AudioFrame, source: tuple[str, int, str]) -> None:
        """The first frame, or one whose shape has changed in mid-stream."""
        channels, rate = frame.layout.nb_channels, frame.sample_rate
        if channels > self.limits.max_channels:
            raise EngineError(ErrorCode.TOO_MANY_CHANNELS, str(channels))
        if not self.limits.min_sample_rate <= rate <= self.limits.max_sample_rate:
            raise EngineError(ErrorCode.UNSUPPORTED_FORMAT, f"{rate} Hz")
        self._drain()
        if self._source is None:
            self.rate, self.channels = rate, channels
            self._peaks = Peaks(channels)
            for index in range(2 if channels == 2 else 1):
                path = self.work_dir / f"channel-{index}.pcm"
                self._files.append(path.open("wb"))
            if self.wants_playback and not is_playable(
                self.media_format, self.codec, rate, channels
            ):
                self._playback = self._open_playback(rate)
        self._source = source
        self._source_rate = rate
        # PyAV loses its way among eight planes and more.
        sample_format = "fltp" if channels < 8 else "flt"
        self._converter = AudioResampler(sample_format, frame.layout, rate)
        if rate != SAMPLE_RATE:
            # Half a point of CER on 8 kHz calls better than FFmpeg's own.
            soxr = importlib.import_module("soxr")  # 0.1 s that 16 kHz need not pay
            self._resampler = soxr.ResampleStream(
                rate, SAMPLE_RATE, self.channels, dtype="float32"
            )

    def _open_playback(self, rate: int) -> PlaybackWriter:
        path = self.work_dir / PLAYBACK_NAME
        return PlaybackWriter(path, rate=rate, channels=len(self._files))

    def _take(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            block = np.asarray(frame.to_ndarray(), np.float32)
            if frame.format.is_packed:
                block = block.reshape(-1, frame.layout.nb_channels).T
            if block.shape[0] != self.channels:
                mixed = block.mean(axis=0, keepdims=True)
                block = np.repeat(mixed, self.channels, axis=0)
            self._pending.append(block)
            self._pending_samples += block.shape[1]
        if self._pending_samples >= self._source_rate:
            self._write()

    def _write(self, *, is_last: bool = False) -> None:
        """About a second at a time, so that numpy is worth its calls."""
        self._pending.append(np.zeros((self.channels, 0), np.float32))
        block = np.nan_to_num(np.concatenate(self._pending, axis=1))
        self._pending, self._pending_samples = [], 0
        if self._resampler is not None:
            samples = np.ascontiguousarray(block.T)
            block = self._resampler.resample_chunk(samples, last=is_last).T
        if not block.shape[1]:
            return
        self.samples += block.shape[1]
        if self.samples * 1000 > self.limits.max_duration_ms * SAMPLE_RATE:
            raise EngineError(ErrorCode.TOO_LONG)
        self._leave_room()
        self._peaks.add(block)
        if len(self._files) == 1:
            block = block.mean(axis=0, keepdims=True)
        integers = np.clip(np.rint(block * 32768), -32768, 32767).astype("<i2")
        for file, row in zip(self._files, integers, strict=True):
            file.write(row.tobytes())
        if self._playback is not None and self.channels > 2:
            self._playback.add(_frame_of(integers))

    def _leave_room(self) -> None:
        """Hours of silence are small as a file and large as samples. Called for about
        every second of audio: the check costs a microsecond."""
        if not self.limits.keep_free_bytes:
            return
        disk = os.statvfs(self.work_dir)
        if disk.f_bavail * disk.f_frsize < self.limits.keep_free_bytes:
            raise EngineError(ErrorCode.DISK_FULL, permanent=False)

    def _drain(self) -> None:
        if self._converter is not None:
            self._take(self._converter.resample(None))
            self._write(is_last=True)
            self._converter = self._resampler = None

    def _merge_if_same(self) -> bool:
        """Leave one track, in the first file, when both channels hold one scene."""
        self.close()
        first, second = (Path(file.name) for file in self._files)
        left, right = read_track(first), read_track(second)
        likeness = compare(left, right)
        if not likeness.is_same_scene:
            return False
        if not likeness.is_one_enough:
            merged = self.work_dir / "channel-m.pcm"
            with merged.open("wb") as file:
                for start in range(0, left.size, _COPY):
                    self._leave_room()
                    stop = start + _COPY
                    both = left[start:stop].astype(np.int32) + right[start:stop]
                    file.write((both // 2).astype("<i2").tobytes())
            merged.replace(first)
        elif not likeness.is_left_louder:
            second.replace(first)
        second.unlink(missing_ok=True)
        return True

    def _copy_tracks(self) -> None:
        paths = [Path(f.name) for f in self._files if Path(f.name).exists()]
        tracks = [read_track(path) for path in paths]
        path = self.work_dir / PLAYBACK_NAME
        self._playback = PlaybackWriter(path, rate=SAMPLE_RATE, channels=len(tracks))
        for start in range(0, tracks[0].size, _COPY):
            self._leave_room()
            self._playback.add(
                _frame_of(np.stack([track[start : start + _COPY] for track in tracks]))
            )
        self._playback.close()


def _frame_of(samples: NDArray[np.int16]) -> AudioFrame:
    layout = "stereo" if samples.shape[0] == 2 else "mono"
    planar = np.ascontiguousarray(samples, dtype=np.int16)
    frame = AudioFrame.from_ndarray(planar, format="s16p", layout=layout)
    frame.sample_rate = SAMPLE_RATE
    return frame
