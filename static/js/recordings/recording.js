// The transcript page: what belongs together on it, correcting, shortcuts.

import { makeCopying } from "./copy.js";
import { makeDoubts } from "./doubts.js";
import { makeFinder, paintNow } from "./find.js";
import { makeFollower } from "./follow.js";
import { makePlayer } from "../media/player.js";
import { makeRows } from "./rows.js";

const page = document.querySelector("[data-recording]");
const player = makePlayer();
const rows = makeRows(page);
const finder = makeFinder(page, rows);
const follower = makeFollower(page, rows, player);
const doubts = makeDoubts(page, rows, reach);
makeCopying(page);
const isTyping = (target) =>
  Boolean(target.closest?.("input, textarea, select, [contenteditable], dialog"));

// --- raw or normalised: both are in the page, the cookie remembers ----------------------

function showText(kind, isChoice = true) {
  page.dataset.text = kind;
  for (const link of page.querySelectorAll("[data-show-text]")) {
    if (link.dataset.showText === kind) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (isChoice) {
    const { textCookie, cookiePath } = page.dataset;
    document.cookie = `${textCookie}=${kind}; path=${cookiePath}; max-age=31536000; samesite=lax`;
  }
  finder.refresh();
  paintNow(null);
}

page.addEventListener("click", (event) => {
  const link = event.target.closest("[data-show-text]");
  if (!link) return;
  event.preventDefault();
  showText(link.dataset.showText);
});

// --- links to a sentence or a second -----------------------------------------------------

async function reach(id, number) {
  // Show the sentence, wherever in the transcript it is.
  const segment = await rows.bring(id, number);
  if (!segment) return;
  segment.scrollIntoView({ block: "center" });
  segment.classList.add("is-found");
  segment.addEventListener("animationend", () => segment.classList.remove("is-found"), {
    once: true,
  });
}

function followHash() {
  const id = location.hash.match(/^#s(\d+)$/)?.[1];
  if (id) reach(id);
}

async function showSecond(seconds) {
  const ms = seconds * 1000 + 1;
  await rows.load(rows.pageAt(ms));
  rows.segmentAt(ms)?.scrollIntoView({ block: "center" });
}

window.addEventListener("hashchange", followHash);
followHash();
if (location.hash.startsWith("#t")) {
  const seconds = Number(location.hash.slice(2).replace(/^=/, ""));
  if (Number.isFinite(seconds)) player?.seek(seconds);
}
if (!/^#s\d+$/.test(location.hash) && player && player.time() > 0)
  showSecond(player.time());

// --- correcting ------------------------------------------------------------------------

page.addEventListener("keydown", (event) => {
  const form = event.target.closest("[data-segment-form]");
  // Enter and Escape belong to the input method while it composes a word.
  if (!form || event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[type=submit]"));
  }
  if (event.key === "Escape") {
    event.preventDefault();
    form.querySelector("[data-cancel]").click();
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // What is corrected is the normalised text: show it, whichever was being read.
  if (event.detail.target.closest(".segment") && page.dataset.text !== "normal")
    showText("normal", false);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const text = page.querySelector("[data-segment-form] textarea");
  const isRead = event.detail.requestConfig?.verb === "get";
  if (text && document.activeElement !== text && isRead) {
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
    // With its buttons: the player covers the foot of the window.
    text.closest(".segment").scrollIntoView({ block: "nearest" });
  }
  follower.mark();
  finder.refresh();
  if (!isRead) doubts.refresh();
  // The job has ended: show the new text, unless somebody is writing or listening.
  const finished = document.querySelector("#job[data-finished]");
  if (!finished) return;
  if (!text && !player?.isUsed()) return location.reload();
  const detail = { text: finished.dataset.finished, kind: "success" };
  document.dispatchEvent(new CustomEvent("toast", { detail }));
  delete finished.dataset.finished; // said once
});

// --- the way back ------------------------------------------------------------------------

// To the list one came from, as it was filtered, also after a reload or a correction.
const back = document.querySelector("[data-back]");
const list = `list ${location.pathname}`;
if (back.search) sessionStorage.setItem(list, back.search);
else back.search = sessionStorage.getItem(list) ?? "";

// --- shortcuts -------------------------------------------------------------------------

const KEYS = {
  " ": () => player?.toggle(),
  k: () => player?.toggle(),
  ArrowLeft: () => player?.skip(-5),
  ArrowRight: () => player?.skip(5),
  j: () => player?.skip(-10),
  l: () => player?.skip(10),
  ArrowUp: () => follower.neighbour(-1),
  ArrowDown: () => follower.neighbour(1),
  "<": () => player?.rate(-1),
  ">": () => player?.rate(1),
  "+": () => player?.zoomBy(2),
  "-": () => player?.zoomBy(0.5),
  e: () => follower.current()?.querySelector(".segment-edit")?.click(),
  r: () => showText(page.dataset.text === "raw" ? "normal" : "raw"),
  f: () => finder.focus(),
  "?": () => document.getElementById("keys").showModal(),
  // Among the results of a search, for who came from there.
  n: () => goTo("next-hit"),
  p: () => goTo("previous-hit"),
  N: () => goTo("next-recording"),
  P: () => goTo("previous-recording"),
  b: () => goTo("results"),
};

function goTo(name) {
  page.querySelector(`[data-go="${name}"]`)?.click();
}

function takesOver(event) {
  // Of a long transcript the browser sees a part only: it would find and print just that.
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
  if (event.key === "f" && rows.count > 1 && !finder.isFocused()) {
    finder.focus();
    return true;
  }
  if (event.key !== "p" || !page.dataset.print) return false;
  window.open(`${page.dataset.print}?text=${page.dataset.text}#print`);
  return true;
}

document.addEventListener("keydown", (event) => {
  if (takesOver(event)) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const onControl = event.target.closest?.("a:not([data-seek]), button, summary");
  if (onControl && (event.key === " " || event.key === "Enter")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
