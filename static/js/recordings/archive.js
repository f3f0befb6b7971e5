// The list of recordings: ticked by mouse and keyboard, one or a range.

const form = document.querySelector("[data-selection]");
const boxes = () => [...document.querySelectorAll(".archive input[name=recording]")];
const links = () => [...document.querySelectorAll(".archive .cell-title")];
const all = form.elements.namedItem("all");
const page = document.querySelector("[data-choose-all]");
let last = null; // the box that was ticked before this one

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  const isAll = Boolean(all?.checked);
  form.querySelector("[data-count]").textContent = isAll ? form.dataset.total : chosen;
  form.classList.toggle("is-open", isAll || chosen > 0);
}

function clear() {
  for (const box of [...boxes(), all, page]) if (box) box.checked = false;
  last = null;
  count();
}

document.addEventListener("change", (event) => {
  if (event.target.form === form) count();
});
form.querySelector("[data-choose-none]").addEventListener("click", clear);

// A click on a label comes again as one on its box, without the shift key in some browsers.
let isShift = false;
document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest(".pick")) isShift = isShift || event.shiftKey;
    const box = event.target;
    if (!box.matches?.(".archive input[name=recording]")) return;
    const listed = boxes();
    if (isShift && last && listed.includes(last)) {
      const [from, to] = [listed.indexOf(last), listed.indexOf(box)].sort((a, b) => a - b);
      for (const one of listed.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
    isShift = false;
    count();
  },
  true,
);
document.addEventListener("mousedown", (event) => {
  // No text is marked by a click with the shift key.
  if (event.shiftKey && event.target.closest(".pick")) event.preventDefault();
});

// --- keys --------------------------------------------------------------------------------

const rowOf = (element) => element?.closest?.(".archive tbody tr") ?? null;

function move(step) {
  const listed = links();
  const at = listed.findIndex((link) => rowOf(link) === rowOf(document.activeElement));
  const next = listed[at < 0 ? (step > 0 ? 0 : listed.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => {
    const box = rowOf(document.activeElement)?.querySelector("input[name=recording]");
    if (!box) return;
    box.checked = !box.checked;
    last = box;
    if (page && !box.checked) page.checked = false;
    count();
  },
  "?": () => document.getElementById("list-keys").showModal(),
  Escape: clear,
};

// Before app.js, which closes an open menu by Escape: what was ticked stays then.
const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const isTyping = event.target.closest(
    "input:not([type=checkbox]), textarea, select, dialog, details[data-menu][open]",
  );
  if (isTyping || document.querySelector("dialog[open]") || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
};
document.addEventListener("keydown", onKey, true);

// --- what was chosen is still chosen on the list that comes next -------------------------

const CHOSEN = `chosen:${form.dataset.selection}`;

form.addEventListener("submit", () => {
  const chosen = boxes().filter((box) => box.checked).map((box) => box.value);
  sessionStorage.setItem(CHOSEN, JSON.stringify(chosen));
});

function chooseAgain() {
  const chosen = JSON.parse(sessionStorage.getItem(CHOSEN) ?? "[]");
  sessionStorage.removeItem(CHOSEN);
  for (const box of boxes()) if (chosen.includes(box.value)) box.checked = true;
}

// "Back" brings the ticks back that the browser remembers.
window.addEventListener("pageshow", count);
chooseAgain();
count();
