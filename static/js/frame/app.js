// What every page needs: menus that close, toasts that leave, forms that ask, dialogs.
// Pages work without any of it.

document.documentElement.dataset.js = "";

const { textFailed, textClose } = document.body.dataset;

// --- menus: one open at a time, closed by Escape, a click elsewhere or a choice -------

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details[data-menu][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  }
  if (event.key === "/" && !event.target.closest("input, textarea, select")) {
    const search = document.querySelector("[data-quick-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
  }
});

// --- toasts ---------------------------------------------------------------------------

const SECONDS = { "toast-error": 0, "toast-warning": 12, "toast-undo": 15 };

// A page that went to the login by itself says why to whoever comes back in the evening.
const SIGNS = ["pointermove", "pointerdown", "keydown", "scroll"];

function whenSomebodyIsHere(act) {
  if (navigator.userActivation?.isActive) return act();
  const once = () => {
    for (const sign of SIGNS) document.removeEventListener(sign, once);
    act();
  };
  for (const sign of SIGNS) document.addEventListener(sign, once);
}

function arm(toast) {
  toast
    .querySelector("[data-close]")
    ?.addEventListener("click", () => toast.remove());
  const kind = Object.keys(SECONDS).find((name) => toast.classList.contains(name));
  const seconds = kind === undefined ? 6 : SECONDS[kind];
  if (!seconds) return;
  let timer = null;
  whenSomebodyIsHere(() => {
    timer = setTimeout(() => toast.remove(), seconds * 1000);
  });
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => {
    timer = setTimeout(() => toast.remove(), 3000);
  });
}

function toast(text, kind = "info") {
  const box = document.createElement("div");
  box.className = `toast toast-${kind}`;
  const sentence = document.createElement("p");
  sentence.className = "toast-text";
  sentence.textContent = text;
  const close = document.createElement("button");
  close.className = "btn btn-quiet btn-icon btn-small";
  close.type = "button";
  close.dataset.close = "";
  close.setAttribute("aria-label", textClose);
  close.textContent = "×";
  box.append(sentence, close);
  document.getElementById("toasts").append(box);
  arm(box);
}

document.querySelectorAll("[data-toast]").forEach(arm);

// Other modules ask by an event: importing this file would run it a second time, because
// the page knows it under its hashed name.
document.addEventListener("toast", ({ detail }) => toast(detail.text, detail.kind));

// --- htmx: an error is said, never swallowed -------------------------------------------

// What a page asks for in the background, time and again, is no failure of the person's.
const isQuiet = ({ elt }) => Boolean(elt.closest("[data-quiet]"));

document.addEventListener("htmx:responseError", (event) => {
  if (isQuiet(event.detail)) return;
  const { xhr } = event.detail;
  const sentence = xhr.getResponseHeader("X-Message");
  toast(sentence ? decodeURIComponent(sentence) : textFailed, "error");
});
document.addEventListener("htmx:sendError", (event) => {
  if (!isQuiet(event.detail)) toast(textFailed, "error");
});

// --- htmx: who asked? Polls keep nobody logged in (accounts/http/activity.py) -----------------

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const isPerson =
    detail.triggeringEvent?.isTrusted || navigator.userActivation?.isActive;
  detail.headers["X-Asked-By"] = isPerson ? "person" : "page";
});

// --- forms ----------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (!question || window.confirm(question)) return;
  event.preventDefault();
  if (event.target.matches("[data-autosubmit]")) event.target.reset();
});

// A date that is being typed changes with every digit: its form waits for Enter or until
// one leaves it. A date picked from the calendar is sent at once.
let typing = null;

document.addEventListener("keydown", ({ target }) => {
  if (target.matches?.("[data-autosubmit] input[type=date]")) typing = target;
});
document.addEventListener("pointerdown", () => {
  typing = null;
});

document.addEventListener("change", ({ target }) => {
  const { form } = target;
  if (!form?.matches("[data-autosubmit]")) return;
  if (target === typing) form.dataset.typed = "";
  else form.requestSubmit();
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const { form } = target;
  if (form?.dataset.typed === undefined || form.contains(relatedTarget)) return;
  delete form.dataset.typed;
  form.requestSubmit();
});

// --- dialogs: <button data-dialog="id">, <dialog id><button data-dialog-close> ---------

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  event.target.closest("[data-dialog-close]")?.closest("dialog").close();
  if (event.target.matches?.("dialog[open]")) event.target.close();
});

// --- copying a secret or a link ---------------------------------------------------------

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    if (button.dataset.copied) toast(button.dataset.copied, "success");
  } catch {
    // Clipboards need HTTPS or localhost; the text can still be selected.
    window.getSelection().selectAllChildren(source);
  }
});

// One box for all boxes of a form that have this name.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.chooseAll;
  const form = event.target.form;
  if (!name || !form) {
    const isAll = (box) => box.dataset.chooseAll === event.target.name;
    const all = [...(form?.elements ?? [])].find(isAll);
    if (all && !event.target.checked) all.checked = false;
    return;
  }
  for (const box of form.elements) {
    if (box.type === "checkbox" && box.name === name) box.checked = event.target.checked;
  }
});
