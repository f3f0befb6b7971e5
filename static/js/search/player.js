// Hits are heard where they stand: one sound for the page, in a bar at its foot that comes
// with the first play. A button with data-sound plays its recording from data-at on.

import { clock } from "../media/clock.js";
import { watchHeard } from "../media/heard.js";
import { start } from "../media/playing.js";

const LEAD = 2; // seconds before the hit: who begins in the middle of a word hears none
const template = document.querySelector("[data-hit-player]");

export function makeHitPlayer() {
  if (!template) return null;
  const audio = new Audio();
  audio.preload = "none";
  watchHeard(audio);
  let bar = null;
  let playing = null; // the button whose hit is heard
  let sound = "";

  const part = (name) => bar.querySelector(`[data-${name}]`);
  const length = () =>
    (Number.isFinite(audio.duration) ? audio.duration : Number(playing.dataset.length) / 1000) || 0;

  function mark() {
    for (const button of document.querySelectorAll("[data-sound]")) {
      const isHeard = button === playing && !audio.paused;
      button.setAttribute("aria-pressed", String(isHeard));
      button.closest("li").classList.toggle("is-heard", button === playing);
    }
    bar?.classList.toggle("is-playing", !audio.paused);
  }

  function show() {
    if (!bar || !playing) return;
    const slider = part("place");
    slider.max = String(Math.ceil(length()));
    slider.value = String(audio.currentTime);
    slider.setAttribute("aria-valuetext", `${clock(audio.currentTime)} / ${clock(length())}`);
    part("now").textContent = clock(audio.currentTime);
    part("total").textContent = clock(length());
  }

  function skip(seconds) {
    const to = Math.max(0, audio.currentTime + seconds);
    audio.currentTime = length() ? Math.min(to, length()) : to;
    show();
  }

  const toggleSound = () => (audio.paused ? start(audio) : audio.pause());

  function close() {
    const button = playing;
    audio.pause();
    playing = null;
    mark();
    bar.remove();
    bar = null;
    button?.focus({ preventScroll: true });
  }

  function open() {
    if (bar) return;
    bar = template.content.firstElementChild.cloneNode(true);
    // After what is read, before the dialogs: Tab comes to it at the page's end.
    template.after(bar);
    part("play").addEventListener("click", toggleSound);
    for (const button of bar.querySelectorAll("[data-skip]"))
      button.addEventListener("click", () => skip(Number(button.dataset.skip)));
    part("place").addEventListener("input", ({ target }) => {
      audio.currentTime = Number(target.value);
      show();
    });
    part("speed").addEventListener("change", ({ target }) => {
      audio.defaultPlaybackRate = Number(target.value); // the next sound's, too
      audio.playbackRate = Number(target.value);
    });
    part("close").addEventListener("click", close);
  }

  function play(button) {
    open();
    playing = button;
    const link = part("title");
    link.textContent = button.dataset.title;
    link.href = button.closest("li").querySelector(".search-hit").href;
    part("player-error").hidden = true;
    const at = Math.max(0, Number(button.dataset.at) / 1000 - LEAD);
    if (sound === button.dataset.sound && !audio.error) audio.currentTime = at;
    else {
      sound = button.dataset.sound;
      audio.src = `${sound}#t=${at}`; // begins there, before anything is loaded
    }
    show();
    start(audio);
    mark();
  }

  function toggle(button) {
    if (button === playing) toggleSound();
    else play(button);
  }

  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, mark);
  for (const event of ["timeupdate", "loadedmetadata"]) audio.addEventListener(event, show);
  audio.addEventListener("error", () => {
    if (bar) part("player-error").hidden = false;
    mark();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sound]");
    if (button) toggle(button);
  });

  return { toggle, skip, close, isOpen: () => Boolean(bar) };
}
