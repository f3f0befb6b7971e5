// Find inside one transcript. The server knows the whole text and says where the hits are;
// those in the page are painted with the CSS highlight API, so that the text itself, its
// marks and its selection stay as they are.

import { troubleOfLogin } from "../frame/account.js";
import { ask } from "../frame/ask.js";

const WAIT_MS = 150; // somebody is still typing
const canPaint = "highlights" in CSS;

function paint(name, ranges) {
  if (!canPaint) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

export function rangeIn(element, from, to) {
  // A range over the element's characters from–to, across its text nodes.
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let at = 0;
  let started = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const end = at + node.length;
    if (!started && from < end) {
      range.setStart(node, from - at);
      started = true;
    }
    if (started && to <= end) {
      range.setEnd(node, to - at);
      return range;
    }
    at = end;
  }
  return null;
}

export function paintNow(range) {
  paint("now", range ? [range] : []);
}

function hitsOf(rows) {
  // From the server's [id, page, from, to, from, to, …].
  return rows.flatMap(([id, number, ...places]) =>
    places
      .map((from, at) => ({ id, number, from, to: places[at + 1] }))
      .filter((_hit, at) => at % 2 === 0),
  );
}

export function makeFinder(page, rows) {
  const form = page.querySelector("[data-find]");
  if (!form) return { focus() {}, refresh() {}, isFocused: () => false };
  const input = form.querySelector("input");
  const count = form.querySelector("[data-find-count]");
  const arrows = [...form.querySelectorAll("[data-find-step]")];
  let hits = [];
  let current = -1;
  let asked = 0;
  let waiting = null;
  let isLost = false; // the server did not answer: nobody knows whether there are hits

  function textOf(hit) {
    const kind = page.dataset.text;
    return document
      .getElementById(`s${hit.id}`)
      ?.querySelector(`.segment-text[data-kind="${kind}"]`);
  }

  function rangeOf(hit) {
    const text = textOf(hit);
    return text ? rangeIn(text, hit.from, hit.to) : null;
  }

  function paintAll() {
    const loaded = rows.loaded();
    const here = hits.filter((hit) => loaded.has(hit.number));
    paint("find", here.map(rangeOf).filter(Boolean));
    paint("find-current", current < 0 ? [] : [rangeOf(hits[current])].filter(Boolean));
  }

  async function askFor(wanted) {
    const query = new URLSearchParams({ q: wanted, text: page.dataset.text });
    try {
      const answer = await ask(`${form.dataset.find}?${query}`);
      if (answer.ok && !answer.redirected) return await answer.json();
    } catch {
      // No connection now; the next key asks again.
    }
    return null;
  }

  async function sayLost() {
    const isLoggedOut = (await troubleOfLogin()) === "login";
    const text = isLoggedOut ? form.dataset.loggedOut : document.body.dataset.textFailed;
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "error" } }));
  }

  async function search({ from = null, isCalm = false } = {}) {
    const turn = (asked += 1);
    clearTimeout(waiting);
    waiting = null;
    const wanted = input.value.trim();
    let found = [];
    let starts = [];
    if (wanted) {
      const answer = await askFor(wanted);
      if (turn !== asked) return; // something else is looked for meanwhile
      if (answer) ({ segments: found, starts_ms: starts } = answer);
      if (!answer && !isLost) sayLost(); // once, not with every key
      isLost = !answer;
    }
    hits = hitsOf(found);
    const marks = starts.map((ms) => ({ ms }));
    const detail = { kind: "find", marks };
    document.dispatchEvent(new CustomEvent("player:marks", { detail }));
    const first = from ? hits.findIndex((hit) => String(hit.id) === from) : 0;
    const kept = isCalm && !from ? current : first;
    current = hits.length ? Math.min(Math.max(0, kept), hits.length - 1) : -1;
    await show(isCalm);
  }

  async function show(isCalm = false) {
    const total = hits.length;
    const empty = isLost ? count.dataset.lost : count.dataset.none;
    const none = input.value.trim() ? empty : "";
    count.textContent = total ? `${current + 1}/${total}` : none;
    for (const arrow of arrows) arrow.disabled = !total;
    if (total && !isCalm) {
      const hit = hits[current];
      await rows.bring(hit.id, hit.number);
      if (hits[current] !== hit) return; // another step meanwhile
      textOf(hit)?.scrollIntoView({ block: "center" });
    }
    paintAll();
  }

  function step(by) {
    // What was just typed, not what was found before.
    if (waiting || isLost) return search();
    if (hits.length) current = (current + by + hits.length) % hits.length;
    show();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    step(1);
  });
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the input method's own
    if (event.key === "Enter") {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    }
    if (event.key === "Escape") {
      input.value = "";
      search();
      input.blur();
    }
  });
  for (const arrow of arrows) {
    arrow.addEventListener("click", () => step(Number(arrow.dataset.findStep)));
  }
  rows.onChange(paintAll);
  // Come from the search page: the words are marked, and nothing moves from the hit.
  const id = location.hash.match(/^#s(\d+)$/)?.[1] ?? null;
  if (input.value) search({ from: id, isCalm: Boolean(id) });
  return {
    focus: () => input.focus(),
    isFocused: () => document.activeElement === input,
    refresh: () => input.value && search({ isCalm: true }),
  };
}
