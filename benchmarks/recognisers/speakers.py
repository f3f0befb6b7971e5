"""Are voices told apart? ``python -m benchmarks.recognisers.speakers [--hours]``

Recordings with one track are made from the shared data (one real AISHELL speaker, one
synthetic voice), recognised by the embedded recogniser, and told apart by the installed
speaker model. ``wrong`` is the share of spoken time that went to another voice than the
reference's (at the best pairing); ``missed`` has no text; ``CER`` is of all that was
said. ``--end-silence`` and ``--gap`` cut speech otherwise than the portal does.
``--hours`` compares the memory of the step for three hours with that for half an hour.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.bare import MODELS, OPTIONS, THREADS, Bare, wav_of
from tests.stack import ROOT
from transcription.engine.base import SpeakerEmbedder
from transcription.engine.choose import choose_embedder, load_embedder
from transcription.evaluation.scores.cer import score_one
from transcription.pipeline.audio.decode import decode_file
from transcription.pipeline.audio.vad import Joining
from transcription.pipeline.run import RunSetup, transcribe
from transcription.pipeline.speakers.separation import separate
from transcription.pipeline.types import (
    DecodedAudio,
    DecodeLimits,
    PipelineResult,
    PipelineSegment,
    Track,
)

DATA = ROOT.parent / "shared" / "data"
RATE = 16_000
FRAME_MS = 10

Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Turn:
    """Who speaks from when to when."""

    voice: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Case:
    """A recording made for this, and what is true of it."""

    name: str
    sound: Sound
    turns: tuple[Turn, ...]
    text: str  # empty where words are cut

    @property
    def voices(self) -> int:
        return len({turn.voice for turn in self.turns})


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording without the silence around it, and what is said in it."""

    sound: Sound
    text: str


def sentences(folder: str) -> list[Spoken]:
    """The recordings of a folder of the shared data, in the order of their names."""
    manifest = json.loads((DATA / folder / "manifest.json").read_text("utf-8"))
    entries = sorted(manifest, key=lambda entry: str(entry["file"]))
    return [
        Spoken(
            _trimmed(soundfile.read(DATA / entry["file"], dtype="float32")[0]),
            entry["text"],
        )
        for entry in entries
    ]


def _trimmed(sound: Sound) -> Sound:
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return np.asarray(sound[loud[0] : loud[-1] + 1], np.float32)


