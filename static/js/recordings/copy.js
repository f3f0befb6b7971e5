// Taking text and links along.

import { ask, note } from "../frame/ask.js";

const NOTED = 3; // sentences; a phrase or two is nobody's concern

function toast(text, kind) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));
}

async function copy(text, sentence) {
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
  toast(sentence, "success");
}

async function copyWhole(page, button) {
  // All of it as it is shown, also what is not in the page now.
  button.disabled = true;
  try {
    const answer = await ask(`${button.dataset.copyText}?text=${page.dataset.text}`);
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    await copy(await answer.text(), button.dataset.copied);
  } catch {
    toast(document.body.dataset.textFailed, "error");
  } finally {
    button.disabled = false;
  }
}

// What somebody selects and copies from the page itself. The button's text is noted by the
// server that sends it.
function noteSelection(page) {
  const list = page.querySelector("[data-copied-note]");
  const selection = getSelection();
  if (!list || selection.isCollapsed) return;
  const sentences = [...list.querySelectorAll(".segment")].filter((one) =>
    selection.containsNode(one, true),
  ).length;
  if (sentences >= NOTED) note(list.dataset.copiedNote, { sentences });
}

export function makeCopying(page) {
  document.addEventListener("copy", () => noteSelection(page));
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy-text], [data-copy-link]");
    if (!button) return;
    event.preventDefault();
    if ("copyText" in button.dataset) copyWhole(page, button);
    else {
      const link = new URL(button.getAttribute("href"), location).href;
      copy(link, page.querySelector("#segments").dataset.copied);
    }
  });
}
