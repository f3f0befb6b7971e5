"""One file in, tracks on disk out; the work happens in a process of its own."""

import contextlib
import functools
import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from transcription.engine.base import EngineError, ErrorCode
from transcription.pipeline.audio.decoder.order import PLAYBACK_NAME, DecodeOrder
from transcription.pipeline.audio.decoder.processes import keep_ahead, ordered
from transcription.pipeline.audio.sniff import known_but_not_read, sniff
from transcription.pipeline.types import DecodedAudio, DecodeLimits, Track

logger = logging.getLogger(__name__)

_WORKER: Final = Path(__file__).parent / "decoder" / "decode_worker.py"
_WAIT_SECONDS: Final = 0.5


def keep_decoder_ahead() -> None:
    """From now on ``decode_file`` of this process saves the 0.13 s in which a decoder
    starts, if ``renew_ahead`` is called after each. Costs 40 MB."""
    keep_ahead(_WORKER)


def decode_file(
    source: Path,
    work_dir: Path,
    limits: DecodeLimits,
    *,
    wants_playback: bool = True,
    follows_clock: bool = True,
    on_wait: Callable[[], None] | None = None,
) -> DecodedAudio:
    """Decode ``source`` into ``work_dir``, which exists and is this call's alone.

    ``on_wait`` is called twice a second and may raise to stop. Raises
    ``EngineError``; after any exception nothing is left in ``work_dir``. For times that
    were counted from samples alone, let it not follow the container's clock.
    """
    with source.open("rb") as file:
        if not file.read(1):
            raise EngineError(ErrorCode.EMPTY_FILE)
        sniffed = sniff(file)
        if sniffed is None:
            raise EngineError(ErrorCode.UNSUPPORTED_FORMAT, known_but_not_read(file))
        file.seek(0)
        order = DecodeOrder(
            sniffed, work_dir.resolve(), limits, wants_playback, follows_clock
        )
        try:
            with _started(file.fileno(), order) as process:
                deadline = time.monotonic() + limits.wall_seconds
                out, err = _waited_for(process, deadline, on_wait)
            facts = _answer(process.returncode, out, err)
        except BaseException:
            _remove_partial(work_dir)
            raise
    return _decoded(sniffed.media_format, work_dir, facts)


def _decoded(media_format: str, work_dir: Path, facts: dict[str, Any]) -> DecodedAudio:
    return DecodedAudio(
        media_format=media_format,
        codec=str(facts["codec"]),
        duration_ms=int(facts["duration_ms"]),
        sample_rate=int(facts["sample_rate"]),
        channel_count=int(facts["channel_count"]),
        is_dual_mono=bool(facts["is_dual_mono"]),
        tracks=tuple(
            Track(work_dir / track["name"], track["channel"], int(facts["samples"]))
            for track in facts["tracks"]
        ),
        waveform=tuple(tuple(row) for row in facts["waveform"]),
        playback=work_dir / PLAYBACK_NAME if facts["has_playback"] else None,
        notes=tuple(facts["notes"]),
    )


@contextlib.contextmanager
def _started(source_fd: int, order: DecodeOrder) -> Iterator["subprocess.Popen[bytes]"]:
    """The process that decodes; it does not outlive the block."""
    process = ordered(_WORKER, source_fd, order)
    try:
        yield process
    except BaseException:
        process.kill()
        process.communicate()
        raise


def _waited_for(
    process: "subprocess.Popen[bytes]",
    deadline: float,
    on_wait: Callable[[], None] | None,
) -> tuple[bytes, bytes]:
    while True:
        try:
            return process.communicate(timeout=_WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                raise EngineError(ErrorCode.DECODE_LIMIT) from None
            if on_wait is not None:
                on_wait()


def _answer(returncode: int, out: bytes, err: bytes) -> dict[str, Any]:
    if returncode == 0:
        with contextlib.suppress(ValueError):
            facts: dict[str, Any] = json.loads(out)
            _note_protection(tuple(facts.get("unprotected_by", ())))
            if "error" not in facts:
                return facts
            raise EngineError(
                ErrorCode(facts["error"]),
                str(facts.get("detail", "")),
                permanent=bool(facts.get("permanent", True)),
            )
    if returncode == -signal.SIGXCPU:
        raise EngineError(ErrorCode.DECODE_LIMIT, signal.Signals.SIGXCPU.name)
    if returncode == -signal.SIGTERM:  # all of the worker's processes are to stop
        raise EngineError(ErrorCode.WORKER_LOST, "decoder", permanent=False)
    # It left no report: killed (by the system, for memory) or crashed in a codec. Which
    # of them, and whether it is the file's doing, only more tries can tell.
    if returncode < 0:
        detail = signal.Signals(-returncode).name
    else:
        said = err.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
        detail = said[0][:200]
    raise EngineError(ErrorCode.DECODER_LOST, detail, permanent=False)


@functools.cache
def _note_protection(missing: tuple[str, ...]) -> None:
    """Once per worker process."""
    if missing:
        logger.warning(
            "Decoders run with less protection here: no %s.", ", no ".join(missing)
        )


def _remove_partial(work_dir: Path) -> None:
    for path in (*work_dir.glob("channel-*.pcm"), work_dir / PLAYBACK_NAME):
        with contextlib.suppress(OSError):
            os.unlink(path)
