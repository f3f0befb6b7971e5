// The doubtful sentences of the whole transcript: how many, and from one to the next.

import { ask } from "../frame/ask.js";

export function makeDoubts(page, rows, reach) {
  const bar = page.querySelector("[data-doubts]");
  if (!bar) return { refresh() {} };
  const count = bar.querySelector("[data-doubts-count]");
  let doubts = []; // [id, page]
  let at = -1;

  function show() {
    bar.hidden = !doubts.length;
    count.textContent = at < 0 ? doubts.length : `${at + 1}/${doubts.length}`;
  }

  async function refresh() {
    const id = doubts[at]?.[0];
    try {
      const answer = await ask(bar.dataset.doubts);
      if (!answer.ok || answer.redirected) return;
      const told = await answer.json();
      doubts = told.segments;
      const marks = told.starts_ms.map((ms) => ({ ms }));
      const detail = { kind: "doubt", marks };
      document.dispatchEvent(new CustomEvent("player:marks", { detail }));
    } catch {
      return; // what was known before is near enough
    }
    // One that was corrected is none any more: "next" leads to what followed it.
    if (at >= 0 && doubts[at]?.[0] !== id) {
      const now = doubts.findIndex(([other]) => other === id);
      at = now >= 0 ? now : Math.min(at, doubts.length) - 1;
    }
    show();
  }

  async function step(by) {
    if (!doubts.length) return;
    at = at < 0 && by < 0 ? doubts.length - 1 : (at + by + doubts.length) % doubts.length;
    show();
    await reach(...doubts[at]);
  }

  for (const arrow of bar.querySelectorAll("[data-doubts-step]"))
    arrow.addEventListener("click", () => step(Number(arrow.dataset.doubtsStep)));
  refresh();
  return { refresh };
}
