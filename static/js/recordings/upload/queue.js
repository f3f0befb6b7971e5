// The files of this page: three are sent at a time, each with a request of its own.

import { Item } from "./item.js";

const AT_ONCE = 3;

export class Queue {
  constructor(form, { taken }) {
    this.form = form;
    this.find = (name) => form.querySelector(`[data-${name}]`);
    this.onTaken = taken;
    this.items = [];
    this.waiting = [];
    this.running = 0;
    this.find("queue-again").addEventListener("click", () => this.sendFailedAgain());
  }

  get unsent() {
    return this.items.filter((item) => item.isUnsent);
  }

  take(files, kept = null) {
    const template = this.find("queue-item");
    for (const file of files) {
      const item = new Item(file, { form: this.form, template, queue: this, kept });
      this.items.push(item);
      this.find("queue").append(item.element);
      this.waiting.push(item);
    }
    this.changed();
    this.next();
  }

  add(item) {
    this.waiting.push(item);
    this.next();
  }

  removed(item) {
    this.waiting = this.waiting.filter((other) => other !== item);
    this.items = this.items.filter((other) => other !== item);
    this.changed();
  }

  taken(item) {
    this.onTaken(item);
  }

  sendFailedAgain() {
    for (const item of this.items.filter((one) => one.canPass))
      item.again(item.allowDuplicate);
  }

  changed() {
    const count = (name) => this.items.filter((item) => item.name === name).length;
    const counts = {
      done: count("done"),
      failed: count("failed"),
      total: this.items.length,
    };
    const { textSum, textSumFailed } = this.form.dataset;
    const sentence = counts.failed ? textSumFailed : textSum;
    const sum = sentence.replace(/\{(\w+)\}/g, (_all, name) => counts[name]);
    const line = this.find("queue-sum");
    if (line.textContent !== sum) line.textContent = sum; // read out once
    this.find("queue-panel").hidden = !this.items.length;
    this.find("queue-again").hidden = this.items.filter((i) => i.canPass).length < 2;
  }

  next() {
    while (this.running < AT_ONCE && this.waiting.length) {
      this.running += 1;
      this.send(this.waiting.shift());
    }
  }

  async send(item) {
    try {
      await item.send();
    } finally {
      this.running -= 1;
      this.next();
    }
  }
}
