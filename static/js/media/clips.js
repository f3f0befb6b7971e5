// Sentences that can be heard where they stand: a link with data-clip plays its stretch
// of the recording. Without JavaScript it leads to the recording at that second.

import { watchHeard } from "./heard.js";

const audio = new Audio();
audio.preload = "none";
watchHeard(audio);
let playing = null;
let endMs = 0;

function use(link, name) {
  const icon = link.querySelector("use");
  icon?.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#${name}`));
}

function stop() {
  audio.pause();
  if (playing) use(playing, "play");
  playing = null;
}

async function play(link) {
  stop();
  playing = link;
  use(link, "pause");
  endMs = Number(link.dataset.end);
  if (audio.getAttribute("src") !== link.dataset.clip) audio.src = link.dataset.clip;
  audio.currentTime = Number(link.dataset.start) / 1000;
  try {
    await audio.play();
  } catch (error) {
    // Another clip was asked for meanwhile; anything else the page can open instead.
    if (error.name !== "AbortError") window.location.assign(link.href);
  }
}

audio.addEventListener("timeupdate", () => {
  if (audio.currentTime * 1000 >= endMs) stop();
});
audio.addEventListener("ended", stop);

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-clip]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link === playing) stop();
  else play(link);
});