def joined(name: str, parts: Sequence[tuple[int, Spoken]], gap_ms: int) -> Case:
    """One after the other at the same loudness, with a pause between."""
    sounds: list[Sound] = []
    turns: list[Turn] = []
    at_ms = 0
    for voice, spoken in parts:
        sound = spoken.sound
        level = float(np.sqrt(np.mean(np.square(sound))))
        sounds += [sound * (0.08 / level), np.zeros(gap_ms * 16, np.float32)]
        turns.append(Turn(voice, at_ms, at_ms + sound.size // 16))
        at_ms += sound.size // 16 + gap_ms
    text = "".join(spoken.text for _, spoken in parts)
    return Case(name, np.clip(np.concatenate(sounds), -1, 1), tuple(turns), text)


def cases(count: int) -> Iterator[Case]:
    real, synthetic = sentences("real")[:count], sentences("sentences")[:count]
    in_turn = [
        part
        for one, two in zip(real, synthetic, strict=False)
        for part in ((0, one), (1, two))
    ]
    yield joined("one real voice", [(0, sound) for sound in real], 500)
    yield joined("one synthetic voice", [(0, sound) for sound in synthetic], 500)
    yield joined("two voices, 500 ms between", in_turn, 500)
    yield joined("two voices, no pause", in_turn, 0)
    short = [(v, Spoken(s.sound[: RATE * 3 // 2], "")) for v, s in in_turn]
    yield joined("two voices, turns of 1.5 s", short, 300)
    mostly = [(0, one) for one in real] + [(1, two) for two in synthetic[:2]]
    yield joined("two voices, one of them rarely", mostly, 500)
    plain = joined("two voices, 8 kHz, noise of 20 dB", in_turn, 500)
    sound = over_the_telephone(plain.sound)
    yield Case(plain.name, sound, plain.turns, plain.text)


def over_the_telephone(sound: Sound) -> Sound:
    """Every other sample, eight bits of µ-law, noise 20 dB below speech."""
    random = np.random.default_rng(0)
    spectrum = np.fft.rfft(sound + random.normal(0, 0.008, sound.size))
    hertz = np.fft.rfftfreq(sound.size, 1 / RATE)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    narrow = np.clip(np.fft.irfft(spectrum, sound.size), -1, 1)
    levels = np.round(np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    return np.asarray(np.sign(narrow) * (256**levels - 1) / 255, np.float32)


@dataclass(frozen=True, slots=True)
class Score:
    """``wrong`` and ``missed`` are shares of the reference's spoken time."""

    voices: int
    wrong: float
    missed: float


def score(case: Case, segments: Sequence[PipelineSegment]) -> Score:
    """Compare who speaks in every hundredth of a second that the reference has."""
    size = case.sound.size // (16 * FRAME_MS) + 1
    true = np.full(size, -1)
    for turn in case.turns:
        true[turn.start_ms // FRAME_MS : turn.end_ms // FRAME_MS] = turn.voice
    recognised = np.full(size, -1)
    for segment in segments:
        voice = -1 if segment.voice is None else segment.voice
        recognised[segment.start_ms // FRAME_MS : segment.end_ms // FRAME_MS] = voice
    spoken = true >= 0
    both = spoken & (recognised >= 0)
    found = sorted({int(voice) for voice in recognised[both]})
    names = [*found, *[-2] * case.voices]
    right = max(
        sum(
            int((both & (true == voice) & (recognised == name)).sum())
            for voice, name in enumerate(pairing)
        )
        for pairing in permutations(names, case.voices)
    )
    total = int(spoken.sum())
    return Score(
        voices=len(found),
        wrong=(int(both.sum()) - right) / total,
        missed=int((spoken & (recognised < 0)).sum()) / total,
    )


def embedder() -> SpeakerEmbedder:
    model = choose_embedder(MODELS)
    if model is None:
        sys.exit("No speaker model is installed: manage.py models install embedded")
    return load_embedder(model, MODELS, device="cpu", threads=THREADS)


def measure(count: int, end_silence_ms: int, gap_ms: int | None) -> None:
    bare, model = Bare.load("vosk", end_silence_ms=end_silence_ms), embedder()
    joining = None if gap_ms is None else Joining(gap_ms)
    setup = RunSetup(bare.engine, bare.vad, OPTIONS, joining=joining)
    print(f"{model.facts.model_name} after {bare.engine.facts.model_name}")
    head = ("voices", "found", "wrong", "missed", "told: wrong", "CER", "RTF")
    print(f"{'recording':36}" + "".join(f"{word:>12}" for word in head))
    for case in cases(count):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "source"
            source.write_bytes(wav_of((case.sound * 32767).astype("<i2")))
            decoded = decode_file(source, Path(folder), DecodeLimits())
            plain = transcribe(decoded, setup)
            began = time.monotonic()
            alone = told_apart(decoded, plain, model, None)
            seconds = time.monotonic() - began
            told = told_apart(decoded, plain, model, case.voices)
        found, forced = score(case, alone.segments), score(case, told.segments)
        row = (
            f"{case.voices}",
            f"{found.voices}",
            f"{found.wrong:.1%}",
            f"{found.missed:.1%}",
            f"{forced.wrong:.1%}",
            _cer(case, plain),
            f"{seconds * RATE / case.sound.size:.3f}",
        )
        print(f"{case.name:36}" + "".join(f"{c:>12}" for c in row), flush=True)


def _cer(case: Case, result: PipelineResult) -> str:
    if not case.text:
        return "–"
    recognised = "".join(segment.text_raw for segment in result.segments)
    return f"{score_one(case.text, recognised).percent:.1f}"


def told_apart(
    decoded: DecodedAudio,
    result: PipelineResult,
    model: SpeakerEmbedder,
    count: int | None,
) -> PipelineResult:
    return separate(decoded, result, model, count=count, on_wait=lambda: None)


def memory_of(minutes: int) -> None:
    """Peak memory after a recording so long; in a process of its own."""
    case = next(case for case in cases(8) if case.voices == 2)
    samples = (case.sound * 32767).astype("<i2")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "track.pcm"
        wanted = minutes * 60 * RATE
        with path.open("wb") as file:
            for _ in range(wanted // samples.size + 1):
                file.write(samples.tobytes())
        duration_ms = path.stat().st_size // 32
        segments = tuple(
            PipelineSegment(None, start, start + 4800, "好", "好")
            for start in range(0, duration_ms - 5000, 5000)
        )
        decoded = DecodedAudio(
            "wav",
            "pcm_s16le",
            duration_ms,
            RATE,
            1,
            False,
            (Track(path, None, duration_ms * 16),),
            (),
            None,
        )
        model = embedder()
        began = time.monotonic()
        result = told_apart(decoded, PipelineResult("zh", segments), model, None)
    voices = len({segment.voice for segment in result.segments})
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{minutes} {voices} {time.monotonic() - began:.1f} {own:.0f}")


def compare_memory() -> None:
    print("  minutes   voices  seconds  peak MB")
    for minutes in (30, 180):
        command = [sys.executable, "-m", "benchmarks.recognisers.speakers"]
        done = subprocess.run(
            [*command, "--minutes", str(minutes)],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        line = done.stdout.strip().splitlines()[-1]
        print("".join(f"{cell:>9}" for cell in line.split()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=8, help="of each voice")
    parser.add_argument("--end-silence", type=int, default=500, help="ms; 500")
    parser.add_argument("--gap", type=int, help="ms over which pieces are joined")
    parser.add_argument("--hours", action="store_true")
    parser.add_argument("--minutes", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"There is no {DATA}.")
    if arguments.minutes:
        memory_of(arguments.minutes)
    elif arguments.hours:
        compare_memory()
    else:
        measure(arguments.sentences, arguments.end_silence, arguments.gap)


if __name__ == "__main__":
    main()
