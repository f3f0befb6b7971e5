// Whose login this browser has by now. A page may have been left lying while somebody
// logged out, or logged in, in another tab.

import { ask } from "./ask.js";

const { account, accountUrl } = document.body.dataset;

/** The person for whom the page was made; empty for nobody. */
export const owner = account ?? "";

function renew(token) {
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
    field.value = token;
  }
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

/** Why the page's person cannot save anything now ("login", "account", "network");
 * nothing when they can: then the page's forms have a fresh token. */
export async function troubleOfLogin() {
  try {
    const response = await ask(accountUrl, { Accept: "application/json" });
    if (response.redirected) return "login"; // a new password is to be chosen first
    if (!response.ok) return "network";
    const now = await response.json();
    if (now.account !== owner) return now.account ? "account" : "login";
    renew(now.csrf);
    return "";
  } catch {
    return "network";
  }
}

// "Back" may bring the page out of the browser's memory. Nobody sees it before the server
// has said that its person is still logged in; otherwise it is loaded anew.
window.addEventListener("pageshow", async (event) => {
  if (!event.persisted || !owner) return;
  document.documentElement.dataset.unproven = "";
  if (await troubleOfLogin()) location.reload();
  else delete document.documentElement.dataset.unproven;
});
