// Whether the server takes files from this page now. It is asked before each file: after a
// logout, or a login of somebody else in another tab, gigabytes are not sent in vain, and a
// CSRF token that another login has replaced is fetched anew.

import { troubleOfLogin } from "../../frame/account.js";

/** What stands in the way: a code for scripts, a sentence for people. What cannot pass, a
    wrong type or too large a file, stays wrong however often it is sent. */
export class Obstacle extends Error {
  constructor(code, sentence, canPass = true) {
    super(sentence);
    this.code = code;
    this.canPass = canPass;
  }
}

/** What an answer that is no success says. A proxy's page has only its status. */
export function obstacleOf(status, answer, text) {
  const own = {
    login_needed: text.textLogin,
    other_account: text.textAccount,
    csrf: text.textToken,
  }[answer?.code];
  if (own) return new Obstacle(answer.code, own);
  const canPass = status >= 500 || status === 429;
  if (answer?.message) return new Obstacle(answer.code, answer.message, canPass);
  if (status === 413) return new Obstacle("too_large", text.textLarge, false);
  if (status === 507) return new Obstacle("disk_full", text.textFull);
  return new Obstacle("server", text.textServer);
}

/** Throws an ``Obstacle`` when this page's person may not send now; else the page's forms
    have a fresh token. */
export async function renewSession({ dataset: text }) {
  const name = await troubleOfLogin();
  if (name === "login") throw new Obstacle("login_needed", text.textLogin);
  if (name === "account") throw new Obstacle("other_account", text.textAccount);
  if (name) throw new Obstacle("network", text.textNetwork);
}
