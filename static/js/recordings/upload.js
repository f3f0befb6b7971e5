// Many files, one request each: progress per file, an error per file, three at a time.

import { ask } from "../frame/ask.js";
import { makeRecorder } from "./recorder.js";

const form = document.querySelector("[data-upload]");
const text = form.dataset;
const list = form.querySelector("[data-queue]");
const panel = form.querySelector("[data-queue-panel]");
const sum = form.querySelector("[data-queue-sum]");
const template = form.querySelector("[data-queue-item]");
const AT_ONCE = 3;
const ASK_AFTER_MS = 3000;
const ASKED_AT_ONCE = 100; // the server answers about no more in one call

let running = 0;
const waiting = [];
const items = [];

function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  let at = 0;
  let value = bytes;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${value.toFixed(at > 1 ? 1 : 0)} ${units[at]}`;
}

class Item {
  constructor(file) {
    this.file = file;
    this.element = template.content.firstElementChild.cloneNode(true);
    const find = (selector) => this.element.querySelector(selector);
    find(".queue-name").textContent = file.name;
    find(".queue-name").title = file.webkitRelativePath || file.name;
    find(".queue-size").textContent = size(file.size);
    this.badge = find(".queue-state");
    this.bar = find("progress");
    this.error = find(".queue-error");
    this.actions = find(".queue-actions");
    this.bar.setAttribute("aria-label", file.name);
    list.append(this.element);
    this.state("waiting", text.textWaiting);
    this.offer([text.textRemove, () => this.remove()]);
  }

  state(name, label) {
    this.name = name;
    const kind = { sending: "badge-info", failed: "badge-danger" }[name];
    this.badge.className = `badge queue-state ${kind ?? ""}`;
    this.badge.textContent = label;
    this.badge.hidden = name === "known";
    this.bar.hidden = name === "done" || name === "failed" || name === "known";
    summarise();
  }

  /** Draw what the archive would show of the recording: its state and progress. */
  follow(cell) {
    const badge = cell?.querySelector(".badge");
    this.isActive = Boolean(badge?.matches(".badge-queued, .badge-running"));
    if (!badge) return;
    this.badge.className = `${badge.className} queue-state`;
    this.badge.textContent = badge.textContent.trim();
    const bar = cell.querySelector("progress");
    this.bar.hidden = !bar;
    if (bar) this.bar.value = bar.value;
    this.say(badge.title);
  }

  offer(...choices) {
    this.actions.replaceChildren(
      ...choices.map(([label, act]) => {
        const isLink = typeof act === "string";
        const control = document.createElement(isLink ? "a" : "button");
        control.className = "btn btn-small";
        control.textContent = label;
        if (isLink) control.href = act;
        else {
          control.type = "button";
          control.addEventListener("click", act);
        }
        return control;
      }),
    );
  }

  say(sentence, isNotice = false) {
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
    this.error.classList.toggle("is-notice", isNotice);
  }

  remove() {
    this.request?.abort();
    const at = waiting.indexOf(this);
    if (at >= 0) waiting.splice(at, 1);
    items.splice(items.indexOf(this), 1);
    this.element.remove();
    summarise();
  }

  again(allowDuplicate = false) {
    this.allowDuplicate = allowDuplicate;
    this.say("");
    this.bar.value = 0;
    this.state("waiting", text.textWaiting);
    this.offer([text.textRemove, () => this.remove()]);
    waiting.push(this);
    next();
  }

  body() {
    const data = new FormData(form);
    data.delete("file");
    if (this.allowDuplicate) data.set("allow_duplicate", "on");
    data.append("file", this.file, this.file.name);
    return data;
  }

  send() {
    running += 1;
    this.state("sending", text.textSending);
    this.offer([text.textCancel, () => this.request.abort()]);
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", form.action || location.href);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      this.bar.value = percent;
      this.badge.textContent =
        percent >= 100 ? text.textChecking : `${text.textSending} ${percent}%`;
    });
    const finish = (act) => () => {
      running -= 1;
      act();
      next();
    };
    request.addEventListener("load", finish(() => this.answered(request)));
    request.addEventListener("error", finish(() => this.failed(text.textNetwork)));
    request.addEventListener(
      "abort",
      finish(() => this.failed("", text.textCanceled)),
    );
    request.send(this.body());
  }

  answered(request) {
    let answer = null;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // A proxy's HTML page: the status has to do.
    }
    if (request.status === 201) {
      this.say("");
      this.state("done", text.textDone);
      this.offer([text.textOpen, answer.url]);
      this.uuid = answer.uuid;
      this.isActive = true;
      watch();
    } else if (request.status === 200 && answer?.is_duplicate) {
      this.say(answer.message, true);
      this.state("known", "=");
      this.offer(
        [text.textExisting, answer.url],
        [text.textAnyway, () => this.again(true)],
        [text.textRemove, () => this.remove()],
      );
    } else this.failed(answer?.message ?? text.textServer);
  }

  failed(sentence, label = text.textFailed) {
    this.say(sentence);
    this.state("failed", label);
    this.offer([text.textAgain, () => this.again(this.allowDuplicate)], [text.textRemove, () => this.remove()]);
  }
}

function summarise() {
  const count = (name) => items.filter((item) => item.name === name).length;
  const counts = { done: count("done"), failed: count("failed"), total: items.length };
  const sentence = counts.failed ? text.textSumFailed : text.textSum;
  sum.textContent = sentence.replace(/\{(\w+)\}/g, (_all, name) => counts[name]);
  panel.hidden = !items.length;
}

function next() {
  while (running < AT_ONCE && waiting.length) waiting.shift().send();
}

function take(files) {
  for (const file of files) {
    const item = new Item(file);
    items.push(item);
    waiting.push(item);
  }
  summarise();
  next();
}

// --- what becomes of them: asked while one of them waits or runs --------------------------

let nextAsking = null;

function watch() {
  nextAsking ??= setTimeout(askForStates, ASK_AFTER_MS);
}

async function askForStates() {
  const active = items.filter((item) => item.isActive).slice(0, ASKED_AT_ONCE);
  try {
    const uuids = active.map((item) => item.uuid).join(",");
    const answer = await ask(`${text.states}?watch=${uuids}`);
    if (answer.redirected) return; // logged out meanwhile
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const item of active) item.follow(page.getElementById(`state-${item.uuid}`));
    }
  } catch {
    // No connection now; perhaps the next time.
  }
  nextAsking = null;
  if (items.some((item) => item.isActive)) watch();
}

// --- where files come from ---------------------------------------------------------------

for (const input of form.querySelectorAll("[data-files], [data-folder]")) {
  input.addEventListener("change", () => {
    // Of a folder, hidden files and the like are left out; the rest is judged by the server.
    const files = [...input.files].filter((file) => !file.name.startsWith("."));
    input.value = "";
    take(files);
  });
}

async function filesOf(entry) {
  if (entry.isFile)
    return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A reader gives at most a hundred entries per call.
    const batch = await new Promise((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (!batch.length) break;
    for (const child of batch) found.push(...(await filesOf(child)));
  }
  return found.filter((file) => !file.name.startsWith("."));
}

const zone = form.querySelector("[data-dropzone]");
for (const name of ["dragenter", "dragover"]) {
  zone.addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
}
zone.addEventListener("dragleave", (event) => {
  if (!zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
});
zone.addEventListener("drop", async (event) => {
  event.preventDefault();
  zone.classList.remove("is-over");
  const entries = [...event.dataTransfer.items]
    .map((item) => item.webkitGetAsEntry?.())
    .filter(Boolean);
  if (!entries.length) take([...event.dataTransfer.files]);
  for (const entry of entries) take(await filesOf(entry));
});
// A file dropped beside the zone must not replace the page.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => event.preventDefault());
}

form.addEventListener("submit", (event) => event.preventDefault());
makeRecorder(form, (file) => take([file]));

window.addEventListener("beforeunload", (event) => {
  if (running || waiting.length) event.preventDefault();
});
