// Files of an import on their way: two at a time, each for its line. What the server cannot
// take now waits for another try; what is wrong with a file itself is the line's affair.

import { sendForm } from "../../frame/ask.js";
import { Obstacle, obstacleOf, renewSession } from "../upload/session.js";

const AT_ONCE = 2;

export class Sending {
  /** ``told`` is called after each file with the server's counts. */
  constructor(panel, { told }) {
    this.panel = panel;
    this.told = told;
    this.isStopped = false;
    this.sent = 0;
    this.failed = 0;
    this.obstacle = null;
  }

  stop() {
    this.isStopped = true;
  }

  /** Ends when everything has been tried, or nothing can be sent any more. */
  async send(pairs) {
    const left = [...pairs];
    const work = async () => {
      while (left.length && !this.isStopped) await this.sendOne(left.shift());
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async sendOne({ number, file }) {
    try {
      await renewSession(this.panel);
      const data = new FormData();
      const token = this.panel.querySelector("[name=csrfmiddlewaretoken]").value;
      data.append("csrfmiddlewaretoken", token);
      data.append("line", number);
      data.append("file", file, file.name);
      const answer = await posted(this.panel.dataset.files, data, this.panel.dataset);
      this.sent += 1;
      this.told(answer.counts);
    } catch (problem) {
      if (!(problem instanceof Obstacle)) throw problem;
      this.failed += 1;
      this.obstacle = problem;
      // A login, a connection or a disk that is missing is missing for the next one too.
      if (problem.canPass) this.stop();
      this.told(null);
    }
  }
}

/** The answer to a form; throws an ``Obstacle``. */
export async function posted(address, data, text) {
  let response;
  try {
    response = await sendForm(address, data);
  } catch {
    throw new Obstacle("network", text.textNetwork);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer) throw obstacleOf(response.status, answer, text);
  return answer;
}
