// The sound of a recording: an <audio> element that asks for ranges, drawn as a waveform
// from peaks that the server computed. Nothing is downloaded or decoded to draw it.

import WaveSurfer from "../../vendor/wavesurfer.esm.js";

const root = document.querySelector("[data-player]");

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  return {
    waveColor: token("--wave"),
    progressColor: token("--wave-played"),
    cursorColor: token("--text"),
    splitChannels: lanes(),
  };
}

function lanes() {
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

function draw(audio, duration) {
  const peaks = JSON.parse(document.getElementById("peaks").textContent ?? "[]");
  const box = document.getElementById("wave");
  const channels = (peaks ?? []).map((channel) => channel.map((peak) => peak / 100));
  const count = Math.max(1, channels.length);
  const wave = WaveSurfer.create({
    container: box,
    media: audio,
    peaks: channels.length ? channels : [[0, 0]],
    duration,
    height: Math.floor(box.clientHeight / count),
    barWidth: 2,
    barGap: 1,
    barRadius: 1,
    barMinHeight: 1,
    cursorWidth: 1,
    dragToSeek: true,
    cspNonce: root.dataset.nonce,
    ...colours(),
  });
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => wave.setOptions(colours()));
  // Somebody may have sought before there was a waveform: ?t=12.3.
  wave.on("ready", () => wave.setTime(audio.currentTime));
}

export function makePlayer() {
  if (!root) return null;
  const audio = root.querySelector("audio");
  const duration = Number(root.dataset.duration) / 1000 || undefined;
  const box = document.getElementById("wave");
  const now = root.querySelector("[data-now]");
  const total = root.querySelector("[data-total]");
  const speed = root.querySelector("[data-speed]");
  const listeners = [];

  audio.controls = false;
  if (duration) draw(audio, duration);
  else
    audio.addEventListener("loadedmetadata", () => draw(audio, audio.duration), {
      once: true,
    });

  const length = () => (Number.isFinite(audio.duration) ? audio.duration : duration) || 0;

  function seek(seconds) {
    audio.currentTime = Math.min(Math.max(0, seconds), length() || seconds);
    show();
  }

  function show() {
    now.textContent = clock(audio.currentTime);
    box.setAttribute("aria-valuemax", String(Math.round(length())));
    box.setAttribute("aria-valuenow", String(Math.round(audio.currentTime)));
    box.setAttribute("aria-valuetext", clock(audio.currentTime));
    listeners.forEach((listener) => listener(audio.currentTime));
  }

  function play() {
    return audio.play().catch((error) => {
      // A browser may want a click first, and a pause may overtake a play. What cannot
      // be loaded is told by the element's own error.
      const isHarmless = ["NotAllowedError", "AbortError", "NotSupportedError"];
      if (!isHarmless.includes(error.name)) throw error;
    });
  }
  const toggle = () => (audio.paused ? play() : audio.pause());

  function rate(step) {
    const options = [...speed.options];
    const at = options.findIndex((option) => option.selected) + step;
    if (!options[at]) return;
    options[at].selected = true;
    audio.playbackRate = Number(speed.value);
  }

  audio.addEventListener("timeupdate", show);
  audio.addEventListener("play", () => root.classList.add("is-playing"));
  audio.addEventListener("pause", () => root.classList.remove("is-playing"));
  audio.addEventListener("loadedmetadata", () => {
    total.textContent = clock(length());
    show();
  });
  audio.addEventListener("error", () => {
    root.querySelector("[data-player-error]").hidden = false;
    for (const button of root.querySelectorAll("[data-play], [data-skip]"))
      button.disabled = true;
  });
  root.querySelector("[data-play]").addEventListener("click", toggle);
  for (const button of root.querySelectorAll("[data-skip]")) {
    button.addEventListener("click", () =>
      seek(audio.currentTime + Number(button.dataset.skip)),
    );
  }
  speed.addEventListener("change", () => {
    audio.playbackRate = Number(speed.value);
    speed.blur(); // so that Space plays again
  });

  // timeupdate comes four times a second; words want more while it plays.
  function tick() {
    if (!audio.paused) listeners.forEach((listener) => listener(audio.currentTime));
    requestAnimationFrame(tick);
  }
  audio.addEventListener("play", tick, { once: true });

  const start = Number(root.dataset.start);
  if (root.dataset.start) {
    seek(start);
    // A link to a second is followed to hear it; a reload or a way back is not.
    const [how] = performance.getEntriesByType("navigation");
    if (!how || how.type === "navigate") play();
  }
  show();

  return {
    seek,
    play,
    toggle,
    rate,
    skip: (seconds) => seek(audio.currentTime + seconds),
    time: () => audio.currentTime,
    isUsed: () => !audio.paused || audio.played.length > 0,
    onTime: (listener) => {
      listeners.push(listener);
      if (audio.currentTime > 0) listener(audio.currentTime);
    },
  };
}
