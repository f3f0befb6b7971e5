// Nothing that somebody typed is lost: watches every <form data-draft> of the page.

import { DraftForm, isWatched } from "./draft_form.js";
import { askToLeave, isWayOut } from "./leaving.js";

const watched = new Map();

function watch(form) {
  if (!watched.has(form) && isWatched(form)) watched.set(form, new DraftForm(form));
  return watched.get(form);
}

function watchAll() {
  for (const form of watched.keys()) if (!form.isConnected) watched.delete(form);
  document.querySelectorAll("form[data-draft]").forEach(watch);
}

const of = (element) => watch(element?.closest?.("form[data-draft]") ?? document.body);
const unsaved = () => [...watched.values()].filter((draft) => draft.isDirty());

watchAll();
document.addEventListener("htmx:load", watchAll);
document.addEventListener("input", ({ target }) => of(target)?.keepSoon());
document.addEventListener("visibilitychange", () => {
  for (const draft of watched.values()) {
    if (document.hidden) draft.keepLast();
    else draft.lookAgain();
  }
});
window.addEventListener("focus", () => watched.forEach((draft) => draft.lookAgain()));

// --- sending: the draft first ------------------------------------------------------------

// htmx asks before each request of an element.
document.addEventListener("htmx:confirm", async (event) => {
  const { elt, verb, issueRequest } = event.detail;
  const draft = verb === "post" ? watched.get(elt) : null;
  if (!draft || isGivenUp(draft, event.detail.triggeringEvent?.submitter)) return;
  event.preventDefault();
  if (await draft.prepareToSend()) issueRequest(true);
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig?.verb === "post") watched.get(detail.elt)?.isBack();
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) watched.forEach((draft) => draft.isBack());
});

document.addEventListener("submit", async (event) => {
  const draft = of(event.target);
  const { submitter } = event;
  if (event.defaultPrevented || !draft || draft.mayLeave) return;
  if (isGivenUp(draft, submitter)) {
    // "Use theirs": the server shows what is stored.
    if (draft.isOnServer || submitter.name === "theirs") return;
    event.preventDefault();
    event.target.reset();
    event.target.querySelector("[data-draft-found]").hidden = true;
    draft.mayLeave = false;
    return;
  }
  event.preventDefault();
  if (!(await draft.prepareToSend())) return;
  draft.mayLeave = true;
  event.target.requestSubmit(submitter);
});

/** The button throws away what was typed: nothing is kept of it any more. */
function isGivenUp(draft, submitter) {
  const isGiven = submitter?.name === "draft" || submitter?.name === "theirs";
  if (isGiven) draft.forget();
  return isGiven;
}

// --- leaving -----------------------------------------------------------------------------

async function leave(drafts, go) {
  const answer = await askToLeave();
  if (answer === "stay") return;
  for (const draft of drafts) {
    if (answer === "drop") await draft.drop();
    else await draft.keep();
    draft.mayLeave = true;
  }
  go();
}

// "Cancel" takes one form away, and Escape presses it.
document.addEventListener(
  "click",
  (event) => {
    const cancel = event.target.closest("[data-cancel]");
    const draft = cancel && of(cancel);
    if (!draft?.isDirty()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    leave([draft], () => cancel.click());
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!isWayOut(link, event)) return;
  const drafts = unsaved();
  if (!drafts.length) return;
  event.preventDefault();
  leave(drafts, () => link.click());
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-reload]")) return;
  for (const draft of unsaved()) {
    draft.keepLast();
    draft.mayLeave = true;
  }
  location.reload();
});

window.addEventListener("beforeunload", (event) => {
  if (unsaved().length) event.preventDefault();
});
window.addEventListener("pagehide", () => watched.forEach((draft) => draft.keepLast()));
