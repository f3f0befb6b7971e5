// Sound and text together: click a word to play from it, and follow what is played.

import { ask } from "../frame/ask.js";
import { paintNow, rangeIn } from "./find.js";

const SMOOTH_WITHIN = 2; // windows; farther away a jump is quicker to read

export function makeFollower(page, rows, player) {
  const box = page.querySelector("[data-follow]");
  const list = page.querySelector("#segments");
  const words = new Map(); // page number → {segment: {text: [[from, to, start, end]]}}
  let current = null;
  let isFetching = false;

  // --- the times of words, of the pages that are there ---------------------------------------

  async function loadWords(number) {
    words.set(number, {});
    try {
      const answer = await ask(`${list.dataset.words}?page=${number}`, {
        Accept: "application/json",
      });
      if (answer.ok && words.has(number)) words.set(number, await answer.json());
    } catch {
      // Without word times the sentence alone is followed.
    }
  }

  function syncWords() {
    if (!list?.dataset.words) return;
    const loaded = rows.loaded();
    for (const number of words.keys()) if (!loaded.has(number)) words.delete(number);
    for (const number of loaded) if (!words.has(number)) loadWords(number);
  }

  function wordsOf(segment, kind) {
    const number = Number(segment.closest(".rows")?.dataset.page);
    return words.get(number)?.[segment.dataset.segment]?.[kind];
  }

  // --- click to play ---------------------------------------------------------------------------

  function wordAt(segment, event) {
    // The start of the word under the pointer, when the engine gave word times.
    const text = event.target.closest(".segment-text");
    const known = wordsOf(segment, text?.dataset.kind);
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
    // A finger does not hover: the sentence that was tapped shows its tools.
    page.querySelector(".segment.is-picked")?.classList.remove("is-picked");
    segment?.classList.add("is-picked");
    if (!segment || !player) return;
    const isTime = event.target.closest("[data-seek]");
    const isText = event.target.closest(".segment-text");
    if (!isTime && !isText) return;
    if (event.target.closest(".segment-mark")) return; // it explains itself
    if (isText && !window.getSelection().isCollapsed) return; // selecting to copy
    event.preventDefault();
    const start = (isText && wordAt(segment, event)) ?? Number(segment.dataset.start);
    player.seek((start || Number(segment.dataset.start)) / 1000);
    player.play();
  });

  // --- follow along ------------------------------------------------------------------------------

  function paintWord(segment, ms) {
    const kind = page.dataset.text;
    const known = wordsOf(segment, kind);
    const word = known?.find(([, , start, end]) => start <= ms && ms < end);
    const text = segment.querySelector(`.segment-text[data-kind="${kind}"]`);
    paintNow(word && text ? rangeIn(text, word[0], word[1]) : null);
  }

  function scrollTo(segment) {
    const { top, bottom } = segment.getBoundingClientRect();
    const foot = document.querySelector("[data-player]").getBoundingClientRect().top;
    const head = page.querySelector(".transcript-bar")?.getBoundingClientRect().bottom ?? 0;
    if (top > Math.max(110, head) && bottom < foot) return;
    const isFar = Math.abs(top) > SMOOTH_WITHIN * window.innerHeight;
    const behavior = isFar ? "instant" : "smooth";
    segment.scrollIntoView({ block: "center", behavior });
  }

  function mark(segment) {
    if (segment === current) return false;
    current?.classList.remove("is-now");
    segment?.classList.add("is-now");
    current = segment;
    return true;
  }

  const now = () => player.time() * 1000 + 1;

  async function fetchWhatIsPlayed() {
    if (isFetching) return;
    isFetching = true;
    let number;
    do {
      number = rows.pageAt(now());
      await rows.load(number);
    } while (rows.pageAt(now()) !== number); // somebody has sought meanwhile
    isFetching = false;
    const segment = rows.segmentAt(now());
    if (segment) scrollTo(segment);
  }

  function follow(seconds) {
    const ms = seconds * 1000 + 1;
    const segment = rows.segmentAt(ms);
    const isNew = mark(segment);
    const isFollowed = box?.checked && seconds > 0;
    if (segment && isNew && isFollowed) scrollTo(segment);
    if (segment) paintWord(segment, ms);
    else {
      paintNow(null);
      if (isFollowed) fetchWhatIsPlayed();
    }
  }

  async function neighbour(step) {
    const ms = (player?.time() ?? 0) * 1000 + 1;
    const number = rows.pageAt(ms);
    await rows.load(number);
    const here = rows.segmentsOf(number);
    const at = here.indexOf(current ?? rows.segmentAt(ms)) + step;
    let next = here[at];
    if (!next) {
      await rows.load(number + Math.sign(step));
      next = rows.segmentsOf(number + Math.sign(step)).at(step < 0 ? -1 : 0);
    }
    next ??= here.at(step < 0 ? 0 : -1);
    if (next) player?.seek(Number(next.dataset.start) / 1000);
  }

  function markAgain() {
    // Rows have come, gone or been replaced; nobody wants the view to move for that.
    if (player?.time() > 0) mark(rows.segmentAt(now()));
  }

  rows.onChange(() => {
    markAgain();
    if (player) syncWords();
  });
  if (player) syncWords();
  player?.onTime(follow);
  return { neighbour, current: () => current, mark: markAgain };
}
