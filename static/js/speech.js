// Speech regions: click one to hear it, follow along in the drawing and in the table.

import { makePlayer } from "./media/player.js";

const page = document.querySelector("[data-speech]");
const player = makePlayer();
const wave = page.querySelector("[data-speech-wave]");
const rows = [...page.querySelectorAll("[data-region]")];
let stopAt = null;

if (player) {
  page.addEventListener("click", (event) => {
    const link = event.target.closest("[data-seek]");
    if (!link) return;
    event.preventDefault();
    const { start, end } = link.closest("[data-region]").dataset;
    player.seek(Number(start) / 1000);
    stopAt = Number(end) / 1000;
    player.play();
  });

  wave?.addEventListener("click", (event) => {
    const lane = event.target.closest("svg")?.getBoundingClientRect();
    if (!lane) return;
    stopAt = null;
    const share = (event.clientX - lane.left) / lane.width;
    player.seek((share * Number(wave.dataset.duration)) / 1000);
  });

  player.onTime((seconds) => {
    if (stopAt !== null && seconds >= stopAt) {
      stopAt = null;
      if (document.querySelector(".player.is-playing")) player.toggle();
    }
    const ms = seconds * 1000;
    for (const row of rows) {
      const isNow = Number(row.dataset.start) <= ms && ms < Number(row.dataset.end);
      row.classList.toggle("is-now", isNow);
    }
    for (const cursor of page.querySelectorAll("[data-speech-cursor]")) {
      const width = cursor.ownerSVGElement.viewBox.baseVal.width;
      const x = (ms / Number(wave.dataset.duration)) * width;
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
    }
  });

  // Somebody who goes elsewhere by other means does not want to be stopped there.
  document.querySelector("[data-player]").addEventListener("click", () => {
    stopAt = null;
  });
}
