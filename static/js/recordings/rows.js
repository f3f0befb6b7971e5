// The sentences of a transcript of any length: a box for each page of them. Those near the
// view hold their rows, the others keep their height, so that the scroll bar is honest.

import { ask } from "../frame/ask.js";

const NEAR = "1200px 0px"; // pages this near to the view are loaded
const WAIT_MS = 80; // whoever drags the scroll bar passes pages without reading them
const TOP = 120; // what lies under the bars at the top of the window

export function makeRows(page) {
  const list = page.querySelector("#segments");
  const starts = JSON.parse(document.getElementById("page-starts")?.textContent ?? "[]");
  const failed = document.querySelector("[data-rows-failed]");
  const listeners = [];
  const near = new Set();
  const loading = new Map(); // page number → promise of its box
  const boxes = new Map(); // page number → element

  const isLoaded = (box) => !("empty" in box.dataset);
  const changed = () => listeners.forEach((listener) => listener());

  // --- heights -----------------------------------------------------------------------

  function keepPlace(box, change) {
    // What is read stays where it is while a page above it, or around it, gets its height.
    const before = box.getBoundingClientRect();
    change();
    const height = box.getBoundingClientRect().height;
    const above = Math.min(1, Math.max(0, (TOP - before.top) / (before.height || 1)));
    if (above) window.scrollBy({ top: above * (height - before.height), behavior: "instant" });
  }

  function addBoxes() {
    const first = list.querySelector(".rows");
    const at = Number(first.dataset.page);
    const rows = Math.max(1, first.childElementCount);
    const height = first.getBoundingClientRect().height / rows;
    const total = Number(list.dataset.sentences);
    const size = Math.ceil(total / starts.length);
    for (let number = 1; number <= starts.length; number += 1) {
      let box = first;
      if (number !== at) {
        box = document.createElement("div");
        box.className = "rows";
        box.dataset.page = number;
        box.dataset.empty = "";
        const left = Math.min(size, total - (number - 1) * size);
        box.style.height = `${Math.round(height * Math.max(1, left))}px`;
        if (number < at) first.before(box);
        else list.append(box);
      }
      boxes.set(number, box);
    }
  }

  // --- loading and dropping --------------------------------------------------------------

  function put(box, text) {
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector(".rows");
    keepPlace(box, () => {
      box.replaceChildren(...fresh.childNodes);
      box.style.height = "";
      delete box.dataset.empty;
    });
    window.htmx.process(box);
    changed();
  }

  async function fetchInto(box, address) {
    box.querySelector(".rows-failed")?.remove();
    try {
      const answer = await ask(address);
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      put(box, await answer.text());
    } catch {
      if (!isLoaded(box)) box.replaceChildren(failed.content.cloneNode(true));
    } finally {
      loading.delete(Number(box.dataset.page));
    }
    return box;
  }

  function load(number) {
    const box = boxes.get(number);
    if (!box || isLoaded(box)) return Promise.resolve(box);
    if (!loading.has(number))
      loading.set(number, fetchInto(box, `${list.dataset.rows}?page=${number}`));
    return loading.get(number);
  }

  function isInUse(box) {
    const { anchorNode, isCollapsed } = window.getSelection();
    return (
      box.contains(document.activeElement) ||
      box.querySelector("[data-segment-form]") ||
      (!isCollapsed && box.contains(anchorNode))
    );
  }

  function tidy() {
    let isDropped = false;
    for (const box of boxes.values()) {
      if (!isLoaded(box) || near.has(box) || isInUse(box)) continue;
      box.style.height = `${box.getBoundingClientRect().height}px`;
      box.dataset.empty = "";
      box.replaceChildren();
      isDropped = true;
    }
    if (isDropped) changed();
  }

  function watch() {
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) near.add(target);
          else near.delete(target);
          if (isIntersecting && !isLoaded(target))
            setTimeout(() => near.has(target) && load(Number(target.dataset.page)), WAIT_MS);
        }
        tidy();
      },
      { rootMargin: NEAR },
    );
    for (const box of boxes.values()) observer.observe(box);
    list.addEventListener("click", (event) => {
      if (event.target.closest("[data-rows-again]"))
        load(Number(event.target.closest(".rows").dataset.page));
    });
  }

  // --- what others ask for -----------------------------------------------------------------

  const segmentsOf = (number) => [
    ...(boxes.get(number)?.querySelectorAll(".segment[data-start]") ?? []),
  ];

  function pageAt(ms) {
    const later = starts.findIndex((start) => start > ms);
    return Math.max(1, later < 0 ? starts.length : later);
  }

  function segmentAt(ms) {
    // Of those that are in the page; the one that began last if nobody speaks then.
    let found = null;
    for (const segment of segmentsOf(pageAt(ms))) {
      if (Number(segment.dataset.start) > ms) break;
      if (Number(segment.dataset.end) >= ms || !found) found = segment;
      else if (Number(segment.dataset.start) >= Number(found.dataset.start)) found = segment;
    }
    return found;
  }

  async function bring(id, number) {
    // The sentence, whose page is loaded if it is not there.
    const element = () => document.getElementById(`s${id}`);
    if (element() || !list?.dataset.rows) return element();
    if (number) await load(number);
    else {
      const answer = await ask(`${list.dataset.rows}?s=${id}`);
      const text = answer.ok && !answer.redirected ? await answer.text() : "";
      if (!text.includes(`id="s${id}"`)) return null;
      const page = new DOMParser().parseFromString(text, "text/html");
      put(boxes.get(Number(page.querySelector(".rows").dataset.page)), text);
    }
    return element();
  }

  if (list && starts.length) {
    addBoxes();
    const first = list.querySelector(".rows:not([data-empty])");
    if (first.dataset.page !== "1") first.scrollIntoView({ behavior: "instant" });
    watch();
  } else if (list) boxes.set(1, list);

  return {
    pageAt,
    segmentAt,
    segmentsOf,
    load,
    bring,
    count: starts.length,
    loaded: () => new Set([...boxes].filter(([, box]) => isLoaded(box)).map(([at]) => at)),
    onChange: (listener) => listeners.push(listener),
  };
}
