// Times along the foot of the waveform, as many as there is room for.

import { clock } from "./clock.js";

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
const ROOM = 80; // pixels of a time and the gap behind it

export function makeRuler(line, waveform) {
  function draw() {
    if (!waveform.isDrawn()) return;
    const width = line.clientWidth;
    const [from, to] = [waveform.timeAt(0), waveform.timeAt(width)];
    const room = ((to - from) / width) * ROOM;
    const step = STEPS.find((seconds) => seconds >= room) ?? STEPS.at(-1);
    const times = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
      if (width - waveform.xOf(at) < ROOM / 2) break; // it would be cut
      const time = document.createElement("span");
      time.textContent = clock(at);
      time.style.insetInlineStart = `${waveform.xOf(at)}px`;
      times.push(time);
    }
    line.replaceChildren(...times);
  }

  waveform.onMove(draw);
}
