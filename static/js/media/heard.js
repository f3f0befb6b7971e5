// Tells the server which stretches of a recording somebody listened to: now and then while
// it plays, when it stops, and when the page goes away. What could not be told is told with
// the next.

import { note } from "../frame/ask.js";

const EVERY = 20_000; // milliseconds
const SOONEST = 2_000;
const STEP = 5_000; // that a tab in the background may let pass between two looks
const MOST = 200; // stretches at once

export function watchHeard(audio) {
  let untold = []; // {address, from, to}, milliseconds
  let open = null; // the stretch that is playing
  let toldAt = 0;
  let waiting = 0;
  let isOver = false;

  function begin(at) {
    open = { address: new URL("../heard/", audio.src).pathname, from: at, to: at };
  }

  function close() {
    if (open && open.to > open.from) untold = [...untold, open].slice(-MOST);
    open = null;
  }

  function follow() {
    const at = Math.round(audio.currentTime * 1000);
    const step = at - (open?.to ?? at);
    if (open && step >= 0 && step <= STEP * audio.playbackRate) open.to = at;
    else {
      close();
      begin(at);
    }
  }

  async function send(address) {
    const told = untold.filter((one) => one.address === address);
    const stretches = told.map(({ from, to }) => `${from}-${to}`).join(",");
    const status = await note(address, { stretches });
    if (status >= 200 && status < 300)
      untold = untold.filter((one) => !told.includes(one));
    // Somebody else has logged in, or the recording is gone.
    else if (status >= 400 && status < 429) isOver = true;
  }

  function tell() {
    clearTimeout(waiting);
    toldAt = Date.now();
    const at = open?.to;
    close();
    if (at !== undefined && !audio.paused) begin(at);
    if (isOver) return;
    for (const address of new Set(untold.map((one) => one.address))) send(address);
  }

  audio.addEventListener("play", () => {
    if (Date.now() - toldAt > EVERY) toldAt = Date.now() - SOONEST;
  });
  audio.addEventListener("timeupdate", () => {
    if (audio.paused || audio.seeking) return;
    follow();
    if (Date.now() - toldAt > EVERY) tell();
  });
  audio.addEventListener("seeking", close);
  audio.addEventListener("emptied", close); // another sound takes its place
  audio.addEventListener("pause", () => {
    close();
    clearTimeout(waiting);
    waiting = setTimeout(tell, Math.max(0, toldAt + SOONEST - Date.now()));
  });
  window.addEventListener("pagehide", tell);
}
