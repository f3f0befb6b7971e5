"""The process that decodes one file and ends; started by ``decode.py``, never imported.

Hostile bytes meet FFmpeg here and nowhere else: no environment, no secrets, no
database, hard limits on memory, CPU, open files and file size, and a cage around it all
(``cage.py``). Standard input is a socket: over it comes a ``DecodeOrder`` as JSON, and
with it the source, already open. The answer is one JSON object on standard output.
"""

import errno
import json
import mmap
import os
import resource
import socket
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

import av

from transcription.engine.base import EngineError, ErrorCode
from transcription.pipeline.audio.decoder import cage
from transcription.pipeline.audio.decoder.decode_stream import decode_stream
from transcription.pipeline.audio.decoder.order import DecodeOrder
from transcription.pipeline.types import DecodeLimits

# Codecs crash, and blame the file, where there is less than this left to begin with.
_ROOM_BYTES = 32 * 2**20
_ORDER_BYTES = 2**16
# To read: Python, its packages, the system's libraries, and our own source.
_CODE = (
    *(Path(place) for place in {sys.prefix, sys.base_prefix, sys.base_exec_prefix}),
    *(Path(place) for place in ("/lib", "/lib64", "/usr/lib", "/usr/lib64")),
    Path(__file__).resolve().parents[3],
)
# Past the soft limit SIGXCPU says what it was; the hard one says nothing.
_CPU_GRACE_SECONDS = 5
_DISK_ERRORS = {errno.EIO, errno.EACCES, errno.EROFS}


def main() -> None:
    """Without an order there is nothing to do."""
    order = _received()
    if order is None:
        return
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is not our answer
    os.chdir(order.work_dir)
    _limit_process(order.limits)
    missing = cage.enter(order.work_dir, _CODE)
    result: dict[str, Any]
    try:
        mmap.mmap(-1, _ROOM_BYTES).close()
        with open(0, "rb", closefd=False) as source:
            result = decode_stream(source, order)
    except EngineError as error:
        result = {
            "error": str(error.code),
            "detail": error.detail,
            "permanent": error.permanent,
        }
    except (MemoryError, ImportError):  # PyAV loads parts of itself late
        # Perhaps the machine's memory, and not what this file needs.
        result = {"error": str(ErrorCode.DECODE_LIMIT), "permanent": False}
    except OSError as error:
        result = _of_os_error(error, order.work_dir)
    except av.FFmpegError as error:  # most of them are no OSError
        detail = str(error.strerror or "")
        result = {"error": str(ErrorCode.CORRUPT_AUDIO), "detail": detail}
    json.dump(result | {"unprotected_by": missing}, answer)
    answer.flush()
    os._exit(0)  # nothing to clean up, and interpreters are slow to close


def _received() -> DecodeOrder | None:
    """From then on the source is standard input, and there is no socket any more."""
    with socket.socket(fileno=os.dup(0)) as control:
        text, sources, _flags, _address = socket.recv_fds(control, _ORDER_BYTES, 1)
        while text and (more := control.recv(_ORDER_BYTES)):
            text += more
    if not sources:
        return None
    os.dup2(sources[0], 0)
    os.close(sources[0])
    return DecodeOrder.from_json(text.decode())


def _of_os_error(error: OSError, work_dir: Path) -> dict[str, Any]:
    if error.errno in (errno.ENOMEM, errno.EFBIG, errno.EMFILE):
        is_for_good = error.errno != errno.ENOMEM
        return {"error": str(ErrorCode.DECODE_LIMIT), "permanent": is_for_good}
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return {"error": str(ErrorCode.DISK_FULL), "permanent": False}
    is_elsewhere = isinstance(error.filename, str | Path) and not Path(
        error.filename
    ).is_relative_to(work_dir)
    if error.errno in (errno.ENOSYS, errno.EPERM) or (
        error.errno == errno.EACCES and is_elsewhere
    ):  # the cage says no
        return {"error": str(ErrorCode.DECODE_LIMIT), "detail": "not allowed"}
    detail = str(error.strerror or "")
    is_about_the_file = isinstance(error, av.FFmpegError) or (
        error.errno == errno.EINVAL  # a seek to where nothing is
    )
    if is_about_the_file and error.errno not in _DISK_ERRORS:
        return {"error": str(ErrorCode.CORRUPT_AUDIO), "detail": detail}
    code = str(ErrorCode.STORAGE_FAILED)
    return {"error": code, "detail": detail, "permanent": False}


def _limit_process(limits: DecodeLimits) -> None:
    # A channel of the longest recording, with room.
    file_bytes = limits.max_duration_ms * 32 * 3 + 2**20
    for name, value, grace in (
        ("RLIMIT_AS", limits.memory_bytes, 0),
        ("RLIMIT_CPU", limits.cpu_seconds, _CPU_GRACE_SECONDS),
        ("RLIMIT_FSIZE", file_bytes, 0),
        ("RLIMIT_NOFILE", 64, 0),
        ("RLIMIT_NPROC", 0, 0),
        ("RLIMIT_CORE", 0, 0),
    ):
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        most = value + grace
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value, most = min(value, hard), min(most, hard)
        try:
            resource.setrlimit(kind, (value, most))
        except (OSError, ValueError):  # macOS has no RLIMIT_AS worth the name
            continue


if __name__ == "__main__":
    main()
