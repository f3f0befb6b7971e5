// The results of a search: heard in their rows, gone through by keys.

import { makeHitPlayer } from "./player.js";

const player = makeHitPlayer();
const STOPS =
  ".search-hit, .search-group:not(:has(.search-hit)) .cell-title, .search-rest a, .search-more a";
const stops = () => [...document.querySelectorAll(STOPS)];
const stopOf = (element) =>
  element?.closest(STOPS) ?? element?.closest("li")?.querySelector(".search-hit") ?? null;
const soundOf = (stop) => stop?.closest("li")?.querySelector("[data-sound]") ?? null;

function go(stop) {
  stop?.focus();
  stop?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const listed = stops();
  const isInBar = document.activeElement.closest(".hit-player");
  const here = stopOf(isInBar ? document.querySelector(".is-heard") : document.activeElement);
  if (here) return go(listed[listed.indexOf(here) + step]);
  // Come back from a recording: its hits are the next.
  const from = document.querySelector(".search-group:has(:target)");
  const next = from && listed.find((stop) => from.contains(stop));
  return go(next ?? listed[step > 0 ? 0 : listed.length - 1]);
}

// Of a hit only: everywhere else these keys are the page's or the field's.
const ON_HIT = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  " ": (stop) => player?.toggle(soundOf(stop)),
  ArrowLeft: () => player?.skip(-5),
  ArrowRight: () => player?.skip(5),
  Escape: () => player?.close(),
};
const NEEDS_SOUND = { " ": soundOf, ArrowLeft: isHeard, ArrowRight: isHeard, Escape: isHeard };

function isHeard() {
  return player?.isOpen();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  "?": () => document.getElementById("hit-keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const isTyping = event.target.closest?.("input, textarea, select, summary, dialog, [data-menu][open]");
  if (isTyping || document.querySelector("dialog[open]")) return;
  const stop = event.target.matches?.(STOPS) ? event.target : null;
  const onHit = stop && (!NEEDS_SOUND[event.key] || NEEDS_SOUND[event.key](stop));
  const act = KEYS[event.key] ?? (onHit ? ON_HIT[event.key] : null);
  if (!act) return;
  event.preventDefault();
  act(stop);
});

// More hits take the place of the link that asked for them, and of its focus.
let before = null;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  before = null;
  if (!detail.target.contains(document.activeElement)) return;
  const listed = stops();
  before = listed[listed.indexOf(stopOf(document.activeElement)) - 1] ?? null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!before) return;
  const listed = stops();
  go(listed[listed.indexOf(before) + 1]);
  before = null;
});
