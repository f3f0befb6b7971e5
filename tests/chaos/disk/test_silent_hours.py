"""A small file that unpacks to more than the disk holds: the reserve stays."""

import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.chaos.disk.small_disk import small_disk
from tests.transcription.pipeline.sounds import silence, write
from transcription.engine.base import EngineError, ErrorCode
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.types import DecodeLimits

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="needs no database"),
]

RESERVE = 24 * 2**20


def test_an_hour_of_silence_leaves_the_reserve_of_a_small_disk(tmp_path: Path) -> None:
    minutes = [silence(60.0, rate=8000)] * 60
    source = write(
        tmp_path / "bomb.flac", [np.concatenate(minutes)], rate=8000, codec="flac"
    )
    least: list[int] = []
    is_over = threading.Event()
    with small_disk(tmp_path / "disk", 64) as disk:

        def watch() -> None:
            while not is_over.wait(0.005):
                least.append(shutil.disk_usage(disk).free)

        watcher = threading.Thread(target=watch)
        watcher.start()
        limits = DecodeLimits(keep_free_bytes=RESERVE)  # it needs 115 MB
        try:
            with pytest.raises(EngineError) as caught:
                decode_file(source, disk, limits)
        finally:
            is_over.set()
            watcher.join()
        assert (caught.value.code, caught.value.permanent) == (
            ErrorCode.DISK_FULL,
            False,
        )
        assert list(disk.iterdir()) == []
        assert RESERVE - 2**20 < min(least) < RESERVE + 8 * 2**20
