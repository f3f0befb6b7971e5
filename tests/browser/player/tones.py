"""A sound that says its own time: in every minute a tone of its own, and over it one
that rises for sixty seconds. And what reads the time out of what a browser plays."""

from pathlib import Path
from typing import Final

import numpy as np

RATE: Final = 16_000
_MINUTE_HZ, _PER_MINUTE = 3_800, 40
_SECOND_HZ, _PER_SECOND = 400, 50


def write_track(path: Path, *, minutes: int) -> Path:
    """As the decoder leaves one: int16 at 16 kHz. Loud and quiet minutes alternate."""
    t = np.arange(60 * RATE) / RATE
    rising = np.sin(2 * np.pi * (_SECOND_HZ * t + _PER_SECOND / 2 * t * t))
    with path.open("wb") as file:
        for minute in range(minutes):
            tone = np.sin(2 * np.pi * (_MINUTE_HZ + _PER_MINUTE * minute) * t)
            loudness = (0.1, 0.3, 0.2)[minute % 3]
            samples = loudness * (rising + tone) * 32_767
            file.write(samples.astype("<i2").tobytes())
    return path


# Plays, and answers with pairs: the time that the element states, and the one heard.
LISTEN = """async () => {
  const audio = document.querySelector("[data-player] audio");
  const context = new AudioContext({ sampleRate: 16000 });
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  analyser.smoothingTimeConstant = 0;
  context.createMediaElementSource(audio).connect(analyser);
  document.querySelector("[data-play]").click();
  const levels = new Float32Array(1024);
  const width = 16000 / 2048;
  const peak = (from, to) => {
    let best = Math.round(from / width);
    for (let i = best; i < to / width; i++) if (levels[i] > levels[best]) best = i;
    const [a, b, c] = [levels[best - 1], levels[best], levels[best + 1]];
    return (best + (0.5 * (a - c)) / (a - 2 * b + c)) * width;
  };
  const heard = [];
  while (heard.length < 6) {
    await new Promise(requestAnimationFrame);
    analyser.getFloatFrequencyData(levels);
    if (!(Math.max(...levels) > -60)) continue;
    const minute = Math.round((peak(3750, 6300) - 3800) / 40);
    const second = (peak(390, 3450) - 400) / 50 + 0.064; // its window's middle
    const now = audio.currentTime;
    if (heard.length && now - heard.at(-1)[0] < 0.1) continue;
    heard.push([now, minute * 60 + second]);
  }
  audio.pause();
  return heard;
}"""
