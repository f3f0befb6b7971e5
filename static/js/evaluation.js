// Clips for a reference set, one request each with its text file: how far it is, and
// every one that could not be taken with the reason beside its name.

import { ask } from "./frame/ask.js";

const form = document.querySelector("[data-clips]");
const text = form.dataset;
const find = (name) => form.querySelector(`[data-clips-${name}]`);
const [input, send, panel] = [find("files"), find("send"), find("progress")];
const [bar, sum, list, again] = [find("bar"), find("sum"), find("failed"), find("again")];
const AT_ONCE = 3;

const sending = new Map(); // what is on its way, and how much of it is there
let waiting = [];
let failed = [];
let done = 0;
let total = 0;

const isText = (file) => /\.txt$/i.test(file.name);
const stem = (file) => file.name.replace(/\.[^.]*$/, "").toLowerCase();

function draw() {
  panel.hidden = false;
  bar.max = total;
  bar.value = done + failed.length + [...sending.values()].reduce((a, b) => a + b, 0);
  const counts = { done, total, failed: failed.length };
  const sentence = failed.length ? text.textSumFailed : text.textSum;
  sum.textContent = sentence.replace(/\{(\w+)\}/g, (_all, name) => counts[name]);
  send.disabled = isBusy();
  again.hidden = isBusy() || !failed.some((entry) => entry.isLost);
}

const isBusy = () => sending.size > 0 || waiting.length > 0;

/** ``isLost``: sending it again may help. */
function fail(entry, sentence, isLost = false) {
  entry.isLost = isLost;
  entry.line = document.createElement("li");
  const name = document.createElement("strong");
  name.textContent = entry.name;
  const why = document.createElement("span");
  why.textContent = sentence;
  entry.line.append(name, " ", why);
  list.append(entry.line);
  failed.push(entry);
}

function answered(entry, request) {
  let answer = null;
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    // A proxy's HTML page, or the login page.
  }
  if (request.status === 201) done += 1;
  else fail(entry, answer?.message ?? text.textServer, request.status !== 422);
}

function post(entry) {
  const request = new XMLHttpRequest();
  sending.set(entry, 0);
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    sending.set(entry, (0.9 * event.loaded) / event.total); // then it is checked
    draw();
  });
  const finish = (act) => () => {
    sending.delete(entry);
    act();
    next();
  };
  request.addEventListener("load", finish(() => answered(entry, request)));
  request.addEventListener("error", finish(() => fail(entry, text.textNetwork, true)));
  request.send(entry.body);
}

function next() {
  while (sending.size < AT_ONCE && waiting.length) post(waiting.shift());
  draw();
  if (!isBusy()) show();
}

/** The page around the form, as it is now. */
async function show() {
  try {
    const answer = await ask(location.href);
    if (!answer.ok || answer.redirected) return; // logged out meanwhile
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-fresh]")) {
      part.replaceWith(page.getElementById(part.id));
    }
  } catch {
    // No connection now; a reload shows it.
  }
}

/** What the server would find in all files together, clip by clip. */
function take(files) {
  const fields = new FormData(form);
  fields.delete("file");
  const texts = new Map(files.filter(isText).map((file) => [stem(file), file]));
  const clips = files.filter((file) => !isText(file));
  total = clips.length;
  for (const [key, file] of texts) {
    if (clips.some((clip) => stem(clip) === key)) continue;
    total += 1;
    fail({ name: file.name }, text.textNoClip);
  }
  for (const clip of clips) {
    const beside = texts.get(stem(clip));
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    for (const file of [clip, beside]) if (file) body.append("file", file, file.name);
    const entry = { name: clip.name, body };
    if (texts.size && !beside && !fields.get("text")) fail(entry, text.textNoText);
    else waiting.push(entry);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (isBusy()) return;
  [failed, done] = [[], 0];
  list.replaceChildren();
  take([...input.files]);
  input.value = "";
  next();
});

again.addEventListener("click", () => {
  const repeated = failed.filter((entry) => entry.isLost);
  failed = failed.filter((entry) => !entry.isLost);
  for (const entry of repeated) entry.line.remove();
  waiting = repeated;
  next();
});

window.addEventListener("beforeunload", (event) => {
  if (isBusy()) event.preventDefault();
});
