// Asks before something that was typed is left behind, in the page's own dialog. Closing
// the tab and "back" are the browser's to ask about.

const dialog = document.getElementById("leaving");
let answer = null;

dialog?.addEventListener("click", (event) => {
  const { value } = event.target.closest("button[value]") ?? {};
  if (!value) return;
  answer = value;
  dialog.close();
});

/** "stay", "keep" or "drop". */
export function askToLeave() {
  if (!dialog || dialog.open) return Promise.resolve("stay");
  answer = "stay"; // Escape, or a click beside the dialog
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(answer), { once: true });
  });
}

/** Whether a click on this link leaves the page in this tab. */
export function isWayOut(link, event) {
  const isPlain =
    event.button === 0 &&
    !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!isPlain || !link || link.target || link.hasAttribute("download")) return false;
  if (link.hasAttribute("hx-get") || event.defaultPrevented) return false;
  const { origin, pathname, search } = new URL(link.href, location);
  const isHere =
    origin === location.origin &&
    pathname === location.pathname &&
    search === location.search;
  return !isHere;
}
