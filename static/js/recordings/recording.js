// The transcript page: click to hear, follow along, find, correct, shortcuts.

import { ask } from "../frame/ask.js";
import { makeFinder, paintNow, rangeIn } from "./find.js";
import { makePlayer } from "../media/player.js";

const page = document.querySelector("[data-recording]");
const player = makePlayer();
const finder = makeFinder(page);
const follow = page.querySelector("[data-follow]");
const segments = () => [...page.querySelectorAll(".segment[data-start]")];
const isTyping = (target) =>
  Boolean(target.closest?.("input, textarea, select, [contenteditable], dialog"));

function say(text) {
  const detail = { text, kind: "success" };
  document.dispatchEvent(new CustomEvent("toast", { detail }));
}

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

// --- click to hear ---------------------------------------------------------------------

let words = {};

function wordAt(segment, event) {
  // The start of the word under the pointer, when the engine gave word times.
  const text = event.target.closest(".segment-text");
  const known = words[segment.dataset.segment]?.[text?.dataset.kind];
  const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  if (!known?.length || !caret) return null;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(caret.offsetNode, caret.offset);
  const at = before.toString().length;
  return known.find(([from, to]) => from <= at && at <= to)?.[2] ?? null;
}

page.addEventListener("click", (event) => {
  const segment = event.target.closest(".segment[data-start]");
  if (!segment || !player) return;
  const isTime = event.target.closest("[data-seek]");
  const isText = event.target.closest(".segment-text");
  if (!isTime && !isText) return;
  if (isText && !window.getSelection().isCollapsed) return; // selecting to copy
  event.preventDefault();
  const start = (isText && wordAt(segment, event)) ?? Number(segment.dataset.start);
  player.seek((start || Number(segment.dataset.start)) / 1000);
  player.play();
});

// --- follow along ----------------------------------------------------------------------

let current = null;

function segmentAt(ms) {
  let found = null;
  for (const segment of segments()) {
    if (Number(segment.dataset.start) > ms) break;
    if (Number(segment.dataset.end) >= ms || !found) found = segment;
    else if (Number(segment.dataset.start) >= Number(found.dataset.start)) found = segment;
  }
  return found;
}

function isNear(element) {
  const box = element.getBoundingClientRect();
  return box.top > 110 && box.bottom < window.innerHeight - 90;
}

function paintWord(segment, ms) {
  const kind = page.dataset.text;
  const known = words[segment.dataset.segment]?.[kind];
  const word = known?.find(([, , start, end]) => start <= ms && ms < end);
  const text = segment.querySelector(`.segment-text[data-kind="${kind}"]`);
  paintNow(word && text ? rangeIn(text, word[0], word[1]) : null);
}

player?.onTime((seconds) => {
  const ms = seconds * 1000 + 1;
  const segment = segmentAt(ms);
  if (segment !== current) {
    current?.classList.remove("is-now");
    segment?.classList.add("is-now");
    current = segment;
    if (segment && follow?.checked && seconds > 0 && !isNear(segment))
      segment.scrollIntoView({ block: "center", behavior: "smooth" });
  }
  if (segment) paintWord(segment, ms);
});

if (page.querySelector(".segment") && player) {
  ask(page.dataset.words, { Accept: "application/json" })
    .then((response) => (response.ok ? response.json() : {}))
    .then((times) => {
      words = times;
    })
    .catch(() => {}); // without word times the sentence alone is followed
}

if (location.hash.startsWith("#t")) {
  const seconds = Number(location.hash.slice(2).replace(/^=/, ""));
  if (Number.isFinite(seconds)) player?.seek(seconds);
}
if (!location.hash && player && player.time() > 0)
  segmentAt(player.time() * 1000 + 1)?.scrollIntoView({ block: "center" });

// --- correcting ------------------------------------------------------------------------

page.addEventListener("keydown", (event) => {
  const form = event.target.closest("[data-segment-form]");
  if (!form) return;
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
  if (text && document.activeElement !== text && event.detail.requestConfig?.verb === "get") {
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }
  current = null;
  finder.refresh();
  // The job has ended: show the new text, unless somebody is writing or listening.
  const finished = document.querySelector("#job[data-finished]");
  if (!finished) return;
  if (!text && !player?.isUsed()) return location.reload();
  say(finished.dataset.finished);
  delete finished.dataset.finished; // said once
});

// --- taking text and links along ---------------------------------------------------------

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Clipboards need HTTPS or localhost; an intranet may have neither.
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "visually-hidden";
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  say(button.dataset.copied);
}

function wholeText() {
  // As it is shown, a paragraph for each turn.
  const turns = [];
  for (const segment of segments()) {
    const text = segment.querySelector(`.segment-text[data-kind="${page.dataset.text}"]`);
    if (!text) continue; // being corrected
    const voice = segment.querySelector(".segment-voice")?.textContent;
    const line = text.textContent.trim();
    if (voice && voice === turns.at(-1)?.voice) turns.at(-1).lines.push(line);
    else turns.push({ voice, lines: [line] });
  }
  return turns
    .map(({ voice, lines }) => (voice ? `${voice}: ` : "") + lines.join("\n"))
    .join("\n");
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-text], [data-copy-link]");
  if (!button) return;
  event.preventDefault();
  const isText = "copyText" in button.dataset;
  copy(isText ? wholeText() : new URL(button.getAttribute("href"), location).href, button);
});

// --- the way back ------------------------------------------------------------------------

// To the list one came from, as it was filtered, also after a reload or a correction.
const back = document.querySelector("[data-back]");
const list = `list ${location.pathname}`;
if (back.search) sessionStorage.setItem(list, back.search);
else back.search = sessionStorage.getItem(list) ?? "";

// --- shortcuts -------------------------------------------------------------------------

function neighbour(step) {
  const all = segments();
  const at = all.indexOf(current ?? segmentAt((player?.time() ?? 0) * 1000 + 1));
  const next = all[Math.min(Math.max(0, at + step), all.length - 1)];
  if (next) player?.seek(Number(next.dataset.start) / 1000);
}

const KEYS = {
  " ": () => player?.toggle(),
  k: () => player?.toggle(),
  ArrowLeft: () => player?.skip(-5),
  ArrowRight: () => player?.skip(5),
  j: () => player?.skip(-10),
  l: () => player?.skip(10),
  ArrowUp: () => neighbour(-1),
  ArrowDown: () => neighbour(1),
  "<": () => player?.rate(-1),
  ">": () => player?.rate(1),
  e: () => current?.querySelector(".segment-edit")?.click(),
  r: () => showText(page.dataset.text === "raw" ? "normal" : "raw"),
  f: () => finder.focus(),
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const onControl = event.target.closest?.("a:not([data-seek]), button, summary");
  if (onControl && (event.key === " " || event.key === "Enter")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
