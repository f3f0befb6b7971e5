// The sound of a recording: an <audio> element that asks for ranges, the drawing above it,
// and what moves in both.

import { clock } from "./clock.js";
import { watchGestures } from "./gestures.js";
import { watchHeard } from "./heard.js";
import { makeMarks } from "./marks.js";
import { start } from "./playing.js";
import { makeRuler } from "./ruler.js";
import { makeWaveform } from "./waveform.js";

const root = document.querySelector("[data-player]");

export function makePlayer() {
  if (!root) return null;
  const audio = root.querySelector("audio");
  const duration = Number(root.dataset.duration) / 1000 || undefined;
  const box = document.getElementById("wave");
  const now = root.querySelector("[data-now]");
  const total = root.querySelector("[data-total]");
  const speed = root.querySelector("[data-speed]");
  const listeners = [];

  const hover = root.querySelector("[data-hover]");
  const zooming = root.querySelector("[data-zooming]");
  const waveform = makeWaveform(root, box, audio);
  const markNear = makeMarks(root.querySelector("[data-marks]"), waveform, seek);
  makeRuler(root.querySelector("[data-ruler]"), waveform);

  watchHeard(audio);

  audio.controls = false;
  if (duration) draw(duration);
  else whenKnown(() => draw(audio.duration));

  function whenKnown(act) {
    // Perhaps the browser knew it before this script ran.
    if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) act();
    else audio.addEventListener("loadedmetadata", act, { once: true });
  }

  function draw(seconds) {
    waveform.draw(seconds);
    if (waveform.most() > 1) zooming.hidden = false;
  }

  const length = () => (Number.isFinite(audio.duration) ? audio.duration : duration) || 0;

  function seek(seconds) {
    const to = Math.min(Math.max(0, seconds), length() || seconds);
    audio.currentTime = to;
    waveform.show(to);
    show();
  }

  function show() {
    now.textContent = clock(audio.currentTime);
    box.setAttribute("aria-valuemax", String(Math.round(length())));
    box.setAttribute("aria-valuenow", String(Math.round(audio.currentTime)));
    box.setAttribute("aria-valuetext", `${clock(audio.currentTime)} / ${clock(length())}`);
    listeners.forEach((listener) => listener(audio.currentTime));
  }

  const play = () => start(audio);
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
  whenKnown(() => {
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

  // --- the waveform: pointing, zooming, keys ------------------------------------------------

  const inBox = (clientX) => clientX - box.getBoundingClientRect().left;

  function preview(clientX) {
    if (!waveform.isDrawn()) return;
    const x = Math.min(Math.max(0, inBox(clientX)), box.clientWidth);
    hover.hidden = false;
    hover.textContent = clock(waveform.timeAt(x));
    hover.style.insetInlineStart = `${x}px`;
  }

  function point(clientX, isFinger) {
    const x = inBox(clientX);
    if (waveform.isDrawn()) return seek(markNear(x, isFinger) ?? waveform.timeAt(x));
    // How long it is nobody has measured yet; the browser finds out.
    const share = x / box.clientWidth;
    whenKnown(() => seek(share * length()));
    return undefined;
  }

  const zoomBy = (factor, x) => waveform.zoomTo(waveform.zoom() * factor, x);

  watchGestures(box, {
    preview,
    point,
    leave: () => (hover.hidden = true),
    pan: waveform.pan,
    zoom: (factor, clientX) => zoomBy(factor, inBox(clientX)),
    isZoomed: () => waveform.zoom() > 1,
  });
  for (const button of zooming.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => zoomBy(Number(button.dataset.zoom)));
  root.addEventListener("zoomed", () => {
    hover.hidden = true;
    zooming.querySelector("[data-zoom='0.5']").disabled = waveform.zoom() === 1;
    zooming.querySelector("[data-zoom='2']").disabled = waveform.zoom() === waveform.most();
  });

  const KEYS = {
    ArrowLeft: () => seek(audio.currentTime - 5),
    ArrowRight: () => seek(audio.currentTime + 5),
    PageDown: () => seek(audio.currentTime - 60),
    PageUp: () => seek(audio.currentTime + 60),
    Home: () => seek(0),
    End: () => seek(length()),
    "+": () => zoomBy(2),
    "=": () => zoomBy(2),
    "-": () => zoomBy(0.5),
    0: () => waveform.zoomTo(1),
    " ": toggle,
  };
  // As a slider has them; after a click the page's own keys go on meaning sentences.
  const SLIDER_KEYS = { ArrowDown: KEYS.ArrowLeft, ArrowUp: KEYS.ArrowRight };

  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isByKeyboard = box.matches(":focus-visible");
    const act = KEYS[event.key] ?? (isByKeyboard && SLIDER_KEYS[event.key]);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // the page has some of them too
    act();
  });

  // timeupdate comes four times a second; words want more while it plays.
  function tick() {
    if (audio.paused) return;
    listeners.forEach((listener) => listener(audio.currentTime));
    requestAnimationFrame(tick);
  }
  audio.addEventListener("play", tick);

  if (root.dataset.start) {
    seek(Number(root.dataset.start));
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
    zoomBy,
    skip: (seconds) => seek(audio.currentTime + seconds),
    time: () => audio.currentTime,
    isUsed: () => !audio.paused || audio.played.length > 0,
    onTime: (listener) => {
      listeners.push(listener);
      if (audio.currentTime > 0) listener(audio.currentTime);
    },
  };
}
