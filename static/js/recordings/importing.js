// An import's page: files are chosen, matched to the list's lines, and sent.

import { ask } from "../frame/ask.js";
import { match } from "./importing/matching.js";
import { posted, Sending } from "./importing/sending.js";
import { askBeforeLeaving } from "./upload/leaving.js";
import { Obstacle, renewSession } from "./upload/session.js";

const panel = document.querySelector("[data-import]");
const text = panel.dataset;
const find = (name) => panel.querySelector(`[data-${name}]`);
const [status, problem, bar, go, stop] = ["status", "problem", "bar", "go", "stop"].map(find);

let pairs = [];
let sending = null;

const filled = (sentence, values) =>
  sentence.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

function say(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

async function waitingLines() {
  let response;
  try {
    response = await ask(text.lines, { Accept: "application/json" });
  } catch {
    throw new Obstacle("network", text.textNetwork);
  }
  if (!response.ok) throw new Obstacle("server", text.textServer);
  return (await response.json()).lines;
}

async function choose(files) {
  const shown = files.filter((file) => !file.name.startsWith("."));
  if (!shown.length) return;
  try {
    await renewSession(panel);
    const lines = await waitingLines();
    const found = match(lines, shown);
    pairs = found.pairs;
    const values = {
      files: shown.length,
      matched: pairs.length,
      unknown: found.unknown,
      alike: found.alike,
      missing: lines.length - pairs.length,
    };
    const sentence = pairs.length ? text.textMatched : text.textNone;
    status.textContent = filled(sentence, values);
    say(found.alike ? filled(text.textAlike, values) : "");
    go.disabled = !pairs.length;
  } catch (trouble) {
    if (!(trouble instanceof Obstacle)) throw trouble;
    say(trouble.message);
  }
}

function show(total, counts) {
  const sent = sending.sent;
  bar.value = (100 * sent) / total;
  status.textContent = filled(text.textSending, { sent, total });
  if (!counts) return;
  counts.wrong = counts.refused + counts.failed;
  for (const place of document.querySelectorAll("[data-count]")) {
    place.textContent = counts[place.dataset.count].toLocaleString();
  }
}

async function start() {
  if ("started" in text) return;
  await renewSession(panel);
  const data = new FormData(panel.querySelector("form"));
  data.append("action", "start");
  await posted(location.href, data, text);
  text.started = "";
  go.textContent = text.textGoOn;
}

async function send() {
  say("");
  const total = pairs.length;
  go.disabled = true;
  stop.hidden = bar.hidden = false;
  let counts = null;
  sending = new Sending(panel, {
    told: (told) => {
      counts = told ?? counts;
      show(total, told);
    },
  });
  try {
    await start();
    await sending.send(pairs);
  } catch (trouble) {
    if (!(trouble instanceof Obstacle)) throw trouble;
    sending.obstacle = trouble;
  }
  const { obstacle, failed, isStopped } = sending;
  sending = null;
  if (obstacle) {
    const sum = failed > 1 ? ` ${filled(text.textFailed, { count: failed })}` : "";
    say(obstacle.message + sum);
    await rest();
  } else if (isStopped) await rest();
  else location.reload();
}

/** What is still to be sent can be gone on with. */
async function rest() {
  stop.hidden = true;
  const wanted = pairs;
  const waiting = new Set((await waitingLines().catch(() => [])).map(([number]) => number));
  pairs = waiting.size ? wanted.filter(({ number }) => waiting.has(number)) : wanted;
  go.disabled = !pairs.length;
}

for (const input of panel.querySelectorAll("[data-choose]")) {
  const takeChosen = async () => {
    const files = [...input.files];
    input.value = "";
    if (!sending) await choose(files);
  };
  input.addEventListener("change", takeChosen);
  if (input.files.length) takeChosen(); // chosen before this script was there
}
go.addEventListener("click", send);
stop.addEventListener("click", () => sending?.stop());
askBeforeLeaving(() => (sending ? text.textLeave : ""), panel.querySelector("form"));
