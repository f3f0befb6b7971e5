// The microphone on the upload page: choose it, see its level, record, pause, stop.

import { owner } from "../../frame/account.js";
import { Capture } from "./capture.js";
import { listMicrophones, openMicrophone, reasonOf, whenChosen } from "./devices.js";
import { clock, KeptList } from "./kept.js";
import { showLevel } from "./level.js";
import { hold, Store } from "./store.js";

class Panel {
  constructor(form, take) {
    this.opener = form.querySelector("[data-record]");
    this.root = form.querySelector("[data-microphone]");
    this.text = this.root.dataset;
    this.device = this.find("device");
    this.capture = null;
    this.stream = null;
    this.endLevel = () => {};
    this.kept = new KeptList(form.querySelector("[data-kept]"), {
      store: null,
      take,
      say: (sentence) => this.trouble(sentence),
    });
    this.ready = this.openStore();
    this.listen();
  }

  find(name) {
    return this.root.querySelector(`[data-microphone-${name}]`);
  }

  async openStore() {
    try {
      this.kept.store = await Store.of(`${owner} ${location.pathname}`);
      await this.kept.offer();
    } catch {
      this.kept.store = null; // said when it matters: when something is recorded
    }
  }

  listen() {
    this.opener.addEventListener("click", () => this.open());
    this.find("start").addEventListener("click", () => this.start());
    this.find("pause").addEventListener("click", () => this.pause());
    this.find("stop").addEventListener("click", () => this.capture.stop());
    this.find("discard").addEventListener("click", () => this.discard());
    this.find("close").addEventListener("click", () => this.close());
    whenChosen(this.device, (id) => this.use(id));
    for (const field of this.root.querySelectorAll("[data-detail]"))
      field.addEventListener("input", () => this.capture?.describe(this.details()));
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.list());
  }

  // --- before -----------------------------------------------------------------------------

  async open() {
    this.opener.disabled = true; // until ``show`` says what comes of it
    this.trouble("");
    await this.ready;
    if (!(await this.use())) return;
    this.show("ready");
    this.find("start").focus();
  }

  async use(id) {
    this.release();
    try {
      this.stream = await openMicrophone(id);
    } catch (error) {
      this.show("");
      this.trouble(this.text[reasonOf(error)]);
      return false;
    }
    await this.list();
    this.endLevel = showLevel(this.stream, this.find("level"), (isSilent) => {
      const matters = isSilent && !this.capture?.isPaused;
      this.find("silent").textContent = matters ? this.text.textSilent : "";
    });
    return true;
  }

  async list() {
    if (this.stream) await listMicrophones(this.device, this.stream);
  }

  close() {
    this.release();
    this.show("");
    this.opener.focus();
  }

  release() {
    this.endLevel();
    this.endLevel = () => {};
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  // --- while it records -------------------------------------------------------------------

  async start() {
    const { store } = this.kept;
    if (this.capture || !this.stream) return; // pressed twice
    if (!this.stream.active && !(await this.use())) return;
    this.capture = new Capture({
      stream: this.stream,
      store,
      word: this.text.textName,
      details: this.details(),
      onEnd: (how) => this.ended(how),
      onUnkept: () => this.trouble(this.text.textUnkept),
    });
    await hold(this.capture.id);
    this.capture.start();
    if (!store) this.trouble(this.text.textUnkept);
    this.show("recording");
    this.say(this.text.textRecording);
    this.find("pause").focus();
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
  }

  pause() {
    const { capture } = this;
    if (capture.isPaused) capture.resume();
    else capture.pause();
    this.show(capture.isPaused ? "paused" : "recording");
    this.say(capture.isPaused ? this.text.textPaused : this.text.textRecording);
    this.tick();
  }

  discard() {
    if (window.confirm(this.text.textDiscard)) this.capture?.stop({ discard: true });
  }

  tick() {
    if (this.capture) this.find("time").textContent = clock(this.capture.ms);
  }

  async ended({ isUnplugged, isDiscarded }) {
    const { capture } = this;
    clearInterval(this.timer);
    this.capture = null;
    this.release();
    this.show("");
    if (isDiscarded) {
      await this.kept.store?.forget(capture.id);
      this.say(this.text.textDiscarded);
      this.opener.focus();
      return;
    }
    const recording = { ...capture.description(), ms: capture.ms, changedAt: Date.now() };
    const file = new File(capture.pieces, capture.name, { type: recording.type });
    this.clearDetails();
    this.kept.add(recording, file, capture.store);
    this.say(this.text.textStopped.replace("{length}", clock(capture.ms)));
    if (isUnplugged) this.trouble(this.text.textUnplugged);
  }

  // --- what it shows ----------------------------------------------------------------------

  details() {
    const fields = [...this.root.querySelectorAll("[data-detail]")];
    return Object.fromEntries(fields.map((f) => [f.dataset.detail, f.value.trim()]));
  }

  clearDetails() {
    for (const field of this.root.querySelectorAll("[data-detail]")) field.value = "";
  }

  show(state) {
    const isLive = state === "recording" || state === "paused";
    this.root.hidden = !state;
    this.root.dataset.state = state;
    this.opener.disabled = Boolean(state);
    this.device.disabled = isLive;
    this.find("ready").hidden = isLive;
    this.find("live").hidden = !isLive;
    this.find("buttons").hidden = !isLive;
    const label = state === "paused" ? this.text.textResume : this.text.textPause;
    this.find("pause-label").textContent = label;
  }

  say(sentence) {
    document.querySelector("[data-microphone-status]").textContent = sentence;
  }

  trouble(sentence) {
    const box = document.querySelector("[data-microphone-trouble]");
    box.querySelector("p").textContent = sentence;
    box.hidden = !sentence;
  }
}

export function makeMicrophone(form, take) {
  const panel = new Panel(form, take);
  return {
    get isRecording() {
      return Boolean(panel.capture);
    },
    get hasUnsent() {
      return panel.kept.hasUnsent;
    },
  };
}
