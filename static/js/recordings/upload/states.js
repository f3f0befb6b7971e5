// What becomes of the files that the server has taken: asked while one waits or runs.

import { ask } from "../../frame/ask.js";

const ASK_AFTER_MS = 3000;
const ASKED_AT_ONCE = 100; // the server answers about no more in one call

export function makeFollower(address, items) {
  let nextAsking = null;

  function watch() {
    nextAsking ??= setTimeout(askForStates, ASK_AFTER_MS);
  }

  async function askForStates() {
    const active = items().filter((item) => item.isActive).slice(0, ASKED_AT_ONCE);
    try {
      const uuids = active.map((item) => item.uuid).join(",");
      const answer = await ask(`${address}?watch=${uuids}`);
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const item of active) item.follow(page.getElementById(`state-${item.uuid}`));
      }
    } catch {
      // No connection now; perhaps the next time.
    }
    nextAsking = null;
    if (items().some((item) => item.isActive)) watch();
  }

  return watch;
}
