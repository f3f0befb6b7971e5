// Places in the sound that something on the page knows of: hits, doubts, moments. Whoever
// knows them says so by an event on the document:
//   player:marks {kind: "find" | "doubt" | "moment", marks: [{ms, title?}, …]}
// and says it again, with fewer or none, when they have changed.

import { clock } from "./clock.js";

const APART = 8; // pixels; what is nearer becomes one mark
const NEAR_MOUSE = 5;
const NEAR_FINGER = 22; // half of what a finger needs

export function makeMarks(layer, waveform, seek) {
  const kinds = new Map();
  let shown = []; // {x, ms}
  let isPlanned = false;

  function titleOf(kind, group) {
    const [{ ms, title }] = group;
    const more = group.length > 1 ? ` ×${group.length}` : "";
    return `${clock(ms / 1000)} ${title ?? layer.dataset[kind] ?? ""}${more}`;
  }

  function groupsOf(marks, width) {
    const groups = [];
    let last = -Infinity;
    for (const mark of marks) {
      const x = waveform.xOf(mark.ms / 1000);
      if (x < 0 || x > width) continue;
      if (x - last < APART) groups.at(-1).push(mark);
      else {
        groups.push([mark]);
        last = x;
      }
    }
    return groups;
  }

  function buttonOf(kind, group) {
    const button = document.createElement("button");
    button.type = "button";
    // Not one by one with Tab: the arrows beside the find field and the count of doubts
    // lead to the same places.
    button.tabIndex = -1;
    button.className = `player-mark is-${kind}`;
    button.title = titleOf(kind, group);
    button.setAttribute("aria-label", button.title);
    button.style.insetInlineStart = `${waveform.xOf(group[0].ms / 1000)}px`;
    button.dataset.ms = group[0].ms;
    return button;
  }

  function draw() {
    isPlanned = false;
    if (!waveform.isDrawn()) return;
    const width = layer.clientWidth;
    // Whoever looks for a word wants to see where it is, not what is doubtful.
    const isFinding = kinds.get("find")?.length;
    const wanted = [...kinds].filter(([kind]) => kind !== "doubt" || !isFinding);
    const buttons = wanted.flatMap(([kind, marks]) =>
      groupsOf(marks, width).map((group) => buttonOf(kind, group)),
    );
    layer.replaceChildren(...buttons);
    shown = buttons.map(({ dataset }) => {
      const ms = Number(dataset.ms);
      return { ms, x: waveform.xOf(ms / 1000) };
    });
  }

  function plan() {
    if (!isPlanned) requestAnimationFrame(draw);
    isPlanned = true;
  }

  document.addEventListener("player:marks", ({ detail }) => {
    const inOrder = [...detail.marks].sort((one, other) => one.ms - other.ms);
    kinds.set(detail.kind, inOrder);
    plan();
  });
  layer.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-ms]");
    if (mark) seek(Number(mark.dataset.ms) / 1000);
  });
  waveform.onMove(plan);

  // The time of the mark that somebody aimed at; null where none is near.
  return (x, isFinger) => {
    const near = isFinger ? NEAR_FINGER : NEAR_MOUSE;
    const [best] = shown
      .map((mark) => ({ ...mark, away: Math.abs(mark.x - x) }))
      .filter(({ away }) => away <= near)
      .sort((one, other) => one.away - other.away);
    return best ? best.ms / 1000 : null;
  };
}
