// Microphone recordings that the server does not have yet: each can be played, named,
// uploaded, downloaded, discarded.

import { hold, KEPT_MS } from "./store.js";

const two = (n) => String(n).padStart(2, "0");

export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function moment(at) {
  const options = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(document.documentElement.lang, options).format(at);
}

/** One of them. The list draws it; an upload that carries it says how that ended. */
class Kept {
  constructor(list, recording, { store, file = null, isFresh = false }) {
    Object.assign(this, { list, store, file, isFresh });
    const { id, name, type, beganAt, changedAt, ms, details = {} } = recording;
    Object.assign(this, { id, name, type, beganAt, changedAt, ms, details });
    this.element = list.template.content.firstElementChild.cloneNode(true);
    this.title = this.find("title");
    this.audio = this.find("audio");
    this.draw();
  }

  find(name) {
    return this.element.querySelector(`[data-kept-${name}]`);
  }

  draw() {
    const { text } = this.list;
    const until = this.store ? text.textUntil : text.textMemory;
    const facts = [moment(this.beganAt), clock(this.ms)];
    facts.push(until.replace("{until}", moment(this.changedAt + KEPT_MS)));
    this.find("facts").textContent = facts.join(" · ");
    this.find("memory").hidden = Boolean(this.store);
    this.title.value = this.details.title ?? "";
    this.title.placeholder = this.name;
    this.title.addEventListener("change", () => this.rename());
    this.find("play").addEventListener("click", () => this.play());
    this.find("upload").addEventListener("click", () => this.upload());
    this.find("download").addEventListener("click", () => this.download());
    this.find("discard").addEventListener("click", () => this.discard());
  }

  rename() {
    this.details = { ...this.details, title: this.title.value.trim() };
    this.store?.describe(this.id, this.details).catch(() => {}); // it is sent with it anyhow
  }

  /** The sound; null when another tab has it, or has removed it. */
  async sound() {
    if (this.file) return this.file;
    const pieces = (await hold(this.id)) ? await this.store.sound(this.id) : [];
    if (pieces.length) this.file = new File(pieces, this.name, { type: this.type });
    else this.list.say(this.list.text.textElsewhere);
    return this.file;
  }

  async play() {
    const file = await this.sound();
    if (!file) return;
    if (!this.audio.src) this.audio.src = URL.createObjectURL(file);
    this.audio.hidden = false;
    this.find("play").hidden = true;
    await this.audio.play();
  }

  async upload() {
    const file = await this.sound();
    if (!file) return;
    this.audio.pause();
    this.rename();
    this.isQueued = true;
    this.element.remove();
    this.list.changed();
    this.list.take(file, this);
  }

  async download() {
    const file = await this.sound();
    if (!file) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async discard() {
    if (!window.confirm(this.list.text.textDiscard)) return;
    if (await this.sound()) await this.forget();
  }

  // --- what an upload says --------------------------------------------------------------

  arrived() {
    this.isArrived = true;
    this.forget();
  }

  /** Taken off the queue: here it is again, unless the server has it. */
  back() {
    if (this.isArrived) return;
    this.isQueued = false;
    this.list.put(this);
  }

  async forget() {
    this.element.remove();
    this.list.drop(this);
    if (this.audio.src) URL.revokeObjectURL(this.audio.src);
    // A part of one that was not kept to its end is there too.
    await this.list.store?.forget(this.id).catch(() => {});
  }
}

export class KeptList {
  /** ``take`` gets the file of one that is to be uploaded, and what carries it. */
  constructor(root, { store, take, say }) {
    Object.assign(this, { root, store, take, say });
    this.text = root.dataset;
    this.template = root.querySelector("template");
    this.rows = [];
  }

  get hasUnsent() {
    return this.rows.some((row) => !row.isQueued && (row.isFresh || !row.store));
  }

  /** What earlier visits have left. */
  async offer() {
    for (const recording of (await this.store?.offered()) ?? [])
      this.put(new Kept(this, recording, { store: this.store }));
  }

  /** What was recorded now; it is the first, and its button has the focus. */
  add(recording, file, store) {
    const row = new Kept(this, recording, { store, file, isFresh: true });
    this.put(row);
    row.find("upload").focus();
  }

  put(row) {
    if (!this.rows.includes(row)) this.rows.push(row);
    this.rows.sort((one, other) => other.beganAt - one.beganAt);
    const after = this.rows[this.rows.indexOf(row) + 1]?.element ?? null;
    const list = this.root.querySelector("ul");
    list.insertBefore(row.element, after?.parentNode === list ? after : null);
    this.changed();
  }

  drop(row) {
    this.rows = this.rows.filter((other) => other !== row);
    this.changed();
  }

  changed() {
    this.root.hidden = this.rows.every((row) => row.isQueued);
  }
}
