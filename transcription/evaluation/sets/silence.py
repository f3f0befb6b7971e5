"""Audio in which nobody speaks, made here: whatever is written of it was invented."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from transcription.engine.base import SAMPLE_RATE
from transcription.evaluation.sets.clips import CUT_PAD_MS, Clip

CLIP_SECONDS: Final = 4
_SIZE: Final = CLIP_SECONDS * SAMPLE_RATE

Sound = NDArray[np.float64]


def silent_clips(
    folder: Path, *, of_each: int = 10, seed: int = 0, language: str = "zh"
) -> Iterator[Clip]:
    """``of_each`` clips of four seconds of every kind below: stretches of one WAV in
    ``folder``, because starting a decoder for each would take longer than recognition.
    ``language`` is the one that the engine is told.
    """
    rng = np.random.default_rng(seed)
    path = folder / "silence.wav"
    names: list[str] = []
    sounds: list[Sound] = []
    for kind, make in _KINDS.items():
        for number in range(of_each):
            names.append(f"{kind}-{number:02d}")
            sounds.append(np.clip(make(rng), -1, 1))
    soundfile.write(path, np.concatenate(sounds), SAMPLE_RATE, subtype="PCM_16")
    for index, name in enumerate(names):
        # Whoever cuts it out adds the room that speech gets.
        start_ms = index * CLIP_SECONDS * 1000 + CUT_PAD_MS
        end_ms = (index + 1) * CLIP_SECONDS * 1000 - CUT_PAD_MS
        yield Clip(
            name,
            path,
            (),
            start_ms=start_ms,
            end_ms=end_ms,
            language=language,
            is_alone=True,
        )


def _digital(rng: np.random.Generator) -> Sound:
    return np.zeros(_SIZE)


def _hiss(rng: np.random.Generator) -> Sound:
    """A quiet line: white noise at −60 to −40 dBFS."""
    return rng.normal(0, 10 ** (rng.uniform(-60, -40) / 20), _SIZE)


def _room(rng: np.random.Generator) -> Sound:
    """A room: pink noise at −45 to −25 dBFS."""
    spectrum = np.fft.rfft(rng.normal(size=_SIZE))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 1))
    return _at(np.fft.irfft(spectrum, _SIZE), rng.uniform(-45, -25))


def _hum(rng: np.random.Generator) -> Sound:
    """Mains: 50 Hz and its overtones over a hiss."""
    time = np.arange(_SIZE) / SAMPLE_RATE
    tones = sum(np.sin(2 * np.pi * 50 * n * time) / n for n in (1, 2, 3, 5))
    return _at(np.asarray(tones), rng.uniform(-40, -25)) + _hiss(rng)


def _knocks(rng: np.random.Generator) -> Sound:
    """A keyboard: short bursts over a hiss."""
    sound = _hiss(rng)
    burst = int(0.02 * SAMPLE_RATE)
    for start in rng.integers(0, _SIZE - burst, size=int(rng.integers(4, 16))):
        decay = np.exp(-np.linspace(0, 6, burst))
        sound[start : start + burst] += rng.normal(0, 0.2, burst) * decay
    return sound


def _ringing(rng: np.random.Generator) -> Sound:
    """The ringing tone of a Chinese line: 450 Hz, one second on."""
    time = np.arange(_SIZE) / SAMPLE_RATE
    is_on = (time + rng.uniform(0, 5)) % 5 < 1
    return np.asarray(0.1 * np.sin(2 * np.pi * 450 * time) * is_on) + _hiss(rng)


def _at(sound: Sound, decibels: float) -> Sound:
    level = float(np.sqrt(np.square(sound).mean())) or 1.0
    return np.asarray(sound * (10 ** (decibels / 20) / level))


_KINDS: Final[dict[str, Callable[[np.random.Generator], Sound]]] = {
    "digital": _digital,
    "hiss": _hiss,
    "room": _room,
    "hum": _hum,
    "knocks": _knocks,
    "ringing": _ringing,
}
