// One file of the upload: its line on the page, its request, what became of it.

import { Obstacle, obstacleOf, renewSession } from "./session.js";

// What is wrong with the file itself: the same bytes are refused again.
const REFUSED_FILES = new Set(["empty_file", "unsupported_format", "too_large"]);

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

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy's HTML page: the status has to do
  }
}

export class Item {
  /** ``queue`` is told of every change; ``kept`` is the microphone's recording, if any. */
  constructor(file, { form, template, queue, kept = null }) {
    this.file = file;
    this.form = form;
    this.text = form.dataset;
    this.queue = queue;
    this.kept = kept;
    this.element = template.content.firstElementChild.cloneNode(true);
    const find = (selector) => this.element.querySelector(selector);
    find(".queue-name").textContent = kept?.details.title || file.name;
    find(".queue-name").title = file.webkitRelativePath || file.name;
    find(".queue-size").textContent = size(file.size);
    this.badge = find(".queue-state");
    this.bar = find("progress");
    this.error = find(".queue-error");
    this.actions = find(".queue-actions");
    this.bar.setAttribute("aria-label", file.name);
    this.wait();
  }

  /** Not yet with the server, though it could be: leaving the page would lose it. */
  get isUnsent() {
    const isStopped = ["failed", "canceled"].includes(this.name);
    const isMissed = isStopped && (this.canPass || Boolean(this.kept));
    return isMissed || ["waiting", "sending"].includes(this.name);
  }

  state(name, label) {
    this.name = name;
    const kind = { sending: "badge-info", failed: "badge-danger" }[name];
    this.badge.className = `badge queue-state ${kind ?? ""}`;
    this.badge.textContent = label;
    this.badge.hidden = name === "known";
    this.bar.hidden = !["waiting", "sending"].includes(name);
    this.queue.changed();
  }

  wait() {
    this.canPass = false;
    this.say("");
    this.bar.value = 0;
    this.state("waiting", this.text.textWaiting);
    this.offer(this.removal);
  }

  offer(...choices) {
    this.actions.replaceChildren(
      ...choices.map(([label, act, isElsewhere]) => {
        const isLink = typeof act === "string";
        const control = document.createElement(isLink ? "a" : "button");
        control.className = "btn btn-small";
        control.textContent = label;
        if (isLink) control.href = act;
        if (isElsewhere) control.target = "_blank";
        if (!isLink) {
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
    this.kept?.back();
    this.element.remove();
    this.queue.removed(this);
  }

  again(allowDuplicate = false) {
    this.allowDuplicate = allowDuplicate;
    this.wait();
    this.queue.add(this);
  }

  body() {
    const data = new FormData(this.form);
    data.delete("file");
    for (const [name, value] of Object.entries(this.kept?.details ?? {}))
      if (value) data.set(name, value);
    if (this.allowDuplicate) data.set("allow_duplicate", "on");
    data.append("file", this.file, this.file.name);
    return data;
  }

  /** Ends when the server has answered, or nothing can be sent; it never throws. */
  async send() {
    this.isCanceled = false;
    this.state("sending", this.text.textSending);
    this.offer([this.text.textCancel, () => this.cancel()]);
    try {
      await renewSession(this.form);
      if (!this.isCanceled) this.answered(await this.posted());
    } catch (problem) {
      if (!(problem instanceof Obstacle)) throw problem;
      this.failed(problem);
    }
  }

  cancel() {
    this.isCanceled = true;
    this.request?.abort();
    this.state("canceled", this.text.textCanceled);
    this.offerAgain();
  }

  posted() {
    const request = new XMLHttpRequest(); // fetch reports no progress of an upload
    this.request = request;
    request.open("POST", this.form.action || location.href);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable || this.name !== "sending") return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      this.bar.value = percent;
      this.badge.textContent =
        percent >= 100 ? this.text.textChecking : `${this.text.textSending} ${percent}%`;
    });
    return new Promise((resolve, reject) => {
      const lost = () => reject(new Obstacle("network", this.text.textNetwork));
      request.addEventListener("load", () => resolve(request));
      request.addEventListener("error", lost);
      request.addEventListener("abort", () => resolve(null));
      request.send(this.body());
    });
  }

  answered(request) {
    if (!request) return; // canceled
    const answer = parsed(request.responseText);
    if (request.status === 201) this.taken(answer);
    else if (request.status === 200 && answer?.is_duplicate) this.known(answer);
    else throw obstacleOf(request.status, answer, this.text);
  }

  taken(answer) {
    this.state("done", this.text.textDone);
    this.offer([this.text.textOpen, answer.url]);
    this.uuid = answer.uuid;
    this.isActive = true;
    this.kept?.arrived();
    this.queue.taken(this);
  }

  known(answer) {
    this.say(answer.message, true);
    this.state("known", "=");
    this.kept?.arrived();
    this.offer(
      [this.text.textExisting, answer.url],
      [this.text.textAnyway, () => this.again(true)],
      this.removal,
    );
  }

  failed({ code, message, canPass }, label = this.text.textFailed) {
    this.canPass = canPass;
    this.say(message);
    this.state("failed", label);
    const isLogin = ["login_needed", "other_account"].includes(code);
    // A file of a wrong type stays one; an option that was wrong may be right by now.
    if (REFUSED_FILES.has(code)) this.offer(this.removal);
    else this.offerAgain(...(isLogin ? [[this.text.textLogIn, this.text.login, true]] : []));
  }

  get removal() {
    return [this.text.textRemove, () => this.remove()];
  }

  offerAgain(...first) {
    const again = [this.text.textAgain, () => this.again(this.allowDuplicate)];
    this.offer(...first, again, this.removal);
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
}
