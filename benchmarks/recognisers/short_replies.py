"""Are short replies recognised on the telephone?

``python -m benchmarks.recognisers.short_replies``

Words of 150 to 450 ms that the bare engine was sure of in running speech are cut out,
stand alone between two seconds of silence, and go through a telephone's codec and the
whole pipeline. Prints for each codec how many the detector finds, in how many the
engine recognises anything, and in how many the same word.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.bare import SENTENCES, Bare
from tests.transcription.pipeline.sounds import silence, write
from transcription.engine.base import (
    Engine,
    RecognitionOptions,
    Samples,
    VoiceActivityDetector,
)
from transcription.pipeline.audio.channels import read_track
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.vad import GAP_WITH_WORD_TIMES_MS, pieces, windows
from transcription.pipeline.types import DecodeLimits

OPTIONS = RecognitionOptions(language="zh", use_itn=False)
CODECS = {
    "µ-law": ("pcm_mulaw", "wav"),
    "A-law": ("pcm_alaw", "wav"),
    "AMR 12.2": ("libopencore_amrnb", "amr"),
}


@dataclass(frozen=True, slots=True)
class Reply:
    word: str
    samples: Samples


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=80)
    chosen = options.parse_args()
    bare = Bare.load("vosk")
    engine, vad = bare.engine, bare.vad
    found = [reply for path in _clips() for reply in _replies(engine, path)]
    replies = found[:: max(1, len(found) // chosen.count)][: chosen.count]
    print(f"{len(replies)} words of 150 to 450 ms, {engine.facts.model_name}")
    for name, (codec, container) in CODECS.items():
        recognised = [_recognised(r, codec, container, engine, vad) for r in replies]
        same = sum(a == b.word for a, b in zip(recognised, replies, strict=True))
        found_count = sum(one is not None for one in recognised)
        something = sum(bool(one) for one in recognised)
        print(
            f"{name:9} detector {found_count}  something {something}  the same {same}"
        )


def _clips() -> list[Path]:
    """Sentences of one synthetic and one real voice."""
    return sorted(
        [*SENTENCES.glob("*.flac"), *(SENTENCES.parent / "real").glob("*.flac")]
    )


def _replies(engine: Engine, path: Path) -> Iterator[Reply]:
    samples, _rate = soundfile.read(path, dtype="float32")
    for word in engine.recognise([samples], OPTIONS)[0].words:
        is_short = 150 <= word.end_ms - word.start_ms <= 450 and len(word.text) <= 2
        if is_short and (word.confidence or 0) > 0.95:
            cut = samples[word.start_ms * 16 : word.end_ms * 16]  # of even length
            yield Reply(word.text, cut)


def _recognised(
    reply: Reply,
    codec: str,
    container: str,
    engine: Engine,
    vad: VoiceActivityDetector,
) -> str | None:
    """None when the detector finds nothing."""
    sound = np.concatenate([silence(2.0), reply.samples, silence(2.0)])
    narrow = sound.reshape(-1, 2).mean(axis=1)  # 8 kHz
    with tempfile.TemporaryDirectory() as folder:
        path = write(
            Path(folder) / f"reply.{container}",
            [narrow],
            rate=8000,
            codec=codec,
            container=container,
        )
        decoded = decode_file(path, Path(folder), DecodeLimits(), wants_playback=False)
        track = read_track(decoded.tracks[0].path)
        (window,) = windows(track)
        found = pieces(track, window, vad, gap_ms=GAP_WITH_WORD_TIMES_MS)
        if not found:
            return None
        texts = engine.recognise([piece.samples(track) for piece in found], OPTIONS)
    return "".join(one.text for one in texts)


if __name__ == "__main__":
    main()
