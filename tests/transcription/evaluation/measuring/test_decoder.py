"""A decoder goes on with the next file after one that cannot be read."""

from pathlib import Path

import pytest

from tests.transcription.pipeline.sounds import voice, write
from transcription.engine.base import EngineError
from transcription.evaluation.sets.clips import Clip, decoder


def test_files_after_a_broken_one_are_decoded(tmp_path: Path) -> None:
    first = write(tmp_path / "first.wav", [voice(1)])
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF")
    last = write(tmp_path / "last.wav", [voice(2)])
    with decoder() as files:
        assert files.file_of(Clip("first", first, ())).duration_ms == 1000
        with pytest.raises(EngineError):
            files.file_of(Clip("broken", broken, ()))
        assert files.file_of(Clip("last", last, ())).duration_ms == 2000
