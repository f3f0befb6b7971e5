// One form whose contents are not to be lost: <form data-draft="server|browser">. What is
// typed is kept as a draft, on the server where the form's address takes drafts, else in
// this browser. A form is sent only once its draft is safe: whatever then happens to the
// answer, the text is there when the form is opened again.

import { owner, troubleOfLogin } from "./account.js";
import { send } from "./ask.js";
import * as store from "./browser_store.js";
import { hasTrouble, hideTrouble, sayTrouble } from "./troubles.js";

const PAUSE_MS = 700; // after the last key
const LAST_BYTES = 60_000; // what browsers let a closing page send
const NOT_TYPED = new Set(["hidden", "file", "password", "submit", "button"]);

export class DraftForm {
  constructor(form) {
    this.form = form;
    this.place = new URL(form.getAttribute("action") || "", location).pathname;
    this.isOnServer = form.dataset.draft === "server";
    this.stored = this.drawn();
    const isUnsaved = "unsaved" in form.dataset; // drawn again, with what was typed
    this.safe = isUnsaved ? {} : this.stored; // what a draft has, or the thing itself
    this.sending = Promise.resolve();
    this.timer = null;
    this.mayLeave = false; // it is being sent, or its writer has answered
    this.isSent = false;
    // Who types quickly, or comes back with a reload, is ahead of this script.
    if (this.isDirty()) this.keepSoon();
    else this.restore();
  }

  fields() {
    return [...this.form.elements].filter(
      (field) => field.name && !NOT_TYPED.has(field.type),
    );
  }

  values() {
    return Object.fromEntries(
      this.fields()
        .filter((field) => !isTick(field) || field.checked)
        .map((field) => [field.name, field.value]),
    );
  }

  /** The values as the server drew them, whatever stands in the fields now. */
  drawn() {
    return Object.fromEntries(
      this.fields()
        .filter((field) => !isTick(field) || field.defaultChecked)
        .map((field) => [field.name, drawnValue(field)]),
    );
  }

  get version() {
    return this.form.elements.version?.value ?? "";
  }

  /** Whether somebody typed what is not saved. */
  isDirty() {
    if (this.mayLeave || !this.form.isConnected) return false;
    return "unsaved" in this.form.dataset || !same(this.values(), this.stored);
  }

  // --- found again -----------------------------------------------------------------------

  restore() {
    const entry = store.kept(this.place);
    if (!entry) return;
    const isSaved = entry.isSent && entry.version !== this.version;
    if (isSaved || same(entry.values, this.stored)) return store.forget(this.place);
    this.fill(entry.values);
    const found = this.form.querySelector("[data-draft-found]");
    found.querySelector("time").textContent = new Date(entry.at).toLocaleString();
    found.hidden = false;
    const fold = this.form.closest("details");
    if (fold) fold.open = true;
    if (entry.version && this.form.elements.version) {
      this.form.elements.version.value = entry.version;
    }
    this.keepSoon();
  }

  fill(values) {
    for (const field of this.fields()) {
      if (isTick(field)) {
        field.checked = values[field.name] === field.value;
      } else field.value = values[field.name] ?? field.value;
    }
  }

  // --- kept ------------------------------------------------------------------------------

  keepSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.isSafe() || this.keep(), PAUSE_MS);
  }

  isSafe() {
    return same(this.values(), this.safe) && !hasTrouble(this.form);
  }

  /** Keep what stands in the form. True: it is safe, and could be saved now. */
  keep() {
    clearTimeout(this.timer);
    this.sending = this.sending.then(() => this.keepNow());
    return this.sending;
  }

  async keepNow() {
    const values = this.values();
    if (!this.isOnServer) this.keepHere(values);
    const trouble = await this.send(values);
    if (trouble.name) {
      this.keepHere(values);
      sayTrouble(this.form, trouble.name, trouble.words);
      return false;
    }
    hideTrouble(this.form);
    this.safe = values;
    if (this.isOnServer) store.forget(this.place);
    return true;
  }

  keepHere(values) {
    store.keep(this.place, { values, version: this.version, isSent: this.isSent });
  }

  async send(values, isAgain = false) {
    if (!this.isOnServer) return { name: await troubleOfLogin() };
    let response;
    try {
      response = await send(this.place, this.body(values, "keep"));
    } catch {
      return { name: "network" };
    }
    if (response.ok) return {};
    if (response.type === "opaqueredirect") return { name: "login" };
    const said = await response.json().catch(() => ({}));
    if (said.code === "login_needed") return { name: "login" };
    if (said.code !== "csrf") return { name: "refused", words: said.message ?? "" };
    // Somebody logged in in another tab: with their own name it goes on.
    const name = await troubleOfLogin();
    if (name) return { name };
    return isAgain ? { name: "csrf" } : this.send(values, true);
  }

  body(values, draft) {
    const { csrfmiddlewaretoken } = this.form.elements;
    return {
      ...values,
      draft,
      version: this.version,
      csrfmiddlewaretoken: csrfmiddlewaretoken.value,
    };
  }

  /** The page closes: there is no time to wait for an answer. */
  keepLast() {
    const values = this.values();
    if (!this.isDirty() || same(values, this.safe)) return;
    clearTimeout(this.timer);
    this.keepHere(values);
    if (!this.isOnServer || JSON.stringify(values).length > LAST_BYTES) return;
    send(this.place, this.body(values, "keep"), { isLast: true }).catch(() => {});
  }

  /** Somebody came back to the tab, perhaps from logging in. */
  lookAgain() {
    if (hasTrouble(this.form)) this.keep();
  }

  // --- sent, or given up -----------------------------------------------------------------

  /** Before the form goes: true when it may. A second click sends nothing more. */
  async prepareToSend() {
    if (this.isSent) return false;
    this.isSent = true;
    const isSafe = await this.keep();
    if (!isSafe) this.isSent = false;
    return isSafe;
  }

  /** It went, and is still here: it can be sent once more. */
  isBack() {
    this.isSent = false;
    this.mayLeave = false;
  }

  forget() {
    clearTimeout(this.timer);
    store.forget(this.place);
    this.mayLeave = true;
  }

  /** The writer wants none of it: the thing is as it was. */
  async drop() {
    this.forget();
    await this.sending;
    if (!this.isOnServer) return;
    await send(this.place, this.body({}, "drop")).catch(() => {});
  }
}

export const isWatched = (form) => form.matches?.("form[data-draft]") && owner !== "";

const isTick = (field) => field.type === "checkbox" || field.type === "radio";

function drawnValue(field) {
  if (isTick(field)) return field.value;
  if (!field.options) return field.defaultValue;
  const options = [...field.options];
  return (options.find((option) => option.defaultSelected) ?? options[0])?.value ?? "";
}

function same(one, two) {
  const names = new Set([...Object.keys(one), ...Object.keys(two)]);
  const plain = (text) => (text ?? "").replaceAll("\r\n", "\n");
  return [...names].every((name) => plain(one[name]) === plain(two[name]));
}
