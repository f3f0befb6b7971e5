// The sound as a drawing, from peaks that the server computed: nothing is downloaded or
// decoded for it. Zoomed, it is a window that follows what is played.

import WaveSurfer from "../../vendor/wavesurfer.esm.js";

const SHORTEST = 30; // seconds that a window shows at least
const MOST = 64;
const BAR = 2;
const GAP = 1;
const WIDEST = 4096; // pixels of a screen

function lanes(root) {
  // Each channel in the colour of its voice, which its label has from the style sheet.
  const labels = [...root.querySelectorAll("[data-lane]")];
  if (!labels.length) return undefined;
  // Opaque, as what is played is painted through what is drawn.
  const parts = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
  const ground = parts(getComputedStyle(root).backgroundColor);
  return labels.map((label) => {
    const { color } = getComputedStyle(label);
    const faint = parts(color).map((part, i) => Math.round((part + ground[i]) / 2));
    return { waveColor: `rgb(${faint.join(", ")})`, progressColor: color };
  });
}

function colours(root) {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  return {
    waveColor: token("--wave"),
    progressColor: token("--wave-played"),
    cursorColor: token("--text"),
    splitChannels: lanes(root),
  };
}

export function makeWaveform(root, box, audio) {
  const peaks = JSON.parse(document.getElementById("peaks").textContent) ?? [];
  const listeners = [];
  let wave = null;
  let duration = 0;
  let zoom = 1;

  const width = () => box.clientWidth;
  const most = () => Math.max(1, Math.min(MOST, duration / SHORTEST));
  const moved = () => listeners.forEach((listener) => listener());
  const timeAt = (x) =>
    Math.min(duration, Math.max(0, ((wave.getScroll() + x) / (width() * zoom)) * duration));
  const xOf = (seconds) => (seconds / duration) * width() * zoom - wave.getScroll();

  function channelsOf() {
    // Each peak so often that zoomed, too, there is one for every bar.
    const bars = (WIDEST * most()) / (BAR + GAP);
    return peaks.map((channel) => {
      const times = Math.max(1, Math.ceil(bars / channel.length));
      return channel.flatMap((peak) => Array(times).fill(peak / 100));
    });
  }

  function draw(seconds) {
    duration = seconds;
    const channels = channelsOf();
    const count = Math.max(1, channels.length);
    wave = WaveSurfer.create({
      container: box,
      media: audio,
      peaks: channels.length ? channels : [[0, 0]],
      duration,
      height: Math.floor(box.clientHeight / count),
      barWidth: BAR,
      barGap: GAP,
      barRadius: 1,
      barMinHeight: 1,
      cursorWidth: 1,
      interact: false, // gestures.js
      autoCenter: false, // it jumps when the end of the window is reached
      cspNonce: root.dataset.nonce,
      ...colours(root),
    });
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => wave.setOptions(colours(root)));
    // Somebody may have sought before there was a waveform: ?t=12.3.
    wave.on("ready", () => {
      show(audio.currentTime);
      moved();
    });
    wave.on("scroll", moved);
    new ResizeObserver(() => scale()).observe(box);
  }

  function scale() {
    if (!wave.getDecodedData()) return;
    wave.zoom(zoom === 1 ? 0 : (width() * zoom) / duration);
    moved();
  }

  function zoomTo(wanted, x = null) {
    // Whatever is at x stays there; without x, what is played.
    if (!wave) return false;
    const to = Math.min(most(), Math.max(1, wanted));
    if (to === zoom) return false;
    const now = xOf(audio.currentTime);
    const isInWindow = now >= 0 && now <= width();
    const anchor = x ?? (isInWindow ? now : width() / 2);
    const seconds = timeAt(anchor);
    zoom = to;
    scale();
    wave.setScroll((seconds / duration) * width() * zoom - anchor);
    moved();
    root.dispatchEvent(new CustomEvent("zoomed"));
    return true;
  }

  function show(seconds) {
    // The element itself tells of a place only once it has loaded something.
    if (!wave) return;
    if (audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) wave.setTime(seconds);
    const x = xOf(seconds);
    if (x < 0 || x > width()) wave.setScroll(wave.getScroll() + x - width() / 2);
  }

  return {
    draw,
    show,
    timeAt,
    xOf,
    zoomTo,
    most,
    zoom: () => zoom,
    pan: (pixels) => wave?.setScroll(wave.getScroll() + pixels),
    isDrawn: () => Boolean(wave),
    onMove: (listener) => listeners.push(listener),
  };
}
